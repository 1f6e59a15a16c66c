"""Whose problem it is: objections 退回, reassignment 改派, and the successors of ended units.

先例: 《信访工作条例》第二十二条 (收到后5个工作日内提出异议并说明理由，经转送机关核实同意后退回);
《重庆市行政执法责任制条例》第十八条 (管辖争议报共同的上一级行政机关决定).
"""

from __future__ import annotations

from datetime import date, datetime

from domain import events as e
from domain.catalogues.districts import district, takers_of
from domain.commands import AssignSuccessor, DecideObjection, RaiseObjection, ReassignProblem
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.guard import (
    demand_not_suspended,
    demand_open,
    demand_own,
    demand_reason,
    demand_stage,
    demand_valid_district,
)
from domain.decisions.rounds import move_due_date, open_round
from domain.local_time import midnight_ending
from domain.problem import Objection, Problem
from domain.refusals import WrongActor, WrongContent, WrongMoment
from domain.roles import Role
from domain.rules import Rules
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
    if received_at >= until:
        raise WrongMoment("objection_too_late", until=f"{until:%Y-%m-%d}")


def decide_objection(draft: Draft, command: DecideObjection) -> None:
    """Uphold it and hand the problem on, or refuse it; a dispute is the supervisor's."""
    raised = draft.problem.objection
    if raised is None or raised.receipt_id != command.receipt_id:
        raise WrongMoment("nothing_asked", receipt_id=command.receipt_id)
    if raised.disputed and command.by.role is not Role.SUPERVISOR:
        raise WrongActor("supervisor_decides")
    if not command.uphold:
        demand_reason(command.reason)
        _refuse(draft, raised, command.reason)
        return
    draft.add(e.ObjectionDecided(receipt_id=raised.receipt_id, upheld=True, reason=command.reason))
    _move(draft, command.to_district, e.ReassignedWhy.OBJECTION, command.reason)


def _refuse(draft: Draft, raised: Objection, reason: str) -> None:
    """Leave the problem where it is, with the days in which the answer may be disputed.

    The bureau's own time never counts against the district (本系统默认口径): no date that passed
    while it made up its mind.
    """
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
    demand_not_suspended(draft)
    demand_stage(draft, Stage.REGISTERED, Stage.AWAITING_FEEDBACK, Stage.RECTIFYING)
    demand_reason(command.reason)
    raised = draft.problem.objection
    if raised is not None:
        draft.add(
            e.ObjectionDecided(receipt_id=raised.receipt_id, upheld=True, reason=command.reason)
        )
    _move(draft, command.to_district, e.ReassignedWhy.CORRECTION, command.reason)


def _move(draft: Draft, to: str, why: e.ReassignedWhy, reason: str) -> None:
    """Hand the problem on: the new district starts with a fresh round of its own."""
    if draft.problem.entry is not None:
        raise WrongMoment("listed_stays")
    if to == draft.problem.district:
        raise WrongContent("same_district", name=district(to).name)
    demand_valid_district(draft, to)
    _record_move(draft, to, why, reason, _transfer_date(draft))
    if draft.problem.stage is not Stage.REGISTERED:
        open_round(draft, RoundKind.FEEDBACK, draft.today, draft.rules.policy.clocks.feedback)


def _record_move(
    draft: Draft, to: str, why: e.ReassignedWhy, reason: str, rectify_by: date | None = None
) -> None:
    draft.add(
        e.ProblemReassigned(
            from_district=draft.problem.district,
            to_district=to,
            on=draft.today,
            why=why,
            reason=reason,
            rectification_due_on=rectify_by,
        )
    )


def _transfer_date(draft: Draft) -> date | None:
    """The transfer's own date, with as many days for the new district as the first one had."""
    due_on, begun = draft.problem.rectification_due_on, draft.problem.handed_over_on
    return None if due_on is None or begun is None else due_on + (draft.today - begun)


def assign_successor(draft: Draft, command: AssignSuccessor) -> None:
    """Hand an open problem to the unit that took its place over; every date stays as it is.

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
    _record_move(draft, command.to_district, e.ReassignedWhy.SUCCESSOR, command.reason)


DECISIONS: ByCommand = {
    RaiseObjection: raise_objection,
    DecideObjection: decide_objection,
    ReassignProblem: reassign,
    AssignSuccessor: assign_successor,
}
