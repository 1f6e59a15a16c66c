"""Two persons 双人: one proposes an act, another approves exactly that, and only then is it done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain import commands as c
from domain import events as e
from domain.decisions import appeal, districts, extension, stated_facts, stopping, suspension
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.extension_bounds import nearest_date
from domain.decisions.guard import demand_not_suspended, demand_reason, demand_stage
from domain.decisions.restart import demand_restartable, restart
from domain.decisions.rounds import move_due_date, move_transfer_date
from domain.problem import ProposedAct
from domain.refusals import WrongActor, WrongContent, WrongMoment
from domain.rules import FAIR_POINTS
from domain.stages import Stage


def propose(draft: Draft, command: c.ProposeAct) -> None:
    """Propose an act that would be possible now; whether it still is, approval asks again."""
    demand_reason(command.reason)
    demand_possible = _POSSIBLE[type(command.act)]
    demand_possible(draft, command.act)
    draft.propose(command.act, command.reason)


def approve(draft: Draft, command: c.ApproveAct) -> None:
    """Carry out what was proposed: another person, the same hash, and still possible."""
    proposed = _find(draft, command.proposal)
    if command.by.id in {proposed.by.id, proposed.caused_by}:
        raise WrongActor("second_person_required")
    if proposed.content_hash != command.content_hash:
        raise WrongMoment("approval_is_stale")
    draft.add(e.ActApproved(proposal=proposed.seq, content_hash=proposed.content_hash))
    draft.proposed_by = proposed.by
    carry_out = _CARRY_OUT[type(proposed.act)]
    carry_out(draft, proposed.act, proposed.reason, proposed.seq)


def decline(draft: Draft, command: c.DeclineAct) -> None:
    """Leave it undone; a request or an appeal behind it is thereby refused."""
    proposed = _find(draft, command.proposal)
    demand_reason(command.reason)
    draft.add(e.ActDeclined(proposal=proposed.seq, reason=command.reason))
    act = proposed.act
    if isinstance(act, c.ExtendRound):
        round_, asked = extension.asked_for(draft, act.receipt_id)
        extension.refuse(draft, round_, asked, command.reason)
    elif isinstance(act, c.ReverseDeduction) and act.receipt_id:
        appeal.demand_reversible(draft, act)
        appeal.refuse(draft, act.deduction, command.reason)
    elif isinstance(act, c.MoveListed) and act.receipt_id:
        districts.refuse(draft, districts.waiting(draft, act.receipt_id), command.reason)


def _find(draft: Draft, seq: int) -> ProposedAct:
    for one in draft.problem.proposed:
        if one.seq == seq:
            return one
    raise WrongMoment("no_such_proposal", proposal=str(seq))


def _demand_open_for(draft: Draft, act: c.MoveDueDate) -> None:
    """Refuse a due date that takes days away, or that comes after the consequence was drawn."""
    demand_stage(draft, Stage.AWAITING_FEEDBACK, Stage.RECTIFYING)
    demand_not_suspended(draft)
    round_ = draft.problem.rounds[-1]
    if round_.round_no != act.round_no:
        raise WrongMoment("round_not_open", round_no=str(act.round_no))
    if round_.overdue_at is not None:
        raise WrongMoment("round_overdue", due_on=round_.due_on.isoformat())
    nearest = nearest_date(draft.problem, round_, draft.rules)
    if act.due_on <= max(nearest, draft.today):
        raise WrongContent(
            "due_date_not_later", on=act.due_on.isoformat(), due_on=round_.due_on.isoformat()
        )


def _move(draft: Draft, act: c.MoveDueDate, reason: str, _: int) -> None:
    _demand_open_for(draft, act)
    round_, why = draft.problem.rounds[-1], e.MovedWhy.BUREAU
    if act.due_on > round_.due_on:
        move_due_date(draft, round_, act.due_on, why, reason)
    if draft.rules.since(FAIR_POINTS):
        move_transfer_date(draft, act.due_on, why, reason)


_POSSIBLE: dict[type, Callable[[Draft, Any], None]] = {
    c.ExtendRound: extension.demand_grantable,
    c.MoveDueDate: _demand_open_for,
    c.RestartDays: demand_restartable,
    c.SuspendProblem: suspension.demand_suspendable,
    c.ReverseDeduction: appeal.demand_reversible,
    c.ReopenProblem: stopping.demand_reopenable,
    c.MoveListed: districts.demand_movable,
    c.WithdrawListed: stopping.demand_withdrawable,
    c.StateFact: stated_facts.demand_statable,
}

_CARRY_OUT: dict[type, Callable[[Draft, Any, str, int], None]] = {
    c.ExtendRound: extension.grant,
    c.MoveDueDate: _move,
    c.RestartDays: restart,
    c.SuspendProblem: suspension.suspend,
    c.ReverseDeduction: appeal.reverse,
    c.ReopenProblem: stopping.reopen,
    c.MoveListed: districts.hand_on,
    c.WithdrawListed: stopping.take_back,
    c.StateFact: stated_facts.state,
}
"""Each carried out with the reason it was proposed for and the number of its proposal."""

DECISIONS: ByCommand = {
    c.ProposeAct: propose,
    c.ApproveAct: approve,
    c.DeclineAct: decline,
}
