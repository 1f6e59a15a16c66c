"""How reminders, the bureau's own delays and the end change a problem."""

from __future__ import annotations

from domain import events as e
from domain.folding.changes import ByEvent, Changes, with_round
from domain.problem import Problem


def _reminder_issued(p: Problem, event: e.ReminderIssued, _: e.Recorded) -> Changes:
    return _rung_done(p, event.round_no, event.rung) | {"reminders_sent": p.reminders_sent + 1}


def _reminder_skipped(p: Problem, event: e.ReminderSkipped, _: e.Recorded) -> Changes:
    return _rung_done(p, event.round_no, event.rung)


def _rung_done(p: Problem, round_no: int, rung: str) -> Changes:
    done = next(r.rungs for r in p.rounds if r.round_no == round_no)
    return with_round(p, round_no, rungs=(*done, rung))


def _bureau_overdue(p: Problem, event: e.BureauDutyOverdue, _: e.Recorded) -> Changes:
    return {"bureau_overdue": (*p.bureau_overdue, event.duty)}


def _bureau_reminded(p: Problem, event: e.BureauReminded, _: e.Recorded) -> Changes:
    steps = dict(p.reminded) | {f"{event.duty}:{event.ref}": event.step}
    return {"reminded": tuple(sorted(steps.items()))}


def _ended(_: Problem, __: e.LifeEnded, ___: e.Recorded) -> Changes:
    return {"ended": True}


def _end_held(_: Problem, __: e.LifeEndHeld, ___: e.Recorded) -> Changes:
    return {"end_held": True}


CHANGES: ByEvent = {
    e.ReminderIssued: _reminder_issued,
    e.ReminderSkipped: _reminder_skipped,
    e.BureauDutyOverdue: _bureau_overdue,
    e.BureauReminded: _bureau_reminded,
    e.LifeEnded: _ended,
    e.LifeEndHeld: _end_held,
}
