"""Points, list and levels since FAIR_POINTS: for the day that was missed, and never without ground."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from domain import commands as c
from domain import events as e
from domain.agenda import agenda
from domain.appeal_window import appeal_until, points_of
from domain.assessment import assess
from domain.bureau import duties_of_bureau
from domain.decisions.points import price
from domain.local_time import at_local, midnight_ending
from domain.notices import NoticeKind, is_obsolete
from domain.policy import Band, DeductionRule
from domain.refusals import Refusal
from domain.roles import SYSTEM
from domain.stages import Fact, Stage
from domain.words.life import explain_problem
from gateways.policy_files import load_policy
from tests.worlds.life import (
    MONDAY,
    OFFICER,
    OTHER_OFFICER,
    SUPERVISOR,
    Life,
    default_rules,
    transferred,
)

DUE = date(2024, 7, 9)
RETURN, FALSE = c.Verdict.RETURN_FOR_SUPPLEMENT, c.Verdict.FOUND_FALSE


def under(policy_id: str, on: date = MONDAY, rectify_by: date | None = None) -> Life:
    """A life by another policy, transferred on a day at nine."""
    life = Life(rules=default_rules(policy_id), now=at_local(on, time(9)))
    life.register()
    life.transfer(rectify_by=rectify_by)
    return life


def silent(**given: object) -> Life:
    """A life whose district kept silent: listed, at level 1."""
    life = transferred(**given)  # type: ignore[arg-type]  # test builder
    life.until(date(2024, 7, 10))
    return life


def judged(life: Life, verdict: c.Verdict) -> None:
    """The district answers, and the officer gives this verdict."""
    life.answer(district=life.problem.district)
    life.review(verdict)


def taken_back(life: Life, number: int = -1) -> None:
    """Two persons take a deduction back."""
    act = c.ReverseDeduction(deduction=life.problem.deductions[number].seq)
    life.propose(act, by=OTHER_OFFICER)
    life.agree()


def rows(life: Life) -> list[tuple[str, Decimal]]:
    """Whose points still stand."""
    return [(row.district, row.left) for row in life.problem.deductions]


def kinds(life: Life) -> list[NoticeKind]:
    """What was ordered, in order."""
    return [order.kind for order in life.notices]


# -- the day that was missed -----------------------------------------------------------------------


@pytest.mark.parametrize("late_by", [timedelta(0), timedelta(hours=3), timedelta(days=6)])
def test_an_outage_moves_no_point_into_another_year(late_by: timedelta) -> None:
    life = transferred(date(2024, 12, 16))
    life.until(date(2024, 12, 31), time(23))
    duty = agenda(life.problem, life.rules)
    assert duty is not None
    life.meet(duty, late_by)
    (row,) = life.problem.deductions
    assert (row.year, row.on) == (2024, date(2024, 12, 31))
    entry = life.problem.entry
    assert entry is not None
    assert entry.listed_on == date(2024, 12, 31)


def test_a_finding_belongs_to_the_day_on_which_it_was_made() -> None:
    life = transferred()
    life.until(date(2024, 6, 28))
    judged(life, FALSE)
    assert [row.on for row in life.problem.deductions] == [date(2024, 6, 28)]


# -- levels ----------------------------------------------------------------------------------------


def test_no_level_rises_before_the_period_of_the_same_finding_is_over() -> None:
    life = transferred()
    life.until(date(2024, 6, 25))
    judged(life, FALSE)
    assert life.problem.rounds[-1].due_on == date(2024, 7, 9)
    life.until(date(2024, 7, 9), time(23, 59))
    assert life.problem.level == 1
    life.until(date(2024, 7, 10), time(0))
    assert life.problem.level == 2
    told = next(o for o in life.notices if o.kind is NoticeKind.LEVEL_RAISED)
    assert told.not_before == at_local(date(2024, 7, 10), time(9))


def test_days_granted_by_the_finding_hold_the_level_when_they_are_extended() -> None:
    life = transferred()
    life.until(date(2024, 6, 25))
    judged(life, FALSE)
    life.answer_request(life.ask_for_time(10))
    life.until(date(2024, 7, 19), time(23, 59))
    assert life.problem.level == 1
    life.until(date(2024, 7, 20), time(0))
    assert life.problem.level == 2


# -- what falls away -------------------------------------------------------------------------------


def test_an_upheld_appeal_takes_ground_listing_level_and_points_with_it() -> None:
    life = silent()
    life.do(c.RecordListNumber(number="2024-示例", by=OFFICER))
    life.answer_appeal(life.appeal(), uphold=True)
    assert life.problem.level == 1
    life.agree()
    problem = life.problem
    assert (problem.entry, problem.level, problem.points) == (None, 0, Decimal(0))
    assert problem.entries[-1].fallen == (Fact.NO_FEEDBACK,)
    assert problem.entries[-1].first_reason is Fact.NO_FEEDBACK
    assert {g.fact for g in problem.grounds if not g.fallen_seq} == {Fact.YELLOW_LIGHT}
    round_ = problem.rounds[-1]
    assert (round_.overdue_at, round_.due_on) == (None, DUE)
    assert round_.excused_at is not None
    assert NoticeKind.UNLISTED in kinds(life)
    keeper = [dict(o.details) for o in life.notices if o.kind is NoticeKind.BUREAU_TASK]
    assert {"task": "unlisted", "number": "2024-示例"} in keeper
    life.until(date(2024, 8, 20))
    assert (life.problem.points, life.problem.entry) == (Decimal(0), None)
    assert e.BureauDuty.NEW_DATE in life.problem.late_duties
    life.propose(c.MoveDueDate(round_no=1, due_on=date(2024, 8, 26)))
    life.agree()
    life.until(date(2024, 8, 27))
    assert life.problem.points == Decimal("0.2")


def test_an_answer_after_the_lateness_fell_is_not_late() -> None:
    life = silent()
    taken_back(life)
    assert "待市级重新确定时限" in "".join(explain_problem(life.problem, life.rules))
    life.until(date(2024, 8, 1))
    life.answer()
    assert not life.problem.submissions[-1].late


def test_a_ground_that_fell_takes_the_notices_to_come_with_it() -> None:
    life = silent()
    ordered = {o.kind: o for o in life.notices}
    taken_back(life)
    for kind in (NoticeKind.LISTED, NoticeKind.POINTS_DEDUCTED):
        assert is_obsolete(ordered[kind], life.problem, answer_in_inbox=False) == "fallen"
    due = ordered[NoticeKind.OVERDUE_REMINDER]
    assert is_obsolete(due, life.problem, answer_in_inbox=False) == "fallen"


def test_a_listing_stays_while_another_ground_of_it_stands() -> None:
    life = silent()
    judged(life, FALSE)
    taken_back(life, 0)
    entry = life.problem.entry
    assert entry is not None
    assert (entry.reasons, entry.fallen) == ((Fact.NOT_STRICT_OR_FALSE,), (Fact.NO_FEEDBACK,))
    assert life.problem.level == 1


def test_a_reason_stays_while_the_same_fact_stands_a_second_time() -> None:
    life = transferred()
    judged(life, FALSE)
    judged(life, FALSE)
    taken_back(life, 0)
    entry = life.problem.entry
    assert entry is not None
    assert entry.reasons == (Fact.NOT_STRICT_OR_FALSE,)


def test_a_reversed_deduction_is_no_occurrence_and_the_others_are_priced_anew() -> None:
    life = transferred()
    judged(life, FALSE)
    taken_back(life)
    judged(life, FALSE)
    assert rows(life) == [("500103", Decimal(0)), ("500103", Decimal(2))]
    judged(life, FALSE)
    assert life.problem.points == Decimal(5)  # 2, and what the cap leaves of 4
    taken_back(life, 1)
    assert rows(life)[1:] == [("500103", Decimal(0)), ("500103", Decimal(2))]
    told = [dict(o.details)["points"] for o in life.notices if "given_back" in o.kind]
    assert told == ["2", "2", "1"]


def test_both_facts_of_one_missed_date_fall_together() -> None:
    life = under("guangyuan-2018")
    life.until(date(2024, 7, 10))
    assert life.problem.points == Decimal(2)
    taken_back(life)
    assert {g.fact for g in life.problem.grounds if g.fallen_seq} >= {
        Fact.NO_FEEDBACK,
        Fact.RED_LIGHT,
    }


def test_an_excused_answer_is_none_that_is_missing() -> None:
    life = silent()
    taken_back(life)
    figures = assess([life.problem], (), 2024, life.now)["500103"]
    assert (figures.missing, figures.pending, figures.listed) == (0, 1, 0)


# -- whose points ----------------------------------------------------------------------------------


def test_another_district_begins_with_its_own_first_time() -> None:
    life = under("jinhua")
    judged(life, RETURN)
    judged(life, RETURN)
    life.do(c.ReassignProblem(to_district="500104", reason="示例", by=OFFICER))
    judged(life, RETURN)
    assert life.problem.deductions[-1].points == life.problem.deductions[0].points
    assert life.problem.deductions[-1].district == "500104"


def test_a_successor_goes_on_counting() -> None:
    life = under("jinhua", date(2025, 11, 3))
    round_ = replace(life.problem.rounds[0], district="500105")
    life.problem_or_none = replace(life.problem, district="500105", rounds=(round_,))
    judged(life, FALSE)
    life.until(date(2025, 11, 6))
    life.do(c.AssignSuccessor(to_district="500157", reason="示例", by=OFFICER))
    judged(life, FALSE)
    assert life.problem.held_as == {"500105", "500157"}
    assert [row.counted for row in life.problem.deductions] == [1, 2]


def test_points_are_to_be_appealed_by_who_lost_them_and_by_its_successor() -> None:
    life = under("jinhua", date(2025, 11, 3))
    round_ = replace(life.problem.rounds[0], district="500105")
    life.problem_or_none = replace(life.problem, district="500105", rounds=(round_,))
    judged(life, FALSE)
    life.until(date(2025, 11, 6))
    life.do(c.AssignSuccessor(to_district="500157", reason="示例", by=OFFICER))
    assert points_of(life.problem, "500105") == points_of(life.problem, "500157")
    assert points_of(life.problem, "500157") == life.problem.deductions != ()
    assert points_of(life.problem, "500104") == ()


def test_the_points_of_the_wrong_district_stay_its_own_to_appeal() -> None:
    life = under("jinhua")
    judged(life, FALSE)
    before = life.problem.district
    life.do(c.ReassignProblem(to_district="500104", reason="示例", by=OFFICER))
    assert points_of(life.problem, before) == life.problem.deductions
    assert points_of(life.problem, "500104") == ()


def test_the_points_of_the_wrong_district_are_proposed_for_reversal() -> None:
    life = under("jinhua")
    judged(life, FALSE)
    life.do(c.ReassignProblem(to_district="500104", reason="示例", by=OFFICER))
    (proposed,) = life.problem.proposed
    assert (proposed.act, proposed.by) == (
        c.ReverseDeduction(deduction=life.problem.deductions[0].seq),
        SYSTEM,
    )
    life.agree()
    assert life.problem.points == Decimal(0)


def test_points_that_somebody_proposed_to_reverse_are_not_proposed_twice() -> None:
    life = under("jinhua")
    judged(life, FALSE)
    act = c.ReverseDeduction(deduction=life.problem.deductions[0].seq)
    life.propose(act, by=OTHER_OFFICER)
    life.do(c.ReassignProblem(to_district="500104", reason="示例", by=OFFICER))
    assert [one.act for one in life.problem.proposed] == [act]


def test_nobody_alone_takes_a_listed_problem_from_its_district() -> None:
    life = silent()
    move = c.ReassignProblem(to_district="500104", reason="示例", by=OFFICER)
    life.do(move)
    assert (life.problem.district, life.problem.level) == ("500103", 1)
    with pytest.raises(Refusal) as again:
        life.do(move)
    assert again.value.code == "already_proposed"
    life.agree()
    problem = life.problem
    assert (problem.district, problem.entry, problem.level) == ("500104", None, 0)
    assert problem.proposed[-1].act == c.ReverseDeduction(deduction=problem.deductions[0].seq)
    life.agree()
    assert life.problem.points == Decimal(0)


def objected() -> tuple[Life, str]:
    """A problem listed for the transfer's own date, whose district says that it is not its own."""
    life = Life()
    life.register()
    life.transfer(rectify_by=date(2024, 6, 25))
    life.until(date(2024, 6, 27))
    return life, life.object()


def test_an_objection_to_a_listed_problem_is_upheld_by_two_persons() -> None:
    life, receipt = objected()
    life.answer_objection(receipt, uphold=True)
    assert life.problem.objection is not None
    life.agree()
    assert (life.problem.district, life.problem.entry) == ("500104", None)
    assert life.problem.objections[-1].upheld


def test_a_second_person_who_does_not_agree_refuses_the_objection() -> None:
    life, receipt = objected()
    life.answer_objection(receipt, uphold=True)
    life.disagree()
    assert life.problem.objections[-1].upheld is False
    assert life.problem.entry is not None


def test_a_correction_that_is_not_agreed_to_leaves_everything_as_it_stood() -> None:
    life = silent()
    life.do(c.ReassignProblem(to_district="500104", reason="示例", by=OFFICER))
    life.disagree()
    assert (life.problem.district, life.problem.level) == ("500103", 1)


def test_a_listed_problem_that_is_none_is_taken_back_by_two_persons() -> None:
    life = silent()
    life.do(c.WithdrawProblem(reason="示例", by=OFFICER))
    assert life.problem.stage is Stage.AWAITING_FEEDBACK
    life.agree()
    problem = life.problem
    assert (problem.stage, problem.entry, problem.level) == (Stage.WITHDRAWN, None, 0)
    life.agree()
    assert life.problem.points == Decimal(0)


def into(life: Life, *, listed: bool) -> c.MergeProblem:
    """The command that joins a problem to another of the same enterprise."""
    facts = life.problem.facts
    return c.MergeProblem(
        into_no="CQ2024-0002",
        into_district="500103",
        into_enterprise=facts.enterprise,
        into_key_content=facts.key_content,
        into_is_open=True,
        into_due_on=None,
        into_is_listed=listed,
        reason="示例",
        by=OFFICER,
    )


def test_a_listed_duplicate_is_joined_to_a_listed_problem_and_costs_its_district_once() -> None:
    life = silent()
    with pytest.raises(Refusal) as refused:
        life.do(into(life, listed=False))
    assert refused.value.code == "listed_stays"
    life.do(into(life, listed=True))
    assert (life.problem.stage, life.problem.entry) == (Stage.MERGED, None)
    life.agree()
    assert life.problem.points == Decimal(0)


# -- new rules -------------------------------------------------------------------------------------


def test_a_new_policy_counts_only_what_happens_after_it() -> None:
    life = transferred()
    judged(life, RETURN)
    judged(life, RETURN)
    life.do(c.ApplyPolicy(policy=load_policy("jinhua"), proposed_by=OFFICER, by=SUPERVISOR))
    judged(life, RETURN)
    assert [row.counted for row in life.problem.deductions] == [1]


def taken_over() -> Life:
    """A life of the second version, silent under it, that two persons took over into the newest."""
    life = silent(version=2)
    assert life.problem.grounds == ()
    change = c.ApplyPolicy(
        policy=life.rules.policy, proposed_by=OFFICER, by=SUPERVISOR, rules_version=3
    )
    life.do(change)
    assert (life.rules.version, life.problem.level) == (3, 1)
    with pytest.raises(Refusal) as again:
        life.do(change)
    assert again.value.code == "nothing_changes"
    return life


def test_a_life_taken_over_is_judged_anew_only_for_what_happens_after() -> None:
    life = taken_over()
    judged(life, FALSE)
    first, second = life.problem.deductions
    assert (first.on, first.told_on) == (date(2024, 7, 10), None)
    assert (second.counted, second.points) == (1, Decimal(2))


def test_an_appeal_of_what_was_decided_before_the_takeover_still_ends_its_listing() -> None:
    life = taken_over()
    life.answer_appeal(life.appeal(), uphold=True)
    life.agree()
    assert (life.problem.entry, life.problem.level) == (None, 0)


def test_an_upheld_appeal_forgives_the_lateness_of_before_the_takeover_as_well() -> None:
    life = taken_over()
    life.answer_appeal(life.appeal(), uphold=True)
    life.agree()
    round_ = life.problem.rounds[-1]
    assert (round_.overdue_at, round_.excused_at) == (None, life.now)
    assert e.BureauDuty.NEW_DATE in dict(duties_of_bureau(life.problem))
    told = len(life.tags)
    life.until(date(2024, 9, 1))
    assert "reminder:issued" not in life.tags[told:]


def test_a_finding_of_before_the_takeover_that_falls_forgives_no_lateness() -> None:
    life = silent(version=2)
    judged(life, FALSE)
    life.do(
        c.ApplyPolicy(policy=life.rules.policy, proposed_by=OFFICER, by=SUPERVISOR, rules_version=3)
    )
    taken_back(life, -1)
    assert "fact:fell" not in life.tags


def test_points_of_before_the_takeover_hold_their_reason_on_the_list() -> None:
    life = taken_over()
    judged(life, FALSE)
    judged(life, FALSE)
    taken_back(life, 1)
    entry = life.problem.entry
    assert entry is not None
    assert entry.reasons == (Fact.NO_FEEDBACK, Fact.NOT_STRICT_OR_FALSE)


# -- telling ---------------------------------------------------------------------------------------


def test_every_deduction_is_told_under_a_policy_without_a_list() -> None:
    life = under("jinhua")
    judged(life, RETURN)
    told = next(o for o in life.notices if o.kind is NoticeKind.POINTS_DEDUCTED)
    details = dict(told.details)
    assert (details["points"], details["reason"], details["year"]) == ("0.2", "returned", "2024")
    assert "核查不通过" in details["clause"]


def test_a_deduction_may_be_appealed_so_many_working_days_after_it_was_told() -> None:
    life = transferred(date(2024, 6, 27))
    life.until(date(2024, 7, 15))  # due on Friday 07-12, told on Monday
    life.prove_told()
    (row,) = life.problem.deductions
    assert (row.on, row.told_on) == (date(2024, 7, 12), date(2024, 7, 15))
    assert appeal_until(row, life.rules) == midnight_ending(date(2024, 7, 29))


def test_so_many_standing_occurrences_have_one_price() -> None:
    rule = DeductionRule(
        rule_id="x",
        fact=Fact.RETURNED,
        bands=(Band(occurrence=2, points=Decimal(1)), Band(occurrence=3, points=Decimal(3))),
        clause="示例",
        doubled_for=("media_report",),
    )
    assert [price(rule, n, "") for n in range(4)] == [0, 0, 1, 4]
    assert price(rule, 3, "media_report") == 8


# -- a unit that is gone ---------------------------------------------------------------------------


def orphaned(rectify_by: date | None = None) -> Life:
    """A problem of 江北区, transferred the day before the unit ended; nobody names its successor."""
    life = Life(now=at_local(date(2025, 11, 5), time(9)))
    life.register(district="500105")
    life.transfer(rectify_by=rectify_by)
    life.prove()
    return life


def test_nothing_falls_due_against_a_unit_that_is_gone_and_the_bureau_owes_a_successor() -> None:
    life = orphaned(date(2025, 11, 10))
    life.until(date(2025, 12, 5))
    assert life.problem.points == 0
    assert life.problem.late_duties == (e.BureauDuty.SUCCESSOR,)
    life.do(c.AssignSuccessor(to_district="500157", reason="示例", by=OFFICER))
    assert life.problem.rounds[-1].due_on == date(2025, 12, 12)
    assert life.problem.rectification_due_on == date(2025, 12, 12)
    life.until(date(2025, 12, 13))
    assert {row.district for row in life.problem.deductions} == {"500157"}


def test_what_was_late_before_its_unit_ended_is_owed_a_successor_too() -> None:
    life = transferred(date(2025, 9, 15), district="500105")
    life.prove()
    assert e.BureauDuty.SUCCESSOR not in dict(duties_of_bureau(life.problem))
    life.until(date(2025, 10, 20))
    assert life.problem.rounds[-1].overdue_at is not None
    assert (e.BureauDuty.SUCCESSOR, "r1") in duties_of_bureau(life.problem)


def test_a_successor_named_in_time_has_every_date_as_it_was() -> None:
    life = orphaned(date(2025, 11, 18))
    life.until(date(2025, 11, 7))
    life.do(c.AssignSuccessor(to_district="500157", reason="示例", by=OFFICER))
    assert life.problem.rounds[-1].due_on == date(2025, 11, 20)
    assert life.problem.rectification_due_on == date(2025, 11, 18)
    assert list(duties_of_bureau(life.problem)) == [(e.BureauDuty.SERVICE, "r1")]


def test_lives_of_before_are_charged_whoever_holds_them() -> None:
    life = Life(rules=default_rules(version=2), now=at_local(date(2025, 11, 5), time(9)))
    life.register(district="500105")
    life.transfer()
    life.until(date(2025, 11, 21))
    assert life.problem.deductions[0].district == "500105"
    life.do(c.AssignSuccessor(to_district="500157", reason="示例", by=OFFICER))


def test_what_an_earlier_policy_posted_goes_back_whole_with_its_ground() -> None:
    life = transferred()
    life.prove()
    life.until(date(2024, 7, 10))
    assert life.problem.points == Decimal("0.2")
    life.do(c.ApplyPolicy(policy=load_policy("jinhua"), proposed_by=OFFICER, by=SUPERVISOR))
    life.do(c.ReportBounce(round_no=1, notice_key="n", reported_at=life.now, by=SYSTEM))
    assert life.problem.points == Decimal(0)
    assert [row.given_back for row in life.problem.deductions] == [Decimal("0.2")]
