"""The bureau's time is in no clock: not in the level's, not in days late, not in a date that was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from domain import commands as c
from domain import events as e
from domain.assessment import assess
from domain.local_time import at_local
from domain.policy import LateBand, content_hash
from domain.proof import ProofKind
from domain.refusals import Refusal
from domain.rules import Rules
from domain.stages import Fact, RoundKind
from domain.words.counted import CountedFrom, counted_from_what
from domain.words.dates import standing
from domain.words.why import why_this_date
from tests.domain.test_falls_whole import RETURN, bounced, found_false, told, upheld
from tests.worlds.life import MONDAY, OFFICER, SUPERVISOR, Life, default_rules

GOING_ON = c.RectificationState.IN_PROGRESS


def by_days() -> Rules:
    """Rules by which an overdue rectification costs by its days."""
    default = default_rules()
    bands = tuple(LateBand(days=n, points=Decimal(n)) for n in (1, 5))
    rules = tuple(
        replace(one, bands=(), by_days_late=bands)
        if one.fact is Fact.OVERDUE_RECTIFICATION
        else one
        for one in default.policy.deductions
    )
    policy = replace(default.policy, deductions=rules, cap_per_problem_year=None)
    return replace(default, policy=replace(policy, content_hash=content_hash(policy)))


def faster(rules: Rules, working_days: int) -> Rules:
    """The same rules, with levels that rise after other numbers of working days."""
    levels = tuple(
        replace(one, after_working_days=working_days if one.level > 1 else 0)
        for one in rules.policy.levels
    )
    policy = replace(rules.policy, version="9", levels=levels)
    return replace(rules, policy=replace(policy, content_hash=content_hash(policy)))


# -- the level and days late ------------------------------------------------------------------------


def test_no_level_rises_while_an_objection_waits_nor_for_the_days_it_waited() -> None:
    life = told(rectify_by=date(2024, 6, 25))
    life.until(date(2024, 6, 28))
    receipt = life.object()
    life.until(date(2024, 8, 1))
    assert life.problem.level == 1
    life.answer_objection(receipt, uphold=False)
    life.until(date(2024, 8, 2))
    assert life.problem.level == 1
    life.until(date(2024, 8, 15))
    assert life.problem.level == 2


def test_no_day_late_is_counted_while_an_objection_waits() -> None:
    life = told(by_days(), rectify_by=date(2024, 6, 25))
    life.until(date(2024, 6, 28))
    receipt = life.object()
    life.until(date(2024, 7, 20))
    life.answer_objection(receipt, uphold=False)
    life.until(date(2024, 7, 21), time(23))
    assert life.problem.points == 1
    life.until(date(2024, 7, 23))
    assert life.problem.points == Decimal(5)


def test_a_request_that_was_held_takes_no_day_of_the_levels() -> None:
    life = told()
    found_false(life, date(2024, 6, 25))
    life.answer()
    life.review(RETURN)
    life.prove()
    life.until(date(2024, 7, 3))
    receipt = life.ask_for_time()
    life.until(date(2024, 8, 1))
    life.answer_request(receipt, grant=False)
    life.until(date(2024, 8, 1), time(23))
    assert life.problem.level == 1


def test_an_answer_or_a_suspension_ends_what_the_bureau_held() -> None:
    for ends in (Life.answer, Life.suspend):
        life = told()
        found_false(life, date(2024, 6, 25))
        life.answer()
        life.review(RETURN)
        life.prove()
        life.until(date(2024, 7, 3))
        life.ask_for_time()
        life.until(date(2024, 8, 1))
        ends(life)
        assert life.problem.level_clock.used == 5


def test_no_level_rises_while_the_bureau_owes_another_date() -> None:
    life = told()
    found_false(life, date(2024, 6, 25))
    life.until(date(2024, 7, 11))
    upheld(life, life.appeal())
    level = life.problem.level
    life.until(date(2024, 9, 2))
    assert life.problem.level == level
    life.propose(c.MoveDueDate(round_no=2, due_on=date(2024, 9, 10)))
    life.agree()
    life.until(date(2024, 9, 9))
    assert life.problem.level == level


def test_no_day_counts_between_a_unit_and_its_successor() -> None:
    rules = by_days()
    life = Life(rules=rules, now=at_local(date(2025, 10, 28), time(9)), served=False)
    life.register(district="500105")
    life.transfer(rectify_by=date(2025, 11, 3))
    life.prove()
    life.until(date(2025, 11, 30))
    life.do(c.AssignSuccessor(to_district="500157", reason="示例", by=OFFICER))
    life.prove()
    life.until(date(2025, 12, 1))
    assert (life.problem.points, life.problem.level) == (Decimal(1), 1)


def test_a_level_that_waited_for_proof_rises_by_no_day_before_it() -> None:
    life = told()
    found_false(life, date(2024, 6, 25))
    life.answer()
    life.review(RETURN)
    life.prove()
    life.until(date(2024, 6, 27))
    life.answer(GOING_ON, promised_on=date(2024, 9, 2))
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    life.until(date(2024, 8, 1))
    assert life.problem.rounds[-1].held_at is not None
    life.prove()
    life.until(date(2024, 8, 2))
    assert life.problem.level == 1


@pytest.mark.parametrize(("days", "level"), [(3, 1), (10, 1), (20, 1)])
def test_another_policy_raises_no_level_for_days_before_it(days: int, level: int) -> None:
    life = told()
    life.until(date(2024, 7, 18))
    policy = faster(life.rules, days).policy
    life.do(c.ApplyPolicy(policy=policy, proposed_by=OFFICER, by=SUPERVISOR))
    life.until(date(2024, 7, 23))
    assert life.problem.level == level
    life.until(date(2024, 7, 25))
    assert life.problem.level == (2 if days < 20 else 1)


# -- dates that were told ---------------------------------------------------------------------------


def test_a_successor_is_late_with_nothing_before_it_is_told_itself() -> None:
    life = Life(now=at_local(date(2025, 11, 3), time(9)), served=False)
    life.register(district="500105")
    life.transfer()
    life.prove()
    life.until(date(2025, 11, 10))
    life.do(c.AssignSuccessor(to_district="500157", reason="示例", by=OFFICER))
    assert life.problem.rounds[-1].due_on == date(2025, 11, 18)
    life.until(date(2025, 12, 1))
    assert life.problem.points == 0
    life.prove()
    assert life.problem.rounds[-1].due_on == date(2025, 12, 8)


def test_a_successor_told_in_time_has_every_date_as_it_was() -> None:
    life = Life(now=at_local(date(2025, 11, 3), time(9)), served=False)
    life.register(district="500105")
    life.transfer()
    life.prove()
    life.until(date(2025, 11, 10))
    life.do(c.AssignSuccessor(to_district="500157", reason="示例", by=OFFICER))
    life.until(date(2025, 11, 13))
    life.prove()
    assert life.problem.rounds[-1].due_on == date(2025, 11, 18)


def test_a_successor_whose_proof_comes_in_late_keeps_the_date_it_was_told_of_in_time() -> None:
    life = Life(now=at_local(date(2025, 11, 3), time(9)), served=False)
    life.register(district="500105")
    life.transfer()
    life.prove()
    life.answer_request(life.ask_for_time(days=24))
    life.until(date(2025, 11, 10))
    life.do(c.AssignSuccessor(to_district="500157", reason="示例", by=OFFICER))
    life.until(date(2025, 12, 15))
    life.do(c.RecordService(served_on=date(2025, 11, 13), means="直接送达", by=OFFICER))
    assert life.problem.rounds[-1].due_on == date(2025, 12, 12)
    life.until(date(2025, 12, 16))
    assert life.problem.deductions


def test_the_days_of_a_review_are_none_of_the_transfers_own_date() -> None:
    life = told(rectify_by=date(2024, 7, 4))
    life.until(date(2024, 6, 28))
    life.answer()
    life.until(date(2024, 7, 4), time(22))
    life.review(RETURN)
    life.prove()
    assert life.problem.rectification_due_on == date(2024, 7, 10)
    life.until(date(2024, 7, 9))
    assert life.problem.points == 0


def test_an_own_date_that_passed_before_anybody_could_show_that_it_was_told_moves() -> None:
    life = Life(served=False)
    life.register()
    life.transfer(rectify_by=MONDAY)
    life.until(date(2024, 6, 25))
    life.prove()
    life.until(date(2024, 6, 25), time(23))
    assert life.problem.points == 0
    assert life.problem.rectification_due_on == date(2024, 6, 25)


def test_an_own_date_that_passed_under_review_is_not_revived_by_an_extension() -> None:
    life = told(rectify_by=date(2024, 7, 4))
    life.until(date(2024, 7, 3))
    life.answer()
    life.until(date(2024, 7, 8))
    life.review(RETURN)
    life.prove()
    life.answer_request(life.ask_for_time(5))
    life.until(date(2024, 8, 1))
    assert life.problem.times(Fact.OVERDUE_RECTIFICATION) == 0


def test_a_transfer_entered_late_gives_its_own_date_the_same_days() -> None:
    life = Life(now=at_local(date(2024, 7, 8), time(9)), served=False)
    life.register()
    life.transfer(on=MONDAY, rectify_by=date(2024, 7, 9))
    assert life.problem.rectification_due_on == date(2024, 7, 23)


@pytest.mark.parametrize("suspended_on", [date(2024, 7, 5), date(2024, 7, 12)])
def test_a_district_that_was_told_during_a_suspension_has_its_days_from_its_end(
    suspended_on: date,
) -> None:
    life = Life(served=False)
    life.register()
    life.transfer(rectify_by=date(2024, 7, 31))
    life.until(suspended_on)
    life.suspend(60)
    life.until(date(2024, 7, 15))
    life.prove()
    life.until(date(2024, 8, 1))
    life.resume()
    round_ = life.problem.rounds[0]
    assert round_.due_on == date(2024, 8, 16)
    assert life.problem.rectification_due_on == date(2024, 9, 7)
    assert counted_from_what(round_, life.problem) is CountedFrom.RESUMPTION
    why = why_this_date(round_, life.problem, life.history, life.rules)
    assert any("自恢复计时之日2024年8月1日" in step.note for step in why.steps)


def test_a_later_date_that_was_granted_outlasts_a_suspension_in_which_the_district_was_told() -> (
    None
):
    life = Life(served=False)
    life.register()
    life.transfer()
    life.answer_request(life.ask_for_time(days=30))
    life.until(date(2024, 7, 11))
    life.suspend(60)
    life.until(date(2024, 7, 15))
    life.prove()
    life.until(date(2024, 8, 1))
    life.resume()
    assert life.problem.rounds[0].due_on == date(2024, 8, 29)


def test_a_return_never_cuts_the_fifteen_days_short() -> None:
    life = told()
    life.answer()
    life.review(RETURN)
    opened = next(v for v in life.events if isinstance(v, e.RoundOpened) and v.round_no == 2)
    assert (opened.due_on, opened.clause) == (date(2024, 7, 9), e.TOLD)
    assert opened.kind is RoundKind.SUPPLEMENT


@pytest.mark.parametrize(
    ("promised_on", "set_on", "taken"),
    [
        (date(2024, 8, 30), MONDAY, False),
        (date(2024, 8, 30), date(2024, 7, 8), False),
        (date(2024, 8, 30), date(2024, 7, 9), True),
        (date(2024, 8, 30), date(2024, 9, 2), True),
        (date(2024, 7, 1), date(2024, 6, 28), False),
        (date(2024, 7, 1), date(2024, 7, 1), True),
        (date(2025, 8, 30), date(2024, 9, 20), True),
    ],
)
def test_the_bureau_agrees_to_no_date_before_the_promised_and_the_told_one(
    promised_on: date, set_on: date, taken: bool
) -> None:
    life = told()
    life.answer(GOING_ON, promised_on=promised_on)
    if taken:
        life.review(c.Verdict.ACCEPT_IN_PROGRESS, promised_on=set_on)
        assert life.problem.rounds[-1].due_on == set_on
        return
    with pytest.raises(Refusal) as refusal:
        life.review(c.Verdict.ACCEPT_IN_PROGRESS, promised_on=set_on)
    assert refusal.value.code == "promise_too_early"


def test_of_what_was_reported_done_no_date_before_the_told_one_is_agreed() -> None:
    life = told()
    life.answer()
    with pytest.raises(Refusal) as refusal:
        life.review(c.Verdict.ACCEPT_IN_PROGRESS, promised_on=date(2024, 7, 8))
    assert refusal.value.code == "promise_too_early"
    life.review(c.Verdict.ACCEPT_IN_PROGRESS, promised_on=date(2024, 7, 9))


# -- requests ---------------------------------------------------------------------------------------


def test_a_refusal_in_the_last_minute_leaves_what_was_left_when_it_was_asked() -> None:
    life = told(rectify_by=date(2024, 7, 8))
    life.until(date(2024, 7, 4))
    receipt = life.ask_for_time()
    life.until(date(2024, 7, 8), time(23))
    life.answer_request(receipt, grant=False)
    assert life.problem.rectification_due_on == date(2024, 7, 11)
    assert life.problem.rounds[-1].due_on == date(2024, 7, 11)


def test_a_request_of_the_last_day_that_is_refused_at_once_leaves_the_last_day() -> None:
    life = told()
    life.until(date(2024, 7, 9))
    life.answer_request(life.ask_for_time(), grant=False)
    assert life.problem.rounds[-1].due_on == date(2024, 7, 9)


def test_nothing_is_granted_after_the_due_instant_that_is_less_than_a_refusal_leaves() -> None:
    life = told()
    life.until(date(2024, 7, 4))
    receipt = life.ask_for_time()
    life.until(date(2024, 7, 15))
    grant = c.DecideExtension(
        receipt_id=receipt, grant=True, until=date(2024, 7, 16), reason="", by=OFFICER
    )
    with pytest.raises(Refusal) as refusal:
        life.do(grant)
    assert refusal.value.code == "extension_too_short"
    life.do(replace(grant, until=date(2024, 7, 17)))
    assert life.problem.rounds[-1].due_on == date(2024, 7, 17)


# -- what is late, and of which year ----------------------------------------------------------------


def test_an_answer_while_the_objection_waits_is_in_time() -> None:
    life = told()
    life.until(date(2024, 6, 28))
    life.object()
    life.until(date(2024, 7, 12))
    life.answer()
    assert not life.problem.submissions[-1].late
    assert assess([life.problem], (), 2024, life.now)["500103"].in_time == 1


def test_an_answer_to_what_nobody_was_shown_to_be_told_is_in_time() -> None:
    life = Life(served=False)
    life.register()
    life.transfer()
    life.until(date(2024, 7, 12))
    life.answer()
    assert not life.problem.submissions[-1].late


def test_what_is_seen_on_site_belongs_to_that_day_and_its_year() -> None:
    life = Life(now=at_local(date(2024, 12, 2), time(9)))
    life.register()
    life.transfer()
    life.answer()
    life.review()
    life.until(date(2025, 1, 2))
    visit = c.RecordRevisit(
        on=date(2024, 12, 31),
        result=c.RevisitResult.NOT_IN_PLACE,
        findings="示例",
        by=OFFICER,
    )
    life.do(visit)
    (row,) = life.problem.deductions
    assert (row.on, row.year) == (date(2024, 12, 31), 2024)
    assert life.problem.entries[-1].listed_on == date(2024, 12, 31)


def test_a_bounce_stops_the_levels_days_until_the_next_proof() -> None:
    life = told()
    found_false(life, date(2024, 6, 25))
    bounced(life, 2)
    life.until(date(2024, 7, 12))
    life.prove(ProofKind.LINK_OPENED)
    life.until(date(2024, 7, 24))
    assert life.problem.level == 1


# -- in words ---------------------------------------------------------------------------------------


def test_a_round_that_waits_for_the_bureau_is_not_called_late() -> None:
    life = told()
    life.until(date(2024, 7, 4))
    receipt = life.ask_for_time()
    life.until(date(2024, 7, 12))
    round_ = life.problem.rounds[0]
    said = standing(life.problem, round_, life.now, life.rules)
    assert said.left == "待市级答复，暂不认定逾期"
    life.answer_request(receipt, grant=False)
    life.until(date(2024, 7, 17))
    upheld(life, life.appeal())
    said = standing(life.problem, life.problem.rounds[0], life.now, life.rules)
    assert said.left == "不认定逾期，待市级重新确定时限"


def test_days_late_are_left_out_of_a_problem_without_a_level_too() -> None:
    rules = by_days()
    policy = replace(rules.policy, listing=(), levels=())
    rules = replace(rules, policy=replace(policy, content_hash=content_hash(policy)))
    life = told(rules, rectify_by=date(2024, 6, 25))
    life.until(date(2024, 6, 28))
    receipt = life.object()
    life.until(date(2024, 7, 20))
    life.answer_objection(receipt, uphold=False)
    life.until(date(2024, 7, 21), time(23))
    assert life.problem.points == 1
