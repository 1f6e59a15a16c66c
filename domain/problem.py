"""A problem as a frozen value, and how each event changes it.

`apply` is the only place where a life's state changes; the workflow, the read model, the rules-only
simulation and the audit all fold the same events with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain import events as e
from domain.commands import Answer, Facts, RevisitResult, Verdict
from domain.local_time import day_of
from domain.roles import Actor
from domain.stages import TRANSITIONS, WITH_DISTRICT, Fact, RoundKind, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One duty of the district to answer, with everything that happened to it.

    `rungs` are the reminders issued or skipped; `answered_at` is when the answer that moved the
    state was received; `overdue_at` is when its lateness was established; `held_at` when that
    consequence had to wait for proof of service.
    """

    round_no: int
    kind: RoundKind
    district: str
    opened_at: datetime
    counted_from: date
    due_on: date
    due_at: datetime
    provisional: bool
    original_due_on: date
    rungs: tuple[str, ...] = ()
    answered_at: datetime | None = None
    overdue_at: datetime | None = None
    held_at: datetime | None = None
    served_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One answer of the district and what became of it."""

    receipt_id: str
    round_no: int
    received_at: datetime
    late: bool
    moved_state: bool
    answer: Answer
    content_sha256: str
    verdict: Verdict | None = None
    reason: str = ""
    reviewed_by: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """One row of the score ledger, as the life caused it (event number `seq`)."""

    seq: int
    rule_id: str
    fact: Fact
    occurrence: int
    points: Decimal
    year: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One stay on the supervisory list; `number` is the list's own, empty while 拟纳入."""

    reasons: tuple[Fact, ...]
    listed_on: date
    number: str = ""
    taken_off_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelClock:
    """How long the problem has been unrectified at its level, in working days of the district.

    `used` are days before the last pause; `running_from` is None while the bureau owes the step.
    """

    used: int = 0
    running_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """A revisit as recorded, by whom."""

    on: date
    result: RevisitResult
    findings: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A closure waiting for the second person."""

    content_hash: str
    by: Actor
    at: datetime


# Without slots, so that `_changed` can copy all its fields at once: every event makes a new one.
@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything a life has come to; `seq` is the number of its last event.

    `reminders_sent` counts the reminders ordered, the red one of a missed due date included.
    """

    problem_no: str
    facts: Facts
    route: str
    district: str
    stage: Stage
    registered_at: datetime
    seq: int = 0
    document_no: str = ""
    transferred_on: date | None = None
    rectification_due_on: date | None = None
    transfer_date_missed: bool = False
    rounds: tuple[Round, ...] = ()
    submissions: tuple[Submission, ...] = ()
    fact_counts: tuple[tuple[Fact, int], ...] = ()
    deductions: tuple[Deduction, ...] = ()
    entries: tuple[ListEntry, ...] = ()
    level: int = 0
    highest_level: int = 0
    level_clock: LevelClock = LevelClock()
    reminders_sent: int = 0
    stage_since: datetime | None = None
    revisit_on: date | None = None
    revisit_due_at: datetime | None = None
    revisits: tuple[Revisit, ...] = ()
    proposal: Proposal | None = None
    bureau_overdue: tuple[e.BureauDuty, ...] = ()
    closed_on: date | None = None
    ended: bool = False

    @property
    def open_round(self) -> Round | None:
        """The round the district owes an answer to, or None while the bureau owes the step."""
        return self.rounds[-1] if self.rounds and self.stage in WITH_DISTRICT else None

    @property
    def entry(self) -> ListEntry | None:
        """The present stay on the supervisory list, if any."""
        last = self.entries[-1] if self.entries else None
        return last if last and last.taken_off_on is None else None

    @property
    def under_review(self) -> Submission | None:
        """The answer that awaits a verdict, if any."""
        if self.stage is not Stage.UNDER_REVIEW:
            return None
        return next(s for s in reversed(self.submissions) if s.moved_state)

    @property
    def points(self) -> Decimal:
        """Points deducted so far, positive."""
        return sum((d.points for d in self.deductions), Decimal(0))

    def times(self, fact: Fact) -> int:
        """How often `fact` was established on this problem."""
        return next((n for f, n in self.fact_counts if f == fact), 0)


Changes = dict[str, Any]
"""Fields of a problem and their new values."""


def fold(recorded: e.Recorded, problem: Problem | None) -> Problem:
    """Apply one recorded event; the first must be the registration.

    Raises ValueError when the sequence number does not follow, or a step is not on the table.
    """
    expected = 1 if problem is None else problem.seq + 1
    if recorded.seq != expected:
        raise ValueError(f"event {recorded.seq} does not follow {expected - 1}")
    event = recorded.event
    if isinstance(event, e.ProblemRegistered):
        return _registered(event, recorded)
    if problem is None:
        raise ValueError(f"a life cannot begin with {event.tag}")
    changes = _CHANGES[type(event)](problem, event, recorded)
    return _changed(problem, changes | {"seq": recorded.seq})


def _changed(problem: Problem, changes: Changes) -> Problem:
    """Do what `dataclasses.replace` does, without looking at each field: folding lives on it."""
    changed = object.__new__(Problem)
    vars(changed).update(vars(problem), **changes)
    return changed


def _registered(event: e.ProblemRegistered, recorded: e.Recorded) -> Problem:
    return Problem(
        problem_no=event.problem_no,
        facts=event.facts,
        route=event.route,
        district=event.facts.district,
        stage=Stage.REGISTERED,
        registered_at=recorded.at,
        stage_since=recorded.at,
        seq=recorded.seq,
    )


def _to_stage(p: Problem, stage: Stage, at: datetime) -> Changes:
    if stage is not p.stage and stage not in TRANSITIONS[p.stage]:
        raise ValueError(f"{p.stage} may not become {stage}")
    return {"stage": stage, "stage_since": at, "bureau_overdue": ()}


def _with_round(p: Problem, round_no: int, **changes: Any) -> Changes:
    rounds = tuple(replace(r, **changes) if r.round_no == round_no else r for r in p.rounds)
    return {"rounds": rounds}


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
    )
    rectifying = event.kind is RoundKind.RECTIFICATION
    stage = Stage.RECTIFYING if rectifying else Stage.AWAITING_FEEDBACK
    changes = _to_stage(p, stage, recorded.at) | {"rounds": (*p.rounds, opened)}
    if p.level:
        changes["level_clock"] = replace(p.level_clock, running_from=day_of(recorded.at))
    return changes


def _due_date_moved(p: Problem, event: e.DueDateMoved, _: e.Recorded) -> Changes:
    return _with_round(
        p,
        event.round_no,
        counted_from=event.counted_from,
        due_on=event.due_on,
        due_at=event.due_at,
        provisional=event.provisional,
        held_at=None,
    )


def _reminder_issued(p: Problem, event: e.ReminderIssued, _: e.Recorded) -> Changes:
    return _rung_done(p, event.round_no, event.rung) | {"reminders_sent": p.reminders_sent + 1}


def _reminder_skipped(p: Problem, event: e.ReminderSkipped, _: e.Recorded) -> Changes:
    return _rung_done(p, event.round_no, event.rung)


def _rung_done(p: Problem, round_no: int, rung: str) -> Changes:
    done = next(r.rungs for r in p.rounds if r.round_no == round_no)
    return _with_round(p, round_no, rungs=(*done, rung))


def _feedback_received(p: Problem, event: e.FeedbackReceived, recorded: e.Recorded) -> Changes:
    return (
        _to_stage(p, Stage.UNDER_REVIEW, recorded.at)
        | _with_round(p, event.round_no, answered_at=event.received_at)
        | {
            "submissions": (*p.submissions, _submission(event, moved=True)),
            "level_clock": LevelClock(used=event.level_days_used),
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
    return changes | _with_round(p, event.round_no, overdue_at=recorded.at)


def _held(p: Problem, event: e.ConsequenceHeld, recorded: e.Recorded) -> Changes:
    return _with_round(p, event.round_no, held_at=recorded.at)


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
    return _with_round(p, event.round_no, served_on=event.served_on, held_at=None)


def _revisit_planned(p: Problem, event: e.RevisitPlanned, recorded: e.Recorded) -> Changes:
    return _to_stage(p, Stage.AWAITING_REVISIT, recorded.at) | {
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
    return _to_stage(p, Stage.CLOSED, recorded.at) | {"closed_on": event.on, "proposal": None}


def _bureau_overdue(p: Problem, event: e.BureauDutyOverdue, _: e.Recorded) -> Changes:
    return {"bureau_overdue": (*p.bureau_overdue, event.duty)}


def _ended(_: Problem, __: e.LifeEnded, ___: e.Recorded) -> Changes:
    return {"ended": True}


_CHANGES: dict[type, Callable[[Problem, Any, e.Recorded], Changes]] = {
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
