"""Lives that do not go straight: each exception with real dates, and what it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain import commands as c
from domain import events as e
from domain.agenda import DutyKind, agenda, lets_in
from domain.bureau import duties_of_bureau, owes, registers_missing
from domain.catalogues.districts import takers_of, units_by_place
from domain.catalogues.key_contents import KEY_CONTENTS
from domain.deadlines import DayCountRule
from domain.decisions.new_rules import calendar_effect, policy_effect
from domain.fold import fold
from domain.local_time import midnight_ending
from domain.notices import NoticeKind, is_obsolete
from domain.policy import content_hash
from domain.refusals import Refusal
from domain.roles import SYSTEM, Actor, Role
from domain.rules import shared
from domain.stages import Stage
from domain.work_calendar import CalendarYear, Holiday, WorkCalendar, years_hash
from tests.worlds.life import (
    MONDAY,
    OFFICER,
    OTHER_OFFICER,
    SUPERVISOR,
    Life,
    default_rules,
    transferred,
)

OTHER_SUPERVISOR = Actor("supervisor-2", Role.SUPERVISOR)
DUE_ON = date(2024, 7, 9)


def refused(life: Life, command: c.Command) -> str:
    """Give the code of the refusal; nothing may have changed by it."""
    before = life.problem
    with pytest.raises(Refusal) as found:
        life.do(command)
    assert life.problem is before
    return found.value.code


def ask(life: Life, wanted_on: date, **changes: object) -> c.RequestExtension:
    paper = life.handed() | {"round_no": len(life.problem.rounds)} | changes
    return c.RequestExtension(wanted_on=wanted_on, **paper)


def closed() -> Life:
    life = transferred()
    life.answer()
    life.review()
    life.revisit()
    life.approve()
    return life


def listed() -> Life:
    life = transferred()
    life.until(date(2024, 7, 12))
    return life


# -- extension -------------------------------------------------------------------------------------


def test_a_granted_extension_moves_the_date_keeps_the_original_and_reminds_anew() -> None:
    life = transferred()
    life.until(date(2024, 7, 8))
    life.answer_request(life.ask_for_time(10), grant=True)
    round_ = life.problem.rounds[0]
    assert (round_.due_on, round_.original_due_on) == (date(2024, 7, 19), DUE_ON)
    assert (round_.extensions, round_.asked) == (1, None)
    life.until(date(2024, 7, 18))
    rungs = life.problem.rounds[0].rungs
    assert rungs[-3:] == ("d-5.m1", "d-3.m1", "d-1.m1")
    assert life.problem.entry is None


def test_a_second_extension_is_proposed_by_the_officer_and_approved_by_another() -> None:
    life = transferred()
    life.answer_request(life.ask_for_time(), grant=True)
    receipt = life.ask_for_time()
    life.answer_request(receipt, grant=True)
    assert life.problem.rounds[0].asked is not None
    (proposed,) = life.problem.proposed
    assert proposed.act == c.ExtendRound(receipt_id=receipt, until=date(2024, 7, 29))
    life.agree()
    assert life.problem.rounds[0].due_on == date(2024, 7, 29)
    assert refused(life, ask(life, date(2024, 8, 5))) == "extensions_used_up"


def test_a_declined_second_extension_is_refused_to_the_district() -> None:
    life = transferred()
    life.answer_request(life.ask_for_time(), grant=True)
    life.answer_request(life.ask_for_time(), grant=True)
    life.disagree()
    round_ = life.problem.rounds[0]
    assert (round_.asked, round_.due_on) == (None, date(2024, 7, 19))


def test_an_extension_proposed_directly_needs_a_request_that_waits() -> None:
    life = transferred()
    receipt = life.ask_for_time()
    life.propose(c.ExtendRound(receipt_id=receipt, until=date(2024, 7, 15)))
    life.agree()
    assert life.problem.rounds[0].due_on == date(2024, 7, 15)
    act = c.ExtendRound(receipt_id="none", until=date(2024, 7, 20))
    assert refused(life, c.ProposeAct(act=act, reason="x", by=OFFICER)) == "nothing_asked"


def test_what_an_extension_is_refused_for() -> None:
    life = transferred()
    life.prove()
    wanted = date(2024, 7, 15)
    assert refused(life, ask(life, wanted, received_at=midnight_ending(DUE_ON))) == (
        "extension_after_expiry"
    )
    assert refused(life, ask(life, DUE_ON)) == "extension_not_later"
    assert refused(life, ask(life, DUE_ON + timedelta(days=31))) == "extension_too_long"
    assert refused(life, ask(life, wanted, reason=" ")) == "reason_missing"
    assert refused(life, ask(life, wanted, district="500104")) == "wrong_district"
    receipt = life.ask_for_time()
    assert refused(life, ask(life, wanted)) == "already_asked"
    late = c.DecideExtension(receipt_id=receipt, grant=True, until=DUE_ON, reason="", by=OFFICER)
    assert refused(life, late) == "extension_not_later"


def test_a_request_unanswered_at_the_due_instant_lapses_and_is_the_bureaus_delay() -> None:
    life = transferred(version=2)
    life.until(date(2024, 7, 9))
    life.ask_for_time()
    life.until(date(2024, 7, 10))
    round_ = life.problem.rounds[0]
    assert round_.overdue_at is not None
    assert round_.asked is None
    late = [v.duty for v in life.events if isinstance(v, e.BureauReminded)]
    assert late == [e.BureauDuty.EXTENSION]
    assert life.problem.entry is not None
    move = c.MoveDueDate(round_no=1, due_on=date(2024, 8, 1))
    assert refused(life, c.ProposeAct(act=move, reason="x", by=OFFICER)) == "round_overdue"


def test_a_bureau_reminded_of_a_request_before_is_not_reminded_again_as_it_lapses() -> None:
    life = transferred(version=2)
    life.ask_for_time()
    life.until(date(2024, 7, 10))
    reminded = [v for v in life.events if isinstance(v, e.BureauReminded)]
    assert [v.step for v in reminded if v.duty is e.BureauDuty.EXTENSION] == [1, 2]
    assert life.problem.rounds[0].asked is None


def test_a_proposed_extension_cannot_be_approved_after_the_consequence() -> None:
    life = transferred()
    life.answer_request(life.ask_for_time(), grant=True)
    life.answer_request(life.ask_for_time(), grant=True)
    (proposed,) = life.problem.proposed
    life.until(date(2024, 7, 20))
    approval = c.ApproveAct(
        proposal=proposed.seq, content_hash=proposed.content_hash, by=SUPERVISOR
    )
    assert refused(life, approval) == "no_such_proposal"


def test_a_life_of_the_first_version_lets_a_request_lapse_without_its_ladder() -> None:
    life = Life(rules=replace(default_rules(), version=1))
    life.register()
    life.transfer()
    life.ask_for_time()
    life.until(date(2024, 7, 10))
    assert life.problem.rounds[0].asked is None
    assert life.problem.late_duties == ()
    duty = agenda(closed().problem, life.rules)
    assert duty is not None
    assert not lets_in(duty, life.problem, life.rules)


# -- whose problem it is ---------------------------------------------------------------------------


def test_an_upheld_objection_gives_the_new_district_a_fresh_round() -> None:
    life = transferred()
    life.until(date(2024, 6, 27))
    life.answer_objection(life.object(), uphold=True)
    problem = life.problem
    assert (problem.district, problem.rounds[-1].round_no) == ("500104", 2)
    assert problem.rounds[-1].due_on == date(2024, 7, 12)
    assert problem.reassignments[0].why is e.ReassignedWhy.OBJECTION
    assert e.ReassignedWhy.OBJECTION.label == "区县异议成立"
    told = {order.kind: order.district for order in life.notices}
    assert told[NoticeKind.REASSIGNED] == "500103"
    assert told[NoticeKind.TRANSFER_NOTICE] == "500104"


def test_a_refused_objection_may_be_disputed_once_before_the_supervisor() -> None:
    life = transferred()
    life.answer_objection(life.object(), uphold=False)
    receipt = life.object()
    decision = c.DecideObjection(receipt_id=receipt, uphold=False, reason="x", by=OFFICER)
    assert refused(life, decision) == "supervisor_decides"
    life.answer_objection(receipt, uphold=False, by=SUPERVISOR)
    again = c.RaiseObjection(round_no=1, **life.handed())
    assert refused(life, again) == "objection_settled"


def test_five_working_days_pass_over_a_weekend_and_no_further() -> None:
    life = transferred()
    life.prove()
    life.until(date(2024, 7, 1))
    in_time = life.object()
    raise_again = c.RaiseObjection(round_no=1, **life.handed())
    assert refused(life, raise_again) == "already_asked"
    life.answer_objection(in_time, uphold=False)
    late = transferred()
    late.prove()
    late.until(date(2024, 7, 2))
    assert refused(late, c.RaiseObjection(round_no=1, **late.handed())) == "objection_too_late"
    assert refused(late, c.RaiseObjection(round_no=2, **late.handed())) == "round_not_open"


def test_nobody_is_late_while_the_objection_is_undecided() -> None:
    life = transferred()
    receipt = life.object()
    life.until(date(2024, 7, 20))
    assert life.problem.entry is None
    assert e.BureauDuty.OBJECTION in life.problem.late_duties
    life.answer_objection(receipt, uphold=False)
    life.until(date(2024, 7, 26))
    assert life.problem.entry is None
    life.until(date(2024, 7, 27))
    assert life.problem.entry is not None


def test_an_answer_ends_the_objection_and_a_reassignment_upholds_it() -> None:
    life = transferred()
    life.object()
    life.answer()
    assert life.problem.objections[0].upheld is False
    other = transferred()
    other.object()
    other.do(c.ReassignProblem(to_district="500104", reason="x", by=OFFICER))
    assert other.problem.objections[0].upheld is True
    assert other.problem.district == "500104"


def test_a_district_that_no_longer_owns_a_round_cannot_answer_it_even_on_paper() -> None:
    life = transferred()
    life.do(c.ReassignProblem(to_district="500104", reason="x", by=OFFICER))
    assert refused(life, paper(life, round_no=1)) == "wrong_district"


def test_where_a_problem_cannot_go() -> None:
    life = transferred()

    def to(code: str) -> c.ReassignProblem:
        return c.ReassignProblem(to_district=code, reason="x", by=OFFICER)

    assert refused(life, to("500103")) == "same_district"
    assert refused(life, to("999999")) == "district_unknown"
    assert refused(life, to("500157")) == "district_not_valid"
    registered = Life()
    registered.register()
    registered.do(to("500104"))
    assert (registered.problem.district, registered.problem.rounds) == ("500104", ())


def test_a_successor_takes_the_open_round_over_with_its_date() -> None:
    life = transferred(date(2025, 11, 3), district="500105")
    life.until(date(2025, 11, 7))
    before = life.problem.rounds[-1]
    life.do(c.AssignSuccessor(to_district="500157", reason="区划调整", by=OFFICER))
    after = life.problem.rounds[-1]
    assert (life.problem.district, after.district) == ("500157", "500157")
    assert (after.due_on, after.round_no) == (before.due_on, before.round_no)


def test_the_successor_of_a_place_follows_the_town() -> None:
    after, before = date(2025, 11, 6), date(2025, 11, 5)
    assert units_by_place("500112", "渝北区统景镇示例路1号", after) == ("500109",)
    assert units_by_place("500112", "渝北区龙溪街道", after) == ("500157",)
    assert units_by_place("500109", "北碚区水土街道", after) == ("500157",)
    assert units_by_place("500109", "北碚区天生街道", after) == ("500109",)
    assert units_by_place("500112", "统景镇", before) == ("500112",)
    assert takers_of("500112") == ("500157", "500109")


# -- suspension ------------------------------------------------------------------------------------


def test_a_suspended_round_goes_on_with_the_calendar_days_that_were_left() -> None:
    life = transferred()
    life.until(date(2024, 7, 1))
    life.suspend(30)
    assert agenda(life.problem, life.rules) is not None
    life.until(date(2024, 7, 29))
    life.resume()
    round_ = life.problem.rounds[0]
    assert round_.due_on == date(2024, 8, 6)
    assert life.problem.suspensions[0].days == 28
    assert life.problem.entry is None


def test_a_round_in_working_days_keeps_its_working_days() -> None:
    life = transferred()
    life.until(date(2024, 7, 5))
    life.answer()
    life.review(c.Verdict.RETURN_FOR_SUPPLEMENT)
    assert life.problem.rounds[-1].due_on == date(2024, 7, 12)
    life.until(date(2024, 7, 8))
    life.suspend(60)
    life.until(date(2024, 7, 31))
    life.resume()
    assert life.problem.rounds[-1].due_on == date(2024, 8, 6)


def test_a_rolled_date_an_agreed_date_and_the_transfers_own_date_move_as_they_should() -> None:
    life = Life()
    life.register()
    life.transfer(rectify_by=date(2024, 8, 30))
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 8, 20))
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    life.suspend(60)
    life.until(date(2024, 7, 4))
    life.resume()
    assert life.problem.rounds[-1].due_on == date(2024, 8, 30)
    assert life.problem.rectification_due_on == date(2024, 9, 9)
    weekend = transferred()
    weekend.suspend(60)
    weekend.until(date(2024, 6, 29))
    weekend.resume()
    assert weekend.problem.rounds[0].due_on == date(2024, 7, 15)


def test_a_rule_that_does_not_roll_leaves_the_day_as_it_falls() -> None:
    rules = default_rules()
    clocks = rules.policy.clocks
    plain = DayCountRule(
        days=15, unit=clocks.feedback.unit, clause="示例", roll_off_rest_days=False
    )
    policy = replace(rules.policy, clocks=replace(clocks, feedback=plain))
    life = Life(rules=replace(rules, policy=policy))
    life.register()
    life.transfer()
    life.suspend(60)
    life.until(date(2024, 6, 28))
    life.resume()
    assert life.problem.rounds[0].due_on == date(2024, 7, 13)
    new = announced_2027(life)
    life.do(new)
    assert life.problem.rounds[0].due_on == date(2024, 7, 13)


def test_the_levels_clock_rests_too_and_a_consequence_is_not_undone() -> None:
    life = listed()
    life.suspend(60)
    assert life.problem.level_clock.running_from is None
    life.until(date(2024, 8, 20))
    assert life.problem.level == 1
    life.resume()
    assert life.problem.level_clock.running_from == date(2024, 8, 20)
    assert life.problem.rounds[0].due_on == DUE_ON
    life.until(date(2024, 9, 5))
    assert life.problem.level == 2


def test_a_revisit_that_must_wait_keeps_its_working_days() -> None:
    life = transferred()
    life.answer()
    life.review()
    assert life.problem.revisit_on == date(2024, 7, 8)
    life.suspend(60)
    life.until(date(2024, 7, 8))
    visit = c.RecordRevisit(
        on=life.today, result=c.RevisitResult.IN_PLACE, findings="x", by=OFFICER
    )
    assert refused(life, visit) == "suspended"
    life.resume()
    assert life.problem.revisit_on == date(2024, 7, 22)
    life.revisit()
    again = c.ProposeAct(act=c.SuspendProblem(review_on=date(2024, 8, 1)), reason="x", by=OFFICER)
    assert refused(life, again) == "not_in_this_stage"


def test_a_suspension_the_same_day_changes_no_date() -> None:
    life = transferred()
    life.suspend()
    life.resume()
    assert life.problem.rounds[0].moves == 0


def test_an_answer_ends_the_suspension_and_is_in_time() -> None:
    life = transferred()
    life.suspend(60)
    life.until(date(2024, 8, 1))
    life.answer()
    assert life.problem.suspension is None
    assert not life.problem.submissions[0].late
    assert life.problem.stage is Stage.UNDER_REVIEW


def test_while_suspended_most_acts_wait_and_its_review_is_the_bureaus_duty() -> None:
    life = transferred()
    life.suspend(20)
    assert refused(life, c.SendReminder(by=OFFICER)) == "suspended"
    assert owes(life.problem, e.BureauDuty.SUSPENSION, "")
    order = next(o for o in transferred().notices if o.kind is NoticeKind.TRANSFER_NOTICE)
    reminder = replace(order, kind=NoticeKind.REMINDER, rung="d-1")
    assert is_obsolete(reminder, life.problem, answer_in_inbox=False) == "suspended"
    life.until(date(2024, 7, 30))
    assert e.BureauDuty.SUSPENSION in life.problem.late_duties
    too_far = transferred()
    act = c.SuspendProblem(review_on=too_far.today + timedelta(days=181))
    propose = c.ProposeAct(act=act, reason="x", by=OFFICER)
    assert refused(too_far, propose) == "review_date_too_late"


# -- two persons -----------------------------------------------------------------------------------


def test_only_another_person_approves_exactly_what_was_proposed() -> None:
    life = transferred()
    act = c.MoveDueDate(round_no=1, due_on=date(2024, 7, 31))
    life.propose(act, by=SUPERVISOR)
    (one,) = life.problem.proposed
    again = c.ProposeAct(act=act, reason="x", by=OFFICER)
    assert refused(life, again) == "already_proposed"
    mine = c.ApproveAct(proposal=one.seq, content_hash=one.content_hash, by=SUPERVISOR)
    assert refused(life, mine) == "second_person_required"
    stale = replace(mine, content_hash="0", by=OTHER_SUPERVISOR)
    assert refused(life, stale) == "approval_is_stale"
    life.agree(by=OTHER_SUPERVISOR)
    assert life.problem.rounds[0].due_on == date(2024, 7, 31)


def test_a_due_date_moves_later_only_and_only_for_the_open_round() -> None:
    life = transferred()

    def to(due_on: date, round_no: int = 1) -> c.ProposeAct:
        return c.ProposeAct(
            act=c.MoveDueDate(round_no=round_no, due_on=due_on), reason="x", by=OFFICER
        )

    assert refused(life, to(date(2024, 7, 1))) == "due_date_not_later"
    assert refused(life, to(date(2024, 8, 1), 2)) == "round_not_open"
    life.propose(c.MoveDueDate(round_no=1, due_on=date(2024, 8, 1)))
    life.disagree()
    assert life.problem.proposed == ()


def test_the_second_person_is_reminded() -> None:
    life = transferred()
    life.propose(c.MoveDueDate(round_no=1, due_on=date(2024, 7, 31)))
    life.until(date(2024, 7, 5))
    assert e.BureauDuty.PROPOSAL in life.problem.late_duties


# -- stopping and coming back ----------------------------------------------------------------------


def merge(life: Life, **changes: object) -> c.MergeProblem:
    facts = life.problem.facts
    given: dict[str, object] = {
        "into_no": "CQ2024-0002",
        "into_district": life.problem.district,
        "into_enterprise": facts.enterprise,
        "into_key_content": facts.key_content,
        "into_is_open": True,
        "into_due_on": None,
        "reason": "x",
        "by": OFFICER,
    }
    return c.MergeProblem(**(given | changes))  # type: ignore[arg-type]  # test builder


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"into_no": "CQ2024-0001"}, "not_a_duplicate"),
        ({"into_is_open": False}, "not_a_duplicate"),
        ({"into_district": "500104"}, "not_a_duplicate"),
        ({"into_enterprise": "另一企业（示例）"}, "not_a_duplicate"),
        ({"into_key_content": "open_burning"}, "not_a_duplicate"),
        ({"into_due_on": date(2024, 8, 1)}, "merge_the_other_way"),
    ],
)
def test_what_is_no_duplicate_is_not_merged(changes: dict[str, object], code: str) -> None:
    life = transferred()
    assert refused(life, merge(life, **changes)) == code


def test_a_merged_problem_lays_everything_down_and_ends() -> None:
    life = transferred()
    life.object()
    life.ask_for_time()
    life.propose(c.MoveDueDate(round_no=1, due_on=date(2024, 7, 31)))
    life.do(merge(life, into_due_on=date(2024, 7, 1)))
    problem = life.problem
    assert (problem.stage, problem.merged_into) == (Stage.MERGED, "CQ2024-0002")
    assert list(duties_of_bureau(problem)) == []
    life.until(life.today)
    assert life.problem.ended
    again = c.WithdrawProblem(reason="x", by=OFFICER)
    assert refused(life, again) == "not_in_this_stage"
    assert refused(life, merge(life)) == "not_in_this_stage"


def test_a_suspension_ends_with_the_problem_that_is_merged_or_withdrawn() -> None:
    for stop in (merge, lambda _: c.WithdrawProblem(reason="x", by=OFFICER)):
        life = transferred()
        life.suspend()
        life.do(stop(life))
        assert "problem:resumed" in life.tags
        assert (life.problem.suspension, life.problem.open_round) == (None, None)


def test_a_problem_is_withdrawn_before_feedback_only() -> None:
    life = transferred()
    life.do(c.WithdrawProblem(reason="x", by=OFFICER))
    assert life.problem.stage is Stage.WITHDRAWN
    registered = Life()
    registered.register()
    registered.do(c.WithdrawProblem(reason="x", by=OFFICER))
    assert all(order.kind is not NoticeKind.STOPPED for order in registered.notices)
    answered = transferred()
    answered.answer()
    answered.review(c.Verdict.RETURN_FOR_SUPPLEMENT)
    withdraw = c.WithdrawProblem(reason="x", by=OFFICER)
    assert refused(answered, withdraw) == "feedback_exists"


def test_a_problem_that_came_back_goes_on_under_its_number() -> None:
    life = closed()
    life.until(date(2024, 8, 1))
    assert life.problem.ended
    revived = life.propose(c.ReopenProblem(findings="再次停用"))
    assert not revived.ended
    life.agree()
    problem = life.problem
    assert (problem.stage, problem.reopened, problem.closed_on) == (Stage.RECTIFYING, 1, None)
    assert problem.entry is None
    told = next(o for o in life.notices if o.kind is NoticeKind.CLOSED)
    assert is_obsolete(told, problem, answer_in_inbox=False) == "reopened"
    early = c.ProposeAct(act=c.ReopenProblem(findings="x"), reason="x", by=OFFICER)
    assert refused(transferred(), early) == "not_in_this_stage"


def test_a_reopening_that_is_declined_lets_the_life_end_again() -> None:
    life = closed()
    life.until(date(2024, 8, 1))
    life.propose(c.ReopenProblem(findings="x"))
    life.disagree()
    life.until(life.today)
    assert life.problem.ended


# -- service and other channels --------------------------------------------------------------------


def paper(life: Life, **changes: object) -> c.EnterAnswer:
    given: dict[str, object] = {
        "receipt_id": "paper",
        "round_no": len(life.problem.rounds),
        "received_at": life.now,
        "channel": c.Channel.PAPER,
        "answer": c.Answer(state=c.RectificationState.DONE, text="x"),
        "content_sha256": "0",
        "by": OFFICER,
    }
    return c.EnterAnswer(**(given | changes))  # type: ignore[arg-type]  # test builder


def test_a_paper_answer_is_in_time_by_the_day_it_came() -> None:
    life = transferred()
    came_at = life.now + timedelta(days=5)
    life.until(date(2024, 7, 9))
    life.do(paper(life, received_at=came_at))
    one = life.problem.submissions[0]
    assert (one.late, one.channel) == (False, c.Channel.PAPER)
    assert c.Channel.TELEPHONE.label == "电话反馈"
    tomorrow = paper(transferred(), received_at=life.now + timedelta(days=99))
    assert refused(transferred(), tomorrow) == "date_not_plausible"


def test_a_bounce_is_a_task_at_once_and_a_reissue_restarts_the_days() -> None:
    life = transferred()
    life.served = False
    life.do(c.ReportBounce(round_no=1, notice_key="x", reported_at=life.now, by=SYSTEM))
    tasks = [o for o in life.notices if o.kind is NoticeKind.BUREAU_TASK]
    assert tasks[-1].not_before == life.now
    assert owes(life.problem, e.BureauDuty.SERVICE, "r1")
    life.until(date(2024, 7, 10))
    assert life.problem.rounds[0].held_at is not None
    late = next(o for o in life.notices if o.kind is NoticeKind.BUREAU_OVERDUE)
    assert is_obsolete(late, life.problem, answer_in_inbox=False) == ""
    life.do(c.ReissueNotice(reason="联系人已更新", by=OFFICER))
    round_ = life.problem.rounds[0]
    assert (round_.held_at, round_.bounced_at, round_.due_on) == (None, None, date(2024, 7, 25))
    life.prove()
    assert is_obsolete(late, life.problem, answer_in_inbox=False) == "done_meanwhile"
    life.served = True
    life.until(date(2024, 7, 26))
    assert life.problem.entry is not None
    assert refused(life, c.ReissueNotice(reason="x", by=OFFICER)) == "nothing_to_reissue"
    assert (
        refused(life, c.ReportBounce(round_no=9, notice_key="x", reported_at=life.now, by=SYSTEM))
        == "unknown_round"
    )


def test_an_agreed_date_stays_when_its_notice_is_sent_again_in_time() -> None:
    life = transferred()
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 8, 20))
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    life.until(date(2024, 7, 20))
    life.do(c.ReissueNotice(reason="x", by=OFFICER))
    assert life.problem.rounds[-1].due_on == date(2024, 8, 20)


# -- appeal ----------------------------------------------------------------------------------------


def test_an_upheld_appeal_posts_a_compensating_row_and_keeps_the_first() -> None:
    life = listed()
    receipt = life.appeal()
    assert life.problem.points == Decimal("0.2")
    assert life.problem.appeals_open
    life.answer_appeal(receipt, uphold=True)
    life.agree()
    (row,) = life.problem.deductions
    assert (life.problem.points, row.reversed_seq > 0) == (Decimal(0), True)
    assert row.appeal is not None
    assert row.appeal.upheld is True
    reverse = c.ProposeAct(act=c.ReverseDeduction(deduction=row.seq), reason="x", by=OFFICER)
    assert refused(life, reverse) == "already_reversed"


@pytest.mark.parametrize("declined", [False, True])
def test_a_refused_appeal_leaves_the_points(declined: bool) -> None:
    life = listed()
    receipt = life.appeal()
    life.answer_appeal(receipt, uphold=declined)
    if declined:
        life.disagree()
    assert life.problem.points == Decimal("0.2")
    assert life.problem.appeals_open == ()
    paper_again = life.handed() | {"deduction": life.problem.deductions[0].seq}
    assert refused(life, c.AppealDeduction(**paper_again)) == "already_appealed"


def test_a_reversal_of_the_bureaus_own_leaves_no_appeal_open() -> None:
    life = listed()
    life.propose(c.ReverseDeduction(deduction=life.problem.deductions[0].seq))
    life.agree()
    assert life.problem.points == 0
    declined = listed()
    declined.propose(c.ReverseDeduction(deduction=declined.problem.deductions[0].seq))
    declined.disagree()
    assert declined.problem.points == Decimal("0.2")


def test_who_and_when_an_appeal_may_not_be() -> None:
    life = transferred()
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    receipt = life.appeal()
    author = c.DecideAppeal(receipt_id=receipt, uphold=True, reason="x", by=OFFICER)
    assert refused(life, author) == "author_must_not_decide"
    late = listed()
    late.prove_told()
    late.until(date(2024, 7, 27))
    given = late.handed() | {"deduction": late.problem.deductions[0].seq}
    assert refused(late, c.AppealDeduction(**given)) == "appeal_too_late"
    other = given | {"district": "500104"}
    assert refused(late, c.AppealDeduction(**other)) == "wrong_district"


def test_the_life_waits_for_an_open_appeal_and_the_bureau_is_reminded() -> None:
    life = listed()
    life.answer()
    life.review()
    life.revisit()
    life.approve()
    receipt = life.appeal()
    life.until(date(2024, 8, 30))
    assert not life.problem.ended
    assert e.BureauDuty.APPEAL in life.problem.late_duties
    life.answer_appeal(receipt, uphold=False)
    duty = agenda(life.problem, life.rules)
    assert duty is not None
    assert duty.kind is DutyKind.LIFE_END
    assert lets_in(duty, life.problem, life.rules)


def test_an_appeal_is_decided_only_where_one_was_filed() -> None:
    life = listed()
    decided = e.Recorded(
        seq=life.problem.seq + 1,
        at=life.now,
        by=OTHER_OFFICER,
        cause="x",
        event=e.AppealDecided(
            receipt_id="x", deduction=life.problem.deductions[0].seq, upheld=True, reason="x"
        ),
    )
    with pytest.raises(ValueError, match="not appealed"):
        fold(decided, life.problem)


# -- new calendar, new policy ----------------------------------------------------------------------


def announced_2027(life: Life, last: int = 5, **changes: object) -> c.ApplyCalendar:
    """2027 as an invented notice would have it: 1 to `last` January off."""
    off = tuple(date(2027, 1, day) for day in range(1, last + 1))
    year = CalendarYear(2027, "示例通知", True, (Holiday("元旦", off),), ())
    known = tuple(one for one in life.rules.calendar.years if one.year != 2027)
    years = tuple(sorted((*known, year), key=lambda one: one.year))
    calendar = WorkCalendar("示例", years, years_hash(years))
    given: dict[str, object] = {
        "calendar": calendar,
        "content_hash": years_hash(years),
        "proposed_by": OFFICER,
        "by": SUPERVISOR,
    }
    return c.ApplyCalendar(**(given | changes))  # type: ignore[arg-type]  # test builder


def test_an_announced_year_makes_a_provisional_date_firm_and_moves_it_later_only() -> None:
    life = transferred(date(2026, 12, 18))
    round_ = life.problem.rounds[0]
    assert (round_.due_on, round_.provisional) == (date(2027, 1, 4), True)
    longer = announced_2027(life)
    foreseen = calendar_effect(life.problem, life.rules, longer.calendar)
    life.do(longer)
    moved = life.problem.rounds[0]
    assert foreseen is not None
    assert (foreseen.due_on, moved.due_on, moved.provisional) == (
        date(2027, 1, 6),
        date(2027, 1, 6),
        False,
    )
    assert life.rules.calendar is longer.calendar
    shorter = transferred(date(2026, 12, 18))
    shorter.do(announced_2027(shorter, last=1))
    kept = shorter.problem.rounds[0]
    assert (kept.due_on, kept.provisional, kept.moves) == (date(2027, 1, 4), False, 0)
    assert NoticeKind.DUE_DATE_MOVED in {order.kind for order in shorter.notices}


def test_what_a_new_calendar_leaves_alone() -> None:
    agreed = transferred()
    agreed.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 8, 20))
    agreed.review(c.Verdict.ACCEPT_IN_PROGRESS)
    agreed.do(announced_2027(agreed))
    assert agreed.problem.rounds[-1].due_on == date(2024, 8, 20)
    reviewing = transferred()
    reviewing.answer()
    new = announced_2027(reviewing)
    assert calendar_effect(reviewing.problem, reviewing.rules, new.calendar) is None
    reviewing.do(new)
    firm = transferred()
    assert calendar_effect(firm.problem, firm.rules, announced_2027(firm).calendar) is None
    firm.do(announced_2027(firm))
    assert firm.problem.rounds[0].moves == 0
    assert refused(firm, announced_2027(firm)) == "nothing_changes"


def test_an_extended_date_gives_way_to_a_new_rest_day_only() -> None:
    life = transferred(date(2026, 12, 18))
    life.answer_request(life.ask_for_time(1), grant=True)
    assert life.problem.rounds[0].due_on == date(2027, 1, 5)
    life.do(announced_2027(life, last=4))
    assert life.problem.rounds[0].due_on == date(2027, 1, 5)
    other = transferred(date(2026, 12, 18))
    other.answer_request(other.ask_for_time(3), grant=True)
    other.do(announced_2027(other, last=7))
    assert other.problem.rounds[0].due_on == date(2027, 1, 8)


def test_rules_change_by_two_persons_and_as_hashed() -> None:
    life = transferred()
    mine = announced_2027(life, proposed_by=SUPERVISOR)
    assert refused(life, mine) == "second_person_required"
    assert refused(life, announced_2027(life, content_hash="0")) == "approval_is_stale"
    policy = replace(life.rules.policy, version="9", content_hash="")
    policy = replace(policy, content_hash=content_hash(policy))
    change = c.ApplyPolicy(policy=policy, proposed_by=OFFICER, by=SUPERVISOR)
    stale = replace(change, policy=replace(policy, content_hash="0"))
    assert refused(life, stale) == "approval_is_stale"
    before, after = policy_effect(life.problem, life.rules, policy, life.now)
    assert before == after
    life.do(change)
    assert life.rules.policy.version == "9"
    assert refused(life, change) == "nothing_changes"


# -- draws, marks, registers -----------------------------------------------------------------------


def accepted() -> Life:
    life = transferred()
    life.answer()
    life.review()
    return life


def draw(drawn: bool) -> c.RecordDraw:
    return c.RecordDraw(draw_id="draw-1", drawn=drawn, by=OFFICER)


def test_what_was_not_drawn_is_closed_on_the_papers_by_a_second_person() -> None:
    life = accepted()
    life.do(draw(False))
    assert life.problem.excused
    assert refused(life, draw(False)) == "not_in_this_stage"
    life.approve()
    assert life.problem.stage is Stage.CLOSED
    drawn = accepted()
    drawn.do(draw(True))
    assert drawn.problem.proposal is None
    assert refused(drawn, draw(True)) == "already_drawn"


def test_a_key_content_what_was_listed_and_what_came_back_are_always_revisited() -> None:
    stood = listed()
    stood.answer()
    stood.review()
    assert refused(stood, draw(False)) == "revisit_required"
    back = closed()
    back.propose(c.ReopenProblem(findings="x"))
    back.agree()
    back.answer()
    back.review()
    assert refused(back, draw(False)) == "revisit_required"


def test_marks_change_something_or_are_refused() -> None:
    life = transferred()
    mark = c.MarkTypicalCase(typical=False, reason="x", by=SUPERVISOR)
    assert refused(life, mark) == "nothing_changes"
    number = c.RecordRegisterNumber(register=c.Register.NATIONAL_AIR, number="示例1", by=OFFICER)
    life.do(number)
    assert refused(life, number) == "nothing_changes"
    assert refused(life, replace(number, number=" ")) == "number_missing"


def test_a_key_problem_of_a_national_round_owes_both_registers_until_both_are_there() -> None:
    code = next(iter(KEY_CONTENTS)).code
    life = transferred(key_content=code, clue_source="national_round")
    life.prove()
    assert registers_missing(life.problem) == tuple(c.Register)
    life.until(date(2024, 7, 8))
    reminded = [v for v in life.events if isinstance(v, e.BureauReminded)]
    assert {v.ref for v in reminded} == {one.value for one in c.Register}
    for register in c.Register:
        life.do(c.RecordRegisterNumber(register=register, number="示例1", by=OFFICER))
        assert register.label
    assert registers_missing(life.problem) == ()
    life.answer()
    life.review()
    assert refused(life, draw(False)) == "revisit_required"
    registered = Life()
    registered.register(key_content=code, clue_source="national_round")
    assert list(duties_of_bureau(registered.problem)) == []


# -- corners ---------------------------------------------------------------------------------------


def test_a_refused_request_keeps_the_date_and_a_day_already_past_is_no_extension() -> None:
    life = transferred()
    life.answer_request(life.ask_for_time(), grant=False)
    assert life.problem.rounds[0].due_on == DUE_ON
    held = transferred()
    held.served = False
    held.ask_for_time()
    round_ = held.problem.rounds[0]
    receipt = round_.asked.receipt_id if round_.asked else ""
    held.now = midnight_ending(date(2024, 7, 20))
    past = c.DecideExtension(
        receipt_id=receipt, grant=True, until=date(2024, 7, 19), reason="", by=OFFICER
    )
    assert refused(held, past) == "extension_in_past"


def test_the_transfers_own_date_may_have_passed_while_a_request_waits() -> None:
    life = transferred()
    receipt = life.ask_for_time()
    late = replace(life.problem.rounds[0], overdue_at=life.now)
    life.problem_or_none = replace(life.problem, rounds=(late,))
    decision = c.DecideExtension(receipt_id=receipt, grant=True, reason="", by=OFFICER)
    assert refused(life, decision) == "round_overdue"


def test_two_different_acts_may_wait_side_by_side_and_each_is_found() -> None:
    life = listed()
    life.propose(c.SuspendProblem(review_on=date(2024, 8, 1)))
    life.propose(c.ReverseDeduction(deduction=life.problem.deductions[0].seq))
    first, second = life.problem.proposed
    life.do(c.DeclineAct(proposal=second.seq, reason="x", by=SUPERVISOR))
    assert life.problem.proposed == (first,)


def test_the_second_of_two_appeals_is_found_by_its_receipt() -> None:
    life = listed()
    life.appeal()
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    receipt = life.appeal()
    life.answer_appeal(receipt, uphold=False)
    (left,) = life.problem.appeals_open
    assert left.seq == life.problem.deductions[0].seq


def test_a_consequence_lets_in_first_and_a_reminder_does_not() -> None:
    life = transferred()
    duty = agenda(life.problem, life.rules)
    assert duty is not None
    assert not lets_in(duty, life.problem, life.rules)
    due = replace(duty, kind=DutyKind.ROUND_DUE)
    assert lets_in(due, life.problem, life.rules)


def first_version() -> Life:
    life = Life(rules=replace(default_rules(), version=1))
    life.register()
    life.transfer()
    return life


def test_a_life_of_the_first_version_can_be_suspended_and_is_told_once() -> None:
    life = first_version()
    life.suspend(60)
    assert agenda(life.problem, life.rules) is None
    life.resume()
    life.answer()
    life.until(date(2024, 8, 1))
    order = next(o for o in life.notices if o.kind is NoticeKind.BUREAU_OVERDUE)
    assert is_obsolete(order, life.problem, answer_in_inbox=False) == ""
    life.review()
    assert is_obsolete(order, life.problem, answer_in_inbox=False) == "done_meanwhile"
    life.until(date(2024, 12, 1))
    assert agenda(life.problem, life.rules) is None


def test_a_policy_that_says_its_own_exceptions_hashes_them() -> None:
    policy = default_rules().policy
    said = replace(policy, exceptions=policy.limits)
    assert (content_hash(said) == content_hash(policy)) is (policy.exceptions is not None)
    silent = replace(policy, exceptions=None)
    assert content_hash(silent) != content_hash(said)


def test_equal_rules_are_shared() -> None:
    rules = default_rules()
    assert shared(replace(rules)) is shared(rules)


def test_words_that_only_lists_show() -> None:
    assert e.MovedWhy.SUSPENSION.label == "暂缓办理期间扣除"
    assert MONDAY.weekday() == 0


@pytest.mark.parametrize(
    ("ours", "theirs", "joins"),
    [
        (("excessive_emission",), ("excessive_emission", "open_burning"), True),
        (("open_burning", "excessive_emission"), ("excessive_emission", "open_burning"), True),
        (("excessive_emission", "open_burning"), ("excessive_emission",), False),
        ((), ("excessive_emission",), False),
        (("excessive_emission",), (), False),
    ],
)
def test_a_problem_joins_another_only_with_all_its_key_contents(
    ours: tuple[str, ...], theirs: tuple[str, ...], joins: bool
) -> None:
    life = transferred(key_content=ours[0] if ours else None, further_contents=ours[1:])
    command = merge(
        life,
        into_key_content=theirs[0] if theirs else None,
        into_further_contents=theirs[1:],
    )
    if joins:
        life.do(command)
        assert life.problem.stage is Stage.MERGED
    else:
        assert refused(life, command) == "not_a_duplicate"
