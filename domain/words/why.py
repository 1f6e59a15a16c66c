"""Why a round is due on its day: as it was counted or agreed, and each move with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain import events as e
from domain.deadlines import DayCountRule, due_date
from domain.local_time import day_of
from domain.problem import Problem, Round
from domain.rules import Rules
from domain.stages import RoundKind
from domain.words.counted import (
    CountedFrom,
    counted_from_what,
    first_counted_from,
    moved_words,
)
from domain.words.days import day_text
from domain.words.working import (
    DueStep,
    clause_step,
    counting,
    due_step,
    provisional_step,
)

_RECOUNTS = frozenset(
    {e.MovedWhy.SERVICE, e.MovedWhy.REISSUE, e.MovedWhy.RESTART, e.MovedWhy.RESUMED}
)
"""Moves that count the days anew from another day; the others add to what was counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyThisDate:
    """A round's due date with its working; `original_on` differs when it was moved."""

    round_no: int
    due_on: date
    due_at: datetime
    provisional: bool
    original_on: date
    steps: tuple[DueStep, ...]


def why_this_date(
    round_: Round, problem: Problem, history: Sequence[e.Recorded], rules: Rules
) -> WhyThisDate:
    """Explain a round's due date from what was recorded, by the rules of its life."""
    return WhyThisDate(
        round_no=round_.round_no,
        due_on=round_.due_on,
        due_at=round_.due_at,
        provisional=round_.provisional,
        original_on=round_.original_due_on,
        steps=tuple(_steps(round_, problem, history, rules)),
    )


def _steps(
    round_: Round, problem: Problem, history: Sequence[e.Recorded], rules: Rules
) -> Iterator[DueStep]:
    moves = [event for event in _of_round(round_, history) if isinstance(event, e.DueDateMoved)]
    recounts = [n for n, move in enumerate(moves, 1) if _recounts(round_, move, rules)]
    before = recounts[-1] if recounts else 0
    if before:
        yield _opening(round_)
        yield from (_move_step(move) for move in moves[:before])
    start = counted_from_what(round_, problem)
    if start is None:
        yield _agreed_step(round_)
    else:
        counted_to = moves[before - 1].due_on if before else round_.original_due_on
        yield from _count(round_, start, counted_to, rules, _clause(round_, history))
    yield from (_move_step(move) for move in moves[before:])
    yield due_step(round_.due_on, round_.due_at)
    if round_.provisional:
        yield provisional_step(round_.due_on)


def _recounts(round_: Round, move: e.DueDateMoved, rules: Rules) -> bool:
    """Say whether a move counted the days anew; a new calendar may only have passed a rest day."""
    by_calendar = move.why is e.MovedWhy.CALENDAR and not round_.agreed
    return move.why in _RECOUNTS or (by_calendar and _counts_to(round_, move.due_on, rules))


def _counts_to(round_: Round, due_on: date, rules: Rules) -> bool:
    return due_date(round_.counted_from, _rule(round_, rules), rules.calendar).due_on == due_on


def _of_round(round_: Round, history: Sequence[e.Recorded]) -> Iterator[e.Event]:
    for recorded in history:
        event = recorded.event
        if isinstance(event, e.RoundOpened | e.DueDateMoved) and event.round_no == round_.round_no:
            yield event


def _clause(round_: Round, history: Sequence[e.Recorded]) -> str:
    opened = (one for one in _of_round(round_, history) if isinstance(one, e.RoundOpened))
    return next((one.clause for one in opened if not one.agreed), "")


def _opening(round_: Round) -> DueStep:
    """Say by when a round was due when it opened, before its days were counted anew."""
    start = e.AGREED if round_.agreed else f"自{first_counted_from(round_).label}起计算"
    note = f"原时限为{day_text(round_.original_due_on)}（{start}）。"
    return DueStep(on=round_.original_due_on, code="opened", note=note)


def _agreed_step(round_: Round) -> DueStep:
    note = f"办理时限为{e.AGREED}{day_text(round_.original_due_on)}，不另行计算。"
    return DueStep(on=round_.original_due_on, code="agreed", note=note)


def _move_step(move: e.DueDateMoved) -> DueStep:
    return DueStep(on=move.due_on, code="moved", note=f"{moved_words(move)}。")


def _count(
    round_: Round, start: CountedFrom, counted_to: date, rules: Rules, clause: str
) -> Iterator[DueStep]:
    """Show the count by the rules of the life; a date that they give otherwise stands as told."""
    rule = _rule(round_, rules)
    if _counts_to(round_, counted_to, rules):
        yield from counting(round_.counted_from, rule, rules.calendar, start)
        yield clause_step(counted_to, rule.clause)
        return
    note = (
        f"自{start.label}{day_text(round_.counted_from)}起计算期限，"
        f"按当时适用的口径和放假安排，至{day_text(counted_to)}。"
    )
    yield DueStep(on=counted_to, code="recorded", note=note)
    if clause:
        yield clause_step(counted_to, clause)


def _rule(round_: Round, rules: Rules) -> DayCountRule:
    clocks = rules.policy.clocks
    return {
        RoundKind.FEEDBACK: clocks.feedback,
        RoundKind.SUPPLEMENT: clocks.supplement,
        RoundKind.RECTIFICATION: clocks.redo,
    }[round_.kind]


def transfer_date_moves(history: Sequence[e.Recorded]) -> tuple[str, ...]:
    """Say since when and why the transfer's own date for rectification is another one, move by move."""
    return tuple(_transfer_date_moves(history))


def _transfer_date_moves(history: Sequence[e.Recorded]) -> Iterator[str]:
    running: date | None = None
    for one in history:
        due_on, why = _transfer_date_by(one.event)
        if due_on is None or due_on == running:
            continue
        if running is not None:
            yield f"{day_text(day_of(one.at))}起，由{day_text(running)}改为{day_text(due_on)}（{why}）"
        running = due_on


def _transfer_date_by(event: e.Event) -> tuple[date | None, str]:
    """Give the transfer's own date as an event sets it, with why; None where it sets none."""
    match event:
        case e.TransferDateMoved():
            return event.due_on, event.why.label
        case e.ProblemResumed():
            return event.rectification_due_on, e.MovedWhy.SUSPENSION.label
        case e.ObjectionDecided():
            return event.rectification_due_on, e.MovedWhy.OBJECTION.label
        case e.ProblemReassigned():
            return event.rectification_due_on, event.why.label
        case e.ProblemTransferred():
            return event.rectification_due_on, ""
    return None, ""
