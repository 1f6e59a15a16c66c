"""How a new round, or another due date, changes a problem."""

from __future__ import annotations

from dataclasses import replace

from domain import commands as c
from domain import events as e
from domain.folding.changes import ByEvent, Changes, lapsed, to_stage, with_round
from domain.local_time import day_of
from domain.problem import Problem, Round
from domain.stages import RoundKind, Stage


def _round_opened(p: Problem, event: e.RoundOpened, recorded: e.Recorded) -> Changes:
    opened = Round(
        round_no=event.round_no,
        kind=event.kind,
        district=event.district,
        opened_at=recorded.at,
        counted_from=event.counted_from,
        due_on=event.due_on,
        due_at=event.due_at,
        provisional=event.provisional,
        original_due_on=event.due_on,
        agreed=event.agreed,
        needs_proof=event.needs_proof,
        entered_late=event.entered_late,
        excused_at=recorded.at if p.fell_before(event.due_at) else None,
    )
    rectifying = event.kind is RoundKind.RECTIFICATION
    stage = Stage.RECTIFYING if rectifying else Stage.AWAITING_FEEDBACK
    changes = to_stage(p, stage, recorded.at) | {
        "rounds": (*p.rounds, opened),
        "rectification_agreed": p.rectification_agreed or rectifying,
        "proposed": lapsed(p, c.ExtendRound, c.MoveDueDate, c.RestartDays),
    }
    if p.level:
        changes["level_clock"] = replace(p.level_clock, running_from=day_of(recorded.at))
    return changes


def _due_date_moved(p: Problem, event: e.DueDateMoved, recorded: e.Recorded) -> Changes:
    moved = p.rounds[event.round_no - 1]
    return with_round(
        p,
        event.round_no,
        counted_from=event.counted_from,
        due_on=event.due_on,
        due_at=event.due_at,
        provisional=event.provisional,
        held_at=None,
        moves=moved.moves + 1,
        moved_on=day_of(recorded.at),
        excused_at=recorded.at if p.fell_before(event.due_at) else None,
    )


def _due_date_confirmed(p: Problem, event: e.DueDateConfirmed, _: e.Recorded) -> Changes:
    return with_round(p, event.round_no, provisional=False)


def _transfer_date_moved(_: Problem, event: e.TransferDateMoved, __: e.Recorded) -> Changes:
    return {"rectification_due_on": event.due_on}


CHANGES: ByEvent = {
    e.TransferDateMoved: _transfer_date_moved,
    e.RoundOpened: _round_opened,
    e.DueDateMoved: _due_date_moved,
    e.DueDateConfirmed: _due_date_confirmed,
}
