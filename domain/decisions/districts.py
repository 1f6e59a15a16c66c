"""Whose problem it is: objections 退回, reassignment 改派, and the successors of ended units.

先例: 《信访工作条例》第二十三条第三款 (收到后5个工作日内提出异议并说明理由，经转送机关核实同意后退回);
《重庆市行政执法责任制条例》第十八条 (管辖争议报共同的上一级行政机关决定).
"""

from __future__ import annotations

from datetime import date, datetime

from domain import commands as c
from domain import events as e
from domain.catalogues.districts import district, takers_of
from domain.commands import AssignSuccessor, DecideObjection, RaiseObjection, ReassignProblem
from domain.decisions.bureaus_time import just_before, leave_out, settle
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.fallen import undo_for_district
from domain.decisions.guard import (
    demand_not_suspended,
    demand_open,
    demand_own,
    demand_reason,
    demand_stage,
    demand_valid_district,
)
from domain.decisions.rounds import leave_days, move_due_date, open_round
from domain.local_time import midnight_ending
from domain.problem import Objection, Problem
from domain.refusals import WrongActor, WrongContent, WrongMoment
from domain.roles import Role
from domain.rules import FAIR_POINTS, Rules
from domain.stages import RoundKind, Stage


def raise_objection(draft: Draft, command: RaiseObjection) -> None:
    """Take the objection; raised again after a refusal it is a dispute for the supervisor."""
    demand_own(draft, command.district)
    demand_not_suspended(draft)
    demand_stage(draft, Stage.AWAITING_FEEDBACK)
    owed = draft.problem.rounds[-1]
    if owed.round_no != command.round_no or owed.kind is not RoundKind.FEEDBACK:
        raise WrongMoment("round_not_open", round_no=str(command.round_no))
    demand_reason(command.reason)
    before = _earlier(draft, owed.round_no)
    _demand_in_time(draft, command.received_at, before)
    draft.add(
        e.ObjectionRaised(
            receipt_id=command.receipt_id,
            round_no=owed.round_no,
            received_at=command.received_at,
            reason=command.reason,
            proper_district=command.proper_district,
            disputed=before is not None,
            content_sha256=command.content_sha256,
            files=command.files,
        )
    )


def _earlier(draft: Draft, round_no: int) -> Objection | None:
    """Give the refused objection of this round, if any; refuse where nothing is left to say."""
    last = draft.problem.objections[-1] if draft.problem.objections else None
    if last is None or last.round_no != round_no:
        return None
    if last.upheld is None:
        raise WrongMoment("already_asked", receipt_id=last.receipt_id)
    if last.disputed:
        raise WrongMoment("objection_settled")
    return last


def objection_until(problem: Problem, before: Objection | None, rules: Rules) -> datetime:
    """Give the instant before which an objection to the present round must be received.

    `before` is the refused one that it disputes, None for the first.
    """
    counted_from = problem.rounds[-1].counted_from
    if before is not None:
        counted_from = before.decided_on or counted_from
    limit = rules.policy.limits.objection_working_days
    return midnight_ending(rules.working_days_after(counted_from, limit))


def _demand_in_time(draft: Draft, received_at: datetime, before: Objection | None) -> None:
    until = objection_until(draft.problem, before, draft.rules)
    if received_at >= until and not draft.problem.rounds[-1].unproven:
        raise WrongMoment("objection_too_late", until=f"{until:%Y-%m-%d}")


def decide_objection(draft: Draft, command: DecideObjection) -> None:
    """Uphold it and hand the problem on, or refuse it; a dispute is the supervisor's."""
    raised = waiting(draft, command.receipt_id)
    if raised.disputed and command.by.role is not Role.SUPERVISOR:
        raise WrongActor("supervisor_decides")
    if not command.uphold:
        demand_reason(command.reason)
        refuse(draft, raised, command.reason)
        return
    _hand_on(
        draft,
        c.MoveListed(to_district=command.to_district, receipt_id=raised.receipt_id),
        command.reason,
    )


def waiting(draft: Draft, receipt_id: str) -> Objection:
    """Give the objection that waits under a receipt; refuse when it does not."""
    raised = draft.problem.objection
    if raised is None or raised.receipt_id != receipt_id:
        raise WrongMoment("nothing_asked", receipt_id=receipt_id)
    return raised


def _hand_on(draft: Draft, act: c.MoveListed, reason: str) -> None:
    """Hand the problem on, or only propose it where that ends its stay on the list."""
    demand_movable(draft, act)
    if draft.problem.entry is not None and draft.rules.since(FAIR_POINTS):
        draft.propose(act, reason)
    else:
        hand_on(draft, act, reason, 0)


def demand_movable(draft: Draft, act: c.MoveListed) -> None:
    """Refuse to hand on what may not move, or to where it cannot."""
    demand_not_suspended(draft)
    demand_stage(draft, Stage.REGISTERED, Stage.AWAITING_FEEDBACK, Stage.RECTIFYING)
    if draft.problem.entry is not None and not draft.rules.since(FAIR_POINTS):
        raise WrongMoment("listed_stays")
    if act.to_district == draft.problem.district:
        raise WrongContent("same_district", name=district(act.to_district).name)
    demand_valid_district(draft, act.to_district)


def hand_on(draft: Draft, act: c.MoveListed, reason: str, _: int) -> None:
    """Hand the problem on; what stood against the wrong district falls, an objection is upheld."""
    demand_movable(draft, act)
    raised = draft.problem.objection
    if raised is not None:
        draft.add(e.ObjectionDecided(receipt_id=raised.receipt_id, upheld=True, reason=reason))
    why = e.ReassignedWhy.OBJECTION if act.receipt_id else e.ReassignedWhy.CORRECTION
    _move(draft, act.to_district, why, reason)


def refuse(draft: Draft, raised: Objection, reason: str) -> None:
    """Leave the problem where it is, with the days in which the answer may be disputed.

    The bureau's own time never counts against the district (本系统默认口径): no date that passed
    while it made up its mind.
    """
    settle(draft)
    limit = draft.rules.policy.limits.objection_working_days
    until = draft.rules.working_days_after(draft.today, limit)
    rectify = draft.problem.rectification_due_on
    moved = until if rectify is not None and rectify < until else None
    draft.add(
        e.ObjectionDecided(
            receipt_id=raised.receipt_id, upheld=False, reason=reason, rectification_due_on=moved
        )
    )
    owed = draft.problem.rounds[-1]
    if owed.overdue_at is None and owed.due_on < until:
        move_due_date(draft, owed, until, e.MovedWhy.OBJECTION, reason)


def reassign(draft: Draft, command: ReassignProblem) -> None:
    """Correct the bureau's own choice; only while the district owes its answer."""
    demand_reason(command.reason)
    _hand_on(draft, c.MoveListed(to_district=command.to_district), command.reason)


def _move(draft: Draft, to: str, why: e.ReassignedWhy, reason: str) -> None:
    """Hand the problem on: the new district starts with a fresh round of its own."""
    rectify_by = _transfer_date(draft)
    if draft.rules.since(FAIR_POINTS):
        undo_for_district(draft, e.FellWhy.WRONG_DISTRICT)
    _record_move(draft, to, why, reason, rectify_by)
    if draft.problem.stage is not Stage.REGISTERED:
        open_round(draft, RoundKind.FEEDBACK, draft.today, draft.rules.policy.clocks.feedback)


def _record_move(
    draft: Draft,
    to: str,
    why: e.ReassignedWhy,
    reason: str,
    rectify_by: date | None = None,
    *,
    tells_anew: bool = False,
) -> None:
    draft.add(
        e.ProblemReassigned(
            from_district=draft.problem.district,
            to_district=to,
            on=draft.today,
            why=why,
            reason=reason,
            rectification_due_on=rectify_by,
            tells_anew=tells_anew,
        )
    )


def _transfer_date(draft: Draft) -> date | None:
    """The transfer's own date, with as many days for the new district as the first one had."""
    due_on, begun = draft.problem.rectification_due_on, draft.problem.handed_over_on
    return None if due_on is None or begun is None else due_on + (draft.today - begun)


def assign_successor(draft: Draft, command: AssignSuccessor) -> None:
    """Hand an open problem to the unit that took its place over; every date that is to come stays.

    渝府发〔2025〕15号: 江北区、渝北区撤销, 设立两江新区; 部分街镇划入北碚区、两江新区。
    """
    demand_open(draft)
    demand_reason(command.reason)
    demand_valid_district(draft, command.to_district)
    now = draft.problem.district
    takers = takers_of(now)
    if command.to_district not in takers:
        raise WrongContent(
            "not_a_successor",
            to=district(command.to_district).name,
            name=district(now).name,
            successors="、".join(district(code).name for code in takers) or "无",
        )
    ended_on = district(now).valid_to
    if ended_on is not None:
        leave_out(draft, just_before(midnight_ending(ended_on)))
    owed = draft.problem.open_round
    _record_move(
        draft,
        command.to_district,
        e.ReassignedWhy.SUCCESSOR,
        command.reason,
        tells_anew=owed is not None and owed.needs_proof and not owed.unproven,
    )
    if draft.rules.since(FAIR_POINTS):
        leave_days(draft, draft.today, e.MovedWhy.SUCCESSOR)


DECISIONS: ByCommand = {
    RaiseObjection: raise_objection,
    DecideObjection: decide_objection,
    ReassignProblem: reassign,
    AssignSuccessor: assign_successor,
}
