"""How the events of a life that goes straight change a problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain import commands as c
from domain import events as e
from domain.folding.changes import Changes, lapsed, to_stage, with_round
from domain.local_time import day_of
from domain.problem import (
    Deduction,
    LevelClock,
    ListEntry,
    Problem,
    Proposal,
    Revisit,
    Round,
    Submission,
)
from domain.stages import WITH_DISTRICT, Fact, RoundKind, Stage


def _transferred(_: Problem, event: e.ProblemTransferred, __: e.Recorded) -> Changes:
    return {
        "transferred_on": event.on,
        "document_no": event.document_no,
        "rectification_due_on": event.rectification_due_on,
    }


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
    )
    rectifying = event.kind is RoundKind.RECTIFICATION
    stage = Stage.RECTIFYING if rectifying else Stage.AWAITING_FEEDBACK
    changes = to_stage(p, stage, recorded.at) | {
        "rounds": (*p.rounds, opened),
        "rectification_agreed": p.rectification_agreed or rectifying,
        "proposed": lapsed(p, c.ExtendRound, c.MoveDueDate),
    }
    if p.level:
        changes["level_clock"] = replace(p.level_clock, running_from=day_of(recorded.at))
    return changes


def _due_date_moved(p: Problem, event: e.DueDateMoved, recorded: e.Recorded) -> Changes:
    moves = p.rounds[event.round_no - 1].moves + 1
    return with_round(
        p,
        event.round_no,
        counted_from=event.counted_from,
        due_on=event.due_on,
        due_at=event.due_at,
        provisional=event.provisional,
        held_at=None,
        moves=moves,
        moved_on=day_of(recorded.at),
    )


def _reminder_issued(p: Problem, event: e.ReminderIssued, _: e.Recorded) -> Changes:
    return _rung_done(p, event.round_no, event.rung) | {"reminders_sent": p.reminders_sent + 1}


def _reminder_skipped(p: Problem, event: e.ReminderSkipped, _: e.Recorded) -> Changes:
    return _rung_done(p, event.round_no, event.rung)


def _rung_done(p: Problem, round_no: int, rung: str) -> Changes:
    done = next(r.rungs for r in p.rounds if r.round_no == round_no)
    return with_round(p, round_no, rungs=(*done, rung))


def _feedback_received(p: Problem, event: e.FeedbackReceived, recorded: e.Recorded) -> Changes:
    return (
        to_stage(p, Stage.UNDER_REVIEW, recorded.at)
        | with_round(p, event.round_no, answered_at=event.received_at, asked=None)
        | {
            "submissions": (*p.submissions, _submission(event, moved=True)),
            "level_clock": LevelClock(used=event.level_days_used),
            "proposed": lapsed(p, c.ExtendRound, c.MoveDueDate),
        }
    )


def _answer_filed(p: Problem, event: e.AnswerFiled, _: e.Recorded) -> Changes:
    return {"submissions": (*p.submissions, _submission(event, moved=False))}


def _submission(event: e.FeedbackReceived | e.AnswerFiled, *, moved: bool) -> Submission:
    return Submission(
        receipt_id=event.receipt_id,
        round_no=event.round_no,
        received_at=event.received_at,
        late=event.late,
        moved_state=moved,
        answer=event.answer,
        content_sha256=event.content_sha256,
        channel=event.channel,
    )


def _reviewed(p: Problem, event: e.FeedbackReviewed, recorded: e.Recorded) -> Changes:
    submissions = tuple(
        replace(s, verdict=event.verdict, reason=event.reason, reviewed_by=recorded.by)
        if s.receipt_id == event.receipt_id
        else s
        for s in p.submissions
    )
    return {"submissions": submissions}


def _fact(p: Problem, event: e.FactEstablished, recorded: e.Recorded) -> Changes:
    counts = dict(p.fact_counts) | {event.fact: event.occurrence}
    changes: Changes = {"fact_counts": tuple(sorted(counts.items()))}
    if event.fact not in (Fact.NO_FEEDBACK, Fact.OVERDUE_RECTIFICATION):
        return changes
    changes["reminders_sent"] = p.reminders_sent + 1
    if event.round_no == 0:
        return changes | {"transfer_date_missed": True}
    return changes | with_round(p, event.round_no, overdue_at=recorded.at)


def _held(p: Problem, event: e.ConsequenceHeld, recorded: e.Recorded) -> Changes:
    return with_round(p, event.round_no, held_at=recorded.at)


def _placed(p: Problem, event: e.PlacedOnList, _: e.Recorded) -> Changes:
    entry = ListEntry(reasons=(event.reason,), listed_on=event.on)
    return {"entries": (*p.entries, entry)}


def _present_entry(p: Problem, **changes: Any) -> Changes:
    return {"entries": (*p.entries[:-1], replace(p.entries[-1], **changes))}


def _reason_added(p: Problem, event: e.ListReasonAdded, _: e.Recorded) -> Changes:
    return _present_entry(p, reasons=(*p.entries[-1].reasons, event.reason))


def _number_recorded(p: Problem, event: e.ListNumberRecorded, _: e.Recorded) -> Changes:
    return _present_entry(p, number=event.number)


def _taken_off(p: Problem, event: e.TakenOffList, _: e.Recorded) -> Changes:
    off = _present_entry(p, taken_off_on=event.on)
    return off | {"level": 0, "level_clock": LevelClock()}


def _deducted(p: Problem, event: e.PointsDeducted, recorded: e.Recorded) -> Changes:
    row = Deduction(
        seq=recorded.seq,
        rule_id=event.rule_id,
        fact=event.fact,
        occurrence=event.occurrence,
        points=event.points,
        year=event.year,
        on=event.on,
        district=event.district,
        by=recorded.by,
    )
    return {"deductions": (*p.deductions, row)}


def _level_raised(p: Problem, event: e.LevelRaised, recorded: e.Recorded) -> Changes:
    running = day_of(recorded.at) if p.stage in WITH_DISTRICT else None
    return {
        "level": event.level,
        "highest_level": max(p.highest_level, event.level),
        "level_clock": LevelClock(running_from=running),
    }


def _served(p: Problem, event: e.ServiceRecorded, _: e.Recorded) -> Changes:
    return with_round(p, event.round_no, served_on=event.served_on, held_at=None, bounced_at=None)


def _revisit_planned(p: Problem, event: e.RevisitPlanned, recorded: e.Recorded) -> Changes:
    return to_stage(p, Stage.AWAITING_REVISIT, recorded.at) | {
        "revisit_on": event.on,
        "revisit_due_at": event.due_at,
        "proposal": None,
    }


def _revisited(p: Problem, event: e.RevisitRecorded, recorded: e.Recorded) -> Changes:
    visit = Revisit(on=event.on, result=event.result, findings=event.findings, by=recorded.by)
    return {"revisits": (*p.revisits, visit)}


def _proposed(_: Problem, event: e.ClosureProposed, recorded: e.Recorded) -> Changes:
    proposal = Proposal(content_hash=event.content_hash, by=recorded.by, at=recorded.at)
    return {"proposal": proposal}


def _declined(_: Problem, __: e.ClosureDeclined, ___: e.Recorded) -> Changes:
    return {"proposal": None}


def _closed(p: Problem, event: e.ProblemClosed, recorded: e.Recorded) -> Changes:
    return to_stage(p, Stage.CLOSED, recorded.at) | {
        "closed_on": event.on,
        "proposal": None,
        "proposed": lapsed(p, c.ExtendRound, c.MoveDueDate, c.SuspendProblem),
    }


def _bureau_overdue(p: Problem, event: e.BureauDutyOverdue, _: e.Recorded) -> Changes:
    return {"bureau_overdue": (*p.bureau_overdue, event.duty)}


def _ended(_: Problem, __: e.LifeEnded, ___: e.Recorded) -> Changes:
    return {"ended": True}


CHANGES: dict[type, Callable[[Problem, Any, e.Recorded], Changes]] = {
    e.ProblemTransferred: _transferred,
    e.RoundOpened: _round_opened,
    e.DueDateMoved: _due_date_moved,
    e.ReminderIssued: _reminder_issued,
    e.ReminderSkipped: _reminder_skipped,
    e.FeedbackReceived: _feedback_received,
    e.AnswerFiled: _answer_filed,
    e.FeedbackReviewed: _reviewed,
    e.FactEstablished: _fact,
    e.ConsequenceHeld: _held,
    e.PlacedOnList: _placed,
    e.ListReasonAdded: _reason_added,
    e.ListNumberRecorded: _number_recorded,
    e.TakenOffList: _taken_off,
    e.PointsDeducted: _deducted,
    e.LevelRaised: _level_raised,
    e.ServiceRecorded: _served,
    e.RevisitPlanned: _revisit_planned,
    e.RevisitRecorded: _revisited,
    e.ClosureProposed: _proposed,
    e.ClosureDeclined: _declined,
    e.ProblemClosed: _closed,
    e.BureauDutyOverdue: _bureau_overdue,
    e.LifeEnded: _ended,
}
