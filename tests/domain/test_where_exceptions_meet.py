"""Where two exceptions meet on one problem, neither may undo what the other promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from domain import commands as c
from domain import events as e
from domain.agenda import agenda
from domain.bureau import owes
from domain.deadlines import DayCount
from domain.local_time import at_local
from domain.policy import content_hash
from domain.refusals import Refusal
from domain.roles import SYSTEM, Actor, Role
from domain.rules import Rules
from domain.stages import Fact, RoundKind, Stage
from domain.work_calendar import CalendarYear, Holiday, years_hash
from tests.worlds.life import MONDAY, OFFICER, SUPERVISOR, Life, default_rules, transferred

OTHER_SUPERVISOR = Actor("supervisor-2", Role.SUPERVISOR)
DUE_ON = date(2024, 7, 9)
"""Fifteen days after Monday 2024-06-24."""


def refused(life: Life, command: c.Command) -> str:
    before = life.problem
    with pytest.raises(Refusal) as found:
        life.do(command)
    assert life.problem is before
    return found.value.code


def served(life: Life, on: date) -> None:
    life.do(c.RecordService(served_on=on, means="直接送达", by=OFFICER))


def listed() -> Life:
    life = transferred()
    life.until(date(2024, 7, 12))
    return life


# -- a date told never moves earlier ----------------------------------------------------------------


def test_service_recorded_after_an_extension_takes_no_day_of_it_back() -> None:
    life = transferred()
    life.answer_request(life.ask_for_time(20), grant=True)
    life.until(date(2024, 6, 28))
    served(life, date(2024, 6, 26))
    round_ = life.problem.rounds[0]
    assert (round_.due_on, round_.served_on) == (date(2024, 7, 29), date(2024, 6, 26))


def test_a_notice_sent_again_after_an_extension_takes_no_day_of_it_back() -> None:
    life = transferred()
    life.answer_request(life.ask_for_time(20), grant=True)
    life.until(date(2024, 6, 26))
    life.do(c.ReissueNotice(reason="联系人已更新", by=OFFICER))
    assert life.problem.rounds[0].due_on == date(2024, 7, 29)


def test_a_repeated_rectification_counted_by_the_policy_restarts_when_its_service_is_recorded() -> (
    None
):
    life = transferred()
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    life.served = False
    life.until(date(2024, 7, 20))
    assert life.problem.rounds[-1].held_at is not None
    served(life, date(2024, 7, 19))
    life.until(date(2024, 7, 31))
    round_ = life.problem.rounds[-1]
    assert (round_.due_on, round_.overdue_at) == (date(2024, 8, 2), None)


def test_a_life_of_the_first_version_takes_a_repeated_rectification_for_a_promised_one() -> None:
    life = Life(rules=replace(default_rules(), version=1))
    life.register()
    life.transfer()
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    before = life.problem.rounds[-1].due_on
    life.until(date(2024, 6, 28))
    served(life, date(2024, 6, 28))
    assert life.problem.rounds[-1].due_on == before


def test_a_promised_day_is_not_counted_anew_from_its_service() -> None:
    life = transferred()
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 8, 20))
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    life.until(date(2024, 7, 1))
    served(life, date(2024, 7, 1))
    assert life.problem.rounds[-1].due_on == date(2024, 8, 20)


def test_a_promised_day_that_passed_before_the_service_leaves_the_days_of_a_repetition() -> None:
    life = transferred()
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 8, 20))
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    life.served = False
    life.until(date(2024, 8, 26))
    assert life.problem.rounds[-1].held_at is not None
    served(life, date(2024, 8, 26))
    life.until(date(2024, 9, 5))
    round_ = life.problem.rounds[-1]
    assert (round_.due_on, round_.overdue_at) == (date(2024, 9, 9), None)


def test_a_promised_day_before_which_service_is_proven_later_has_its_consequence() -> None:
    life = transferred()
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 8, 20))
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    life.served = False
    life.until(date(2024, 8, 26))
    served(life, date(2024, 8, 1))
    life.until(date(2024, 8, 26))
    assert life.problem.rounds[-1].overdue_at is not None


def test_a_day_of_rest_the_district_chose_stays_when_a_new_year_is_announced() -> None:
    life = transferred()
    life.answer_request(life.ask_for_time(11), grant=True)
    saturday = date(2024, 7, 20)
    assert life.problem.rounds[0].due_on == saturday
    years = (*life.rules.calendar.years, CalendarYear(2029, "示例", True, (), ()))
    calendar = replace(life.rules.calendar, version="示例-2029", years=years)
    life.do(
        c.ApplyCalendar(
            calendar=calendar, content_hash=years_hash(years), proposed_by=OFFICER, by=SUPERVISOR
        )
    )
    assert life.problem.rounds[0].due_on == saturday


def test_a_workday_that_a_revised_notice_makes_a_holiday_gives_way() -> None:
    life = transferred()
    life.answer_request(life.ask_for_time(10), grant=True)
    friday = date(2024, 7, 19)
    assert life.problem.rounds[0].due_on == friday
    old = life.rules.calendar
    years = tuple(
        replace(y, holidays=(*y.holidays, Holiday("示例假日", (friday,)))) if y.year == 2024 else y
        for y in old.years
    )
    calendar = replace(old, version="示例修订", years=years)
    life.do(
        c.ApplyCalendar(
            calendar=calendar, content_hash=years_hash(years), proposed_by=OFFICER, by=SUPERVISOR
        )
    )
    assert life.problem.rounds[0].due_on == date(2024, 7, 22)


def test_days_left_keep_the_unit_they_were_counted_in_when_the_policy_changes_meanwhile() -> None:
    life = transferred()
    life.suspend(60)
    assert life.problem.suspensions[0].days_left == 15
    clocks = life.rules.policy.clocks
    feedback = replace(clocks.feedback, unit=DayCount.WORKING_DAYS)
    policy = replace(life.rules.policy, clocks=replace(clocks, feedback=feedback), content_hash="")
    policy = replace(policy, content_hash=content_hash(policy))
    life.do(c.ApplyPolicy(policy=policy, proposed_by=OFFICER, by=SUPERVISOR))
    life.until(date(2024, 7, 1))
    life.resume()
    assert life.problem.rounds[0].due_on == date(2024, 7, 16)


# -- whose problem it is ----------------------------------------------------------------------------


def test_a_problem_cannot_be_suspended_while_nobody_has_said_whose_it_is() -> None:
    life = transferred()
    receipt = life.object()
    act = c.ProposeAct(act=c.SuspendProblem(review_on=date(2024, 8, 1)), reason="示例", by=OFFICER)
    assert refused(life, act) == "objection_waits"
    life.answer_objection(receipt, uphold=False)
    life.do(act)


def test_the_new_district_has_as_many_days_for_the_transfers_own_date_as_the_first_had() -> None:
    life = Life()
    life.register()
    life.transfer(rectify_by=date(2024, 7, 24))
    life.until(date(2024, 6, 28))
    receipt = life.object()
    life.until(date(2024, 7, 26))
    life.answer_objection(receipt, uphold=True)
    assert life.problem.rectification_due_on == date(2024, 8, 25)
    life.until(date(2024, 7, 28))
    assert life.problem.times(Fact.OVERDUE_RECTIFICATION) == 0


def test_the_new_districts_promise_is_bounded_from_the_day_it_was_handed_the_problem() -> None:
    life = transferred()
    life.until(date(2024, 6, 28))
    receipt = life.object()
    life.until(date(2024, 7, 5))
    life.answer_objection(receipt, uphold=True)
    life.answer(c.RectificationState.IN_PROGRESS, district="500104", promised_on=date(2024, 10, 3))
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    assert life.problem.rounds[-1].due_on == date(2024, 10, 3)


def test_a_service_before_the_problem_was_handed_on_proves_nothing_to_the_new_district() -> None:
    life = transferred()
    life.until(date(2024, 6, 28))
    life.do(c.ReassignProblem(to_district="500104", reason="示例", by=OFFICER))
    service = c.RecordService(served_on=date(2024, 6, 27), means="x", by=OFFICER)
    assert refused(life, service) == "date_not_plausible"


def test_a_refused_objection_leaves_the_days_in_which_it_may_be_disputed() -> None:
    life = transferred()
    life.until(date(2024, 6, 28))
    receipt = life.object()
    life.until(date(2024, 7, 12))
    life.answer_objection(receipt, uphold=False)
    round_ = life.problem.rounds[0]
    assert (round_.due_on, round_.original_due_on) == (date(2024, 7, 19), DUE_ON)
    life.until(date(2024, 7, 19))
    assert life.problem.entry is None
    life.object()
    life.until(date(2024, 7, 25))
    assert life.problem.entry is None
    raised = life.problem.objection
    assert raised is not None
    life.answer_objection(raised.receipt_id, uphold=True, by=SUPERVISOR)
    assert life.problem.district == "500104"


def test_the_days_for_a_dispute_are_counted_from_the_refusal() -> None:
    life = transferred()
    life.prove()
    life.until(date(2024, 6, 28))
    receipt = life.object()
    life.until(date(2024, 7, 3))
    life.answer_objection(receipt, uphold=False)
    life.until(date(2024, 7, 10), time(23, 59))
    life.object()
    assert life.problem.objection is not None
    assert life.problem.objection.disputed


def test_a_refused_objection_moves_no_date_that_leaves_time_enough() -> None:
    life = transferred()
    receipt = life.object()
    life.answer_objection(receipt, uphold=False)
    assert (life.problem.rounds[0].due_on, life.problem.rounds[0].moves) == (DUE_ON, 0)


def test_a_refused_objection_leaves_time_for_the_transfers_own_date_too() -> None:
    life = Life()
    life.register()
    life.transfer(rectify_by=date(2024, 7, 5))
    life.until(date(2024, 6, 28))
    receipt = life.object()
    life.until(date(2024, 7, 12))
    life.answer_objection(receipt, uphold=False)
    assert life.problem.rectification_due_on == date(2024, 7, 19)
    life.until(date(2024, 7, 19))
    assert not life.problem.transfer_date_missed


def test_a_second_request_is_refused_in_words_that_fit_requests_of_every_kind() -> None:
    life = transferred()
    life.object()
    with pytest.raises(Refusal) as found:
        life.object()
    assert found.value.code == "already_asked"
    assert "延期" not in str(found.value)


def test_a_correction_before_the_successor_passes_no_points_on() -> None:
    life = Life(rules=default_rules("guangyuan-2018"))
    life.now = at_local(date(2025, 10, 13), time(9))
    life.register(district="500105")
    life.transfer()
    life.until(date(2025, 10, 30))
    assert life.problem.deductions[0].district == "500105"
    life.do(c.ReassignProblem(to_district="500112", reason="示例", by=OFFICER))
    life.until(date(2025, 11, 7))
    life.do(c.AssignSuccessor(to_district="500157", reason="行政区划调整", by=OFFICER))
    paper = life.handed() | {"deduction": life.problem.deductions[0].seq}
    assert refused(life, c.AppealDeduction(**paper)) == "wrong_district"


def test_the_successor_of_an_ended_unit_appeals_for_it_and_nobody_else() -> None:
    life = transferred(date(2025, 10, 13), district="500112")
    life.until(date(2025, 11, 7))
    (row,) = life.problem.deductions
    paper = life.handed() | {"deduction": row.seq}
    assert refused(life, c.AppealDeduction(**paper | {"district": "500157"})) == "wrong_district"
    for unit in ("500109", "500157"):
        life.do(c.AssignSuccessor(to_district=unit, reason="行政区划调整", by=OFFICER))
    assert life.problem.deductions[0].district == "500112"
    assert refused(life, c.AppealDeduction(**paper | {"district": "500104"})) == "wrong_district"
    life.do(c.AppealDeduction(**paper | {"district": "500157"}))
    assert life.problem.appeals_open


# -- what was proposed lapses with its object -------------------------------------------------------


def second_extension_proposed() -> Life:
    life = transferred()
    life.answer_request(life.ask_for_time(), grant=True)
    life.answer_request(life.ask_for_time(), grant=True)
    assert [one.act.tag for one in life.problem.proposed] == ["extend_round"]
    return life


def test_a_proposed_extension_lapses_with_its_request_at_the_due_instant() -> None:
    life = second_extension_proposed()
    life.until(date(2024, 7, 22))
    assert life.problem.rounds[0].overdue_at is not None
    assert life.problem.proposed == ()


def test_a_proposed_extension_lapses_when_the_officer_refuses_the_request_after_all() -> None:
    life = second_extension_proposed()
    asked = life.problem.rounds[0].asked
    assert asked is not None
    life.answer_request(asked.receipt_id, grant=False)
    assert life.problem.proposed == ()


def test_what_was_proposed_for_a_round_lapses_when_the_round_is_answered_or_gone() -> None:
    answered = second_extension_proposed()
    answered.propose(c.MoveDueDate(round_no=1, due_on=date(2024, 8, 30)))
    answered.answer()
    assert answered.problem.proposed == ()
    handed_on = second_extension_proposed()
    handed_on.do(c.ReassignProblem(to_district="500104", reason="示例", by=OFFICER))
    assert handed_on.problem.proposed == ()


def test_a_suspension_proposed_and_never_approved_does_not_keep_a_closed_life_alive() -> None:
    life = transferred()
    life.propose(c.SuspendProblem(review_on=date(2024, 8, 30)))
    life.answer()
    life.review()
    life.revisit()
    life.approve()
    assert life.problem.proposed == ()
    life.until(life.today)
    assert life.problem.ended


def test_an_extension_that_could_not_be_granted_is_not_even_proposed() -> None:
    life = transferred()
    receipt = life.ask_for_time()
    act = c.ExtendRound(receipt_id=receipt, until=date(2025, 7, 9))
    propose = c.ProposeAct(act=act, reason="示例", by=OFFICER)
    assert refused(life, propose) == "extension_too_long"


@pytest.mark.parametrize("approved", [0, 1])
def test_a_deduction_taken_back_settles_every_proposal_to_take_it_back(approved: int) -> None:
    life = listed()
    receipt = life.appeal()
    seq = life.problem.deductions[0].seq
    life.propose(c.ReverseDeduction(deduction=seq))
    life.answer_appeal(receipt, uphold=True)
    one, other = life.problem.proposed[approved], life.problem.proposed[1 - approved]
    life.do(c.ApproveAct(proposal=one.seq, content_hash=one.content_hash, by=SUPERVISOR))
    assert life.problem.proposed == ()
    assert life.problem.points == 0
    gone = c.DeclineAct(proposal=other.seq, reason="x", by=SUPERVISOR)
    assert refused(life, gone) == "no_such_proposal"


def test_an_appeal_refused_after_all_settles_the_proposal_to_uphold_it() -> None:
    life = listed()
    receipt = life.appeal()
    life.answer_appeal(receipt, uphold=True)
    life.answer_appeal(receipt, uphold=False)
    assert life.problem.proposed == ()
    assert life.problem.points == Decimal("0.2")


def test_a_correction_of_the_bureaus_own_survives_the_refusal_of_an_appeal() -> None:
    life = listed()
    receipt = life.appeal()
    life.propose(c.ReverseDeduction(deduction=life.problem.deductions[0].seq))
    life.answer_appeal(receipt, uphold=False)
    assert len(life.problem.proposed) == 1
    life.agree()
    assert life.problem.points == 0


def test_the_author_of_a_deduction_cannot_refuse_its_appeal_by_declining_the_reversal() -> None:
    life = transferred()
    life.answer()
    waiting = life.problem.under_review
    assert waiting is not None
    life.do(
        c.ReviewFeedback(
            receipt_id=waiting.receipt_id,
            verdict=c.Verdict.FOUND_FALSE,
            reason="示例",
            by=SUPERVISOR,
        )
    )
    life.answer_appeal(life.appeal(), uphold=True)
    proposed = life.problem.proposed[-1]
    decline = c.DeclineAct(proposal=proposed.seq, reason="示例", by=SUPERVISOR)
    assert refused(life, decline) == "author_must_not_decide"
    life.disagree(by=OTHER_SUPERVISOR)
    assert not life.problem.appeals_open


def test_a_reversal_names_the_appeal_it_upholds_or_none() -> None:
    life = listed()
    life.appeal()
    act = c.ReverseDeduction(deduction=life.problem.deductions[0].seq, receipt_id="other")
    assert refused(life, c.ProposeAct(act=act, reason="x", by=OFFICER)) == "no_such_appeal"
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    others = replace(act, receipt_id=life.appeal())
    propose = c.ProposeAct(act=others, reason="x", by=SUPERVISOR)
    assert refused(life, propose) == "no_such_appeal"


def test_a_withdrawn_problem_keeps_the_reversal_that_was_proposed() -> None:
    life = Life(rules=default_rules("guangyuan-2018"))
    life.register()
    life.transfer()
    clocks = [rule for rule in life.rules.policy.deductions if rule.fact is Fact.RED_LIGHT]
    assert clocks
    life.until(date(2024, 7, 12))
    life.propose(c.ReverseDeduction(deduction=life.problem.deductions[0].seq))
    life.do(c.WithdrawProblem(reason="示例", by=OFFICER))
    assert life.problem.stage is Stage.WITHDRAWN
    assert [one.act.tag for one in life.problem.proposed] == ["reverse_deduction"]
    before = life.problem.points
    life.agree()
    assert life.problem.points < before


# -- points, dates and reminders --------------------------------------------------------------------


def test_points_taken_back_make_room_under_the_cap() -> None:
    policy = replace(default_rules().policy, cap_per_problem_year=Decimal(2))
    life = Life(rules=Rules(policy, default_rules().calendar))
    life.register()
    life.transfer()
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    life.propose(c.ReverseDeduction(deduction=life.problem.deductions[0].seq), by=SUPERVISOR)
    life.agree(by=OTHER_SUPERVISOR)
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    assert life.problem.points == 2


def test_the_transfers_own_date_stays_superseded_when_a_later_answer_is_returned() -> None:
    life = Life()
    life.register()
    life.transfer(rectify_by=date(2024, 7, 31))
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 8, 20))
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    life.until(date(2024, 8, 15))
    life.answer()
    life.review(c.Verdict.RETURN_FOR_SUPPLEMENT)
    life.until(date(2024, 8, 20))
    assert life.problem.rounds[-1].kind is RoundKind.SUPPLEMENT
    assert life.problem.times(Fact.OVERDUE_RECTIFICATION) == 0


def test_a_second_suspension_is_looked_at_by_its_date_like_the_first() -> None:
    life = transferred()
    life.prove()
    life.suspend(10)
    life.until(date(2024, 7, 20))
    life.resume()
    life.suspend(10)
    life.until(date(2024, 8, 20))
    reminded = [v for v in life.events if isinstance(v, e.BureauReminded)]
    assert [(v.duty, v.step) for v in reminded] == [
        (e.BureauDuty.SUSPENSION, 1),
        (e.BureauDuty.SUSPENSION, 2),
        (e.BureauDuty.SUSPENSION, 1),
        (e.BureauDuty.SUSPENSION, 2),
    ]


def test_a_late_revisit_suspended_for_a_moment_is_due_that_day_and_reminded_anew() -> None:
    life = transferred()
    life.answer()
    life.review()
    life.until(date(2024, 8, 1))
    assert life.problem.times_reminded("revisit:") == 2
    life.suspend(10)
    life.resume()
    assert life.problem.revisit_due_at == at_local(date(2024, 8, 2), time(0))
    life.until(date(2024, 8, 2))
    assert life.problem.times_reminded("revisit:") == 1


def test_a_revisit_in_time_suspended_for_a_moment_keeps_its_day() -> None:
    life = transferred()
    life.answer()
    before = life.review()
    life.suspend(10)
    after = life.resume()
    assert (after.revisit_on, after.revisit_due_at) == (before.revisit_on, before.revisit_due_at)
    assert life.tags.count("revisit:planned") == 1


def test_a_second_bounce_of_a_round_is_a_new_task() -> None:
    life = transferred()
    bounce = c.ReportBounce(round_no=1, notice_key="x", reported_at=life.now, by=SYSTEM)
    life.do(bounce)
    life.until(date(2024, 7, 1))
    served(life, date(2024, 7, 1))
    life.do(replace(bounce, reported_at=life.now))
    assert owes(life.problem, e.BureauDuty.SERVICE, "r1")
    duty = agenda(life.problem, life.rules)
    assert duty is not None
    assert (duty.detail, duty.at) == ("service:r1#1", at_local(date(2024, 7, 3), time(0)))


def test_after_an_outage_the_bureau_is_reminded_once_and_not_in_a_burst() -> None:
    life = transferred()
    life.do(c.ReportBounce(round_no=1, notice_key="x", reported_at=life.now, by=SYSTEM))
    life.now = at_local(date(2024, 7, 8), time(12))
    life.until(date(2024, 7, 8), time(13))
    reminded = [v for v in life.events if isinstance(v, e.BureauReminded)]
    assert [(v.step, v.planned_at) for v in reminded] == [(4, at_local(date(2024, 7, 8), time(9)))]
    life.until(date(2024, 7, 12))
    assert life.problem.times_reminded("service:r1") == 5


def test_what_the_bureau_did_late_it_is_late_with_no_more() -> None:
    life = transferred()
    life.prove()
    receipt = life.ask_for_time()
    life.until(date(2024, 7, 1))
    assert list(life.problem.late_duties) == [e.BureauDuty.EXTENSION]
    life.answer_request(receipt, grant=True)
    assert not life.problem.late_duties


def test_days_of_a_suspension_after_the_consequence_are_no_days_of_the_levels_clock() -> None:
    life = listed()
    life.suspend(60)
    life.until(date(2024, 8, 9))
    assert life.problem.level == 1
    life.resume()
    assert life.problem.level_clock.running_from == date(2024, 8, 9)
    assert life.today - MONDAY == timedelta(days=46)
