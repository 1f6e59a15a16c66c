"""The bureau's time never counts: not while it reviews, nor while a request waits for its answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from domain import commands as c
from domain import events as e
from domain.bureau import duties_of_bureau
from domain.local_time import at_local, midnight_ending
from domain.refusals import Refusal
from domain.stages import Fact, RoundKind
from domain.words.life import explain_problem
from tests.worlds.dated_lives import by_half_past_five
from tests.worlds.life import MONDAY, OFFICER, Life, default_rules

DUE = date(2024, 7, 9)
RETURN, FALSE = c.Verdict.RETURN_FOR_SUPPLEMENT, c.Verdict.FOUND_FALSE


def with_date(rectify_by: date | None = None, version: int = 3) -> Life:
    """A life transferred on a Monday, with the transfer's own date for rectification."""
    life = Life(rules=default_rules(version=version), now=at_local(MONDAY, time(9)))
    life.register()
    life.transfer(rectify_by=rectify_by)
    return life


def refused(life: Life, command: c.Command) -> str:
    """The code of the refusal a command gets now."""
    with pytest.raises(Refusal) as info:
        life.do(command)
    return info.value.code


# -- under review ----------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [RETURN, FALSE])
def test_the_transfers_date_that_passes_under_review_was_kept_by_an_answer_in_time(
    verdict: c.Verdict,
) -> None:
    life = with_date(date(2024, 7, 3))
    life.until(date(2024, 7, 2))
    life.answer()
    life.until(date(2024, 7, 5))
    life.review(verdict)
    life.until(date(2024, 7, 5), time(23))
    assert life.problem.times(Fact.OVERDUE_RECTIFICATION) == 0
    life.until(date(2024, 8, 1))
    assert life.problem.rounds[-1].overdue_at is not None


def test_the_transfers_date_runs_on_when_the_answer_is_returned_before_it() -> None:
    life = with_date(date(2024, 7, 3))
    life.answer()
    life.review(RETURN)
    life.until(date(2024, 7, 4))
    assert life.problem.transfer_date_missed


def test_lives_of_before_are_charged_when_the_round_opens_again() -> None:
    life = with_date(date(2024, 7, 3), version=2)
    life.until(date(2024, 7, 2))
    life.answer()
    life.until(date(2024, 7, 5))
    life.review(RETURN)
    life.until(date(2024, 7, 5), time(23))
    assert life.problem.points == Decimal("0.5")


# -- what was agreed or granted --------------------------------------------------------------------


def agreed(until: date) -> Life:
    """A life whose district promised a day."""
    life = with_date()
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=until)
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    return life


def test_a_return_never_cuts_an_agreed_date_short() -> None:
    life = agreed(date(2024, 8, 30))
    life.until(date(2024, 7, 5))
    life.answer()
    life.review(RETURN)
    round_ = life.problem.rounds[-1]
    assert (round_.kind, round_.due_on) == (RoundKind.SUPPLEMENT, date(2024, 8, 30))
    assert round_.agreed
    life.until(date(2024, 8, 30), time(23, 59))
    assert life.problem.points == 0


def test_a_return_near_the_agreed_date_gives_the_days_of_a_supplement() -> None:
    life = agreed(date(2024, 7, 8))
    life.until(date(2024, 7, 5))
    life.answer()
    life.review(RETURN)
    assert life.problem.rounds[-1].due_on == date(2024, 7, 12)


def test_a_return_never_takes_back_what_an_extension_granted() -> None:
    life = with_date()
    life.answer_request(life.ask_for_time(10))
    life.answer()
    life.review(RETURN)
    opened = next(v for v in reversed(life.events) if isinstance(v, e.RoundOpened))
    assert (opened.due_on, opened.clause) == (date(2024, 7, 19), e.GRANTED)


def test_lives_of_before_give_the_days_of_a_supplement_and_no_more() -> None:
    life = with_date(version=2)
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 8, 30))
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    life.answer()
    life.review(RETURN)
    assert life.problem.rounds[-1].due_on == date(2024, 7, 1)


# -- a request that waits --------------------------------------------------------------------------


def asked_on_the_last_day() -> tuple[Life, str]:
    """A request of the last afternoon, which nobody answers."""
    life = with_date()
    life.until(DUE, time(17, 50))
    receipt = life.ask_for_time(5)
    life.until(date(2024, 7, 12))
    return life, receipt


def test_a_request_asked_in_time_holds_the_consequence_until_it_is_decided() -> None:
    life, receipt = asked_on_the_last_day()
    assert life.problem.points == 0
    assert (e.BureauDuty.EXTENSION, receipt) in set(duties_of_bureau(life.problem))
    assert "答复前不认定逾期" in "".join(explain_problem(life.problem, life.rules))
    life.until(date(2024, 7, 18))
    assert e.BureauDuty.EXTENSION in life.problem.late_duties
    assert life.problem.entry is None


def test_refused_after_the_due_instant_the_district_has_two_working_days_from_being_told() -> None:
    life, receipt = asked_on_the_last_day()  # Friday
    life.answer_request(receipt, grant=False)
    assert life.problem.rounds[-1].due_on == date(2024, 7, 16)
    life.until(date(2024, 7, 17))
    assert life.problem.points == Decimal("0.2")


def test_granted_after_the_due_instant_the_date_is_the_one_granted() -> None:
    life, receipt = asked_on_the_last_day()
    life.answer_request(receipt)
    assert life.problem.rounds[-1].due_on == date(2024, 7, 14)


def test_an_answer_while_the_request_waits_is_in_time() -> None:
    life, _ = asked_on_the_last_day()
    life.answer()
    assert not life.problem.submissions[-1].late
    assert life.problem.points == 0


def test_one_request_of_a_round_holds_and_no_second_one() -> None:
    life = with_date()
    life.answer_request(life.ask_for_time(5), grant=False)
    life.until(DUE)
    life.ask_for_time(5)
    life.until(date(2024, 7, 10))
    assert life.problem.points == Decimal("0.2")
    assert life.problem.rounds[-1].asked is None


def test_a_refusal_in_time_leaves_the_date() -> None:
    life = with_date(date(2024, 7, 5))
    life.answer_request(life.ask_for_time(5), grant=False)
    assert life.problem.rounds[-1].due_on == DUE
    assert life.problem.rectification_due_on == date(2024, 7, 5)


def test_a_request_holds_the_level_too() -> None:
    life = with_date()
    life.answer()
    life.review(FALSE)
    life.until(life.problem.rounds[-1].due_on)
    life.ask_for_time(5)
    life.until(date(2024, 8, 1))
    assert life.problem.level == 1


def test_a_request_that_waits_past_a_round_that_is_late_is_refused_without_days() -> None:
    life, receipt = asked_on_the_last_day()
    late = replace(life.problem.rounds[-1], overdue_at=life.now)
    life.problem_or_none = replace(life.problem, rounds=(late,))
    life.answer_request(receipt, grant=False)
    assert life.problem.rounds[-1].due_on == DUE


# -- the transfer's own date -----------------------------------------------------------------------


def test_an_extension_moves_the_transfers_own_date_along() -> None:
    life = with_date(date(2024, 7, 5))
    life.answer_request(life.ask_for_time(9))
    assert life.problem.rectification_due_on == date(2024, 7, 18)
    life.until(date(2024, 7, 18), time(23, 59))
    assert life.problem.points == 0
    life.until(date(2024, 7, 19))
    assert life.problem.transfer_date_missed


def test_more_time_may_be_asked_for_the_transfers_own_date_alone() -> None:
    life = with_date(date(2024, 7, 1))
    receipt = life.ask_for_time(-4)  # until 07-05, before the round is due
    life.answer_request(receipt)
    assert life.problem.rectification_due_on == date(2024, 7, 5)
    assert life.problem.rounds[-1].due_on == DUE


def test_a_request_holds_the_transfers_own_date_and_refused_it_gets_two_working_days() -> None:
    life = with_date(date(2024, 7, 1))
    receipt = life.ask_for_time(-4)
    life.until(date(2024, 7, 3))
    assert not life.problem.transfer_date_missed
    life.answer_request(receipt, grant=False)
    assert life.problem.rectification_due_on == date(2024, 7, 5)
    assert life.problem.rounds[-1].due_on == DUE


def test_two_persons_move_the_transfers_own_date() -> None:
    life = with_date(date(2024, 7, 1))
    life.propose(c.MoveDueDate(round_no=1, due_on=date(2024, 7, 8)))
    life.agree()
    assert life.problem.rectification_due_on == date(2024, 7, 8)
    assert life.problem.rounds[-1].due_on == DUE
    life.propose(c.MoveDueDate(round_no=1, due_on=date(2024, 7, 12)))
    life.agree()
    assert life.problem.rectification_due_on == life.problem.rounds[-1].due_on == date(2024, 7, 12)


def test_lives_of_before_keep_the_transfers_own_date_where_it_is() -> None:
    life = with_date(date(2024, 7, 5), version=2)
    life.answer_request(life.ask_for_time(9))
    life.propose(c.MoveDueDate(round_no=1, due_on=date(2024, 7, 30)))
    life.agree()
    assert life.problem.rectification_due_on == date(2024, 7, 5)


def test_a_transfer_whose_own_date_has_passed_is_refused() -> None:
    life = Life()
    life.register()
    life.until(date(2024, 7, 5))
    command = c.TransferProblem(
        on=MONDAY, document_no="示例1号", rectification_due_on=date(2024, 7, 4), by=OFFICER
    )
    assert refused(life, command) == "rectification_date_passed"
    life.do(replace(command, rectification_due_on=date(2024, 7, 5)))
    assert life.problem.transferred_on == MONDAY


# -- limits ----------------------------------------------------------------------------------------


def test_what_may_be_granted_ends_with_the_clock_of_the_policy() -> None:
    life = Life(rules=by_half_past_five(), now=at_local(MONDAY, time(9)))
    life.register()
    life.transfer()
    receipt = life.ask_for_time(1)
    life.until(date(2024, 7, 10), time(17, 31))
    grant = c.DecideExtension(receipt_id=receipt, grant=True, reason="", by=OFFICER)
    assert refused(life, grant) == "extension_in_past"


def test_lives_of_before_look_at_midnight() -> None:
    life = with_date(version=2)
    receipt = life.ask_for_time(1)
    life.now = midnight_ending(date(2024, 7, 10))
    grant = c.DecideExtension(receipt_id=receipt, grant=True, reason="", by=OFFICER)
    assert refused(life, grant) == "extension_not_later"


@pytest.mark.parametrize(("on", "code"), [(date(2024, 7, 7), "date_not_plausible"), (DUE, "")])
def test_a_revisit_lies_between_acceptance_and_today(on: date, code: str) -> None:
    life = with_date()
    life.answer()
    life.until(date(2024, 7, 8))
    life.review()
    life.until(date(2024, 7, 9))
    visit = c.RecordRevisit(on=on, result=c.RevisitResult.IN_PLACE, findings="示例", by=OFFICER)
    if code:
        assert refused(life, visit) == code
    else:
        life.do(visit)
        assert life.problem.revisits[-1].on == on
