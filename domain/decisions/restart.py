"""Counting the days of a round anew 重新计算时限, where the district was told its date already.

The first proof that a notice arrived is in the district's favour: its days run from when it could
know, by whoever records it, and so they do from another notice after one that is known to have
failed. Whatever moves the date once more has the outcome of 调整时限 and needs what that needs, two
persons; else one officer alone could move a date without end. The notice itself never waits, nor
does the record of a service. This is the system's own reading (本系统默认口径), not the plan's.
"""

from __future__ import annotations

from datetime import date

from domain.commands import RestartDays
from domain.decisions.draft import Draft
from domain.decisions.guard import demand_not_suspended, demand_stage
from domain.decisions.rounds import (
    date_counted_from,
    move_transfer_date,
    recount,
    transfer_date_running,
)
from domain.events import MovedWhy
from domain.problem import Round
from domain.refusals import WrongContent, WrongMoment
from domain.stages import RoundKind, Stage


def propose_restart(draft: Draft, round_: Round, counted_from: date, reason: str) -> None:
    """Ask the second person to count an open round anew, where that would move its date."""
    act = RestartDays(round_no=round_.round_no, counted_from=counted_from)
    known = any(one.act == act for one in draft.problem.proposed)
    if not known and date_counted_from(draft, round_, counted_from) > round_.due_on:
        draft.propose(act, reason)


def demand_restartable(draft: Draft, act: RestartDays) -> None:
    """Refuse what would not move the open round's date, or comes after its consequence."""
    demand_stage(draft, Stage.AWAITING_FEEDBACK, Stage.RECTIFYING)
    demand_not_suspended(draft)
    round_ = draft.problem.rounds[-1]
    if round_.round_no != act.round_no:
        raise WrongMoment("round_not_open", round_no=str(act.round_no))
    if round_.overdue_at is not None:
        raise WrongMoment("round_overdue", due_on=round_.due_on.isoformat())
    due_on = date_counted_from(draft, round_, act.counted_from)
    if due_on <= max(round_.due_on, draft.today):
        raise WrongContent(
            "due_date_not_later", on=due_on.isoformat(), due_on=round_.due_on.isoformat()
        )


def restart(draft: Draft, act: RestartDays, reason: str, _: int) -> None:
    """Count the round anew; the transfer's own date moves by as many days."""
    demand_restartable(draft, act)
    round_ = draft.problem.rounds[-1]
    added = act.counted_from - round_.counted_from
    recount(draft, round_, act.counted_from, MovedWhy.RESTART, reason)
    running = transfer_date_running(draft.problem)
    if running is not None and round_.kind is RoundKind.FEEDBACK:
        move_transfer_date(draft, running + added, MovedWhy.RESTART, reason)
