"""What a page shows at a glance: where a problem stands, who owes the next step, how long is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain.agenda import agenda
from domain.deadlines import day_text
from domain.local_time import day_of, midnight_ending
from domain.problem import Problem, Round
from domain.roles import Role
from domain.rules import Rules
from domain.stages import RoundKind, Stage

_STEPS = ("登记", "移交", "反馈", "审核", "整改", "回头看", "销号")
_NOW = {
    Stage.REGISTERED: 1,
    Stage.AWAITING_FEEDBACK: 2,
    Stage.UNDER_REVIEW: 3,
    Stage.RECTIFYING: 4,
    Stage.AWAITING_REVISIT: 5,
    Stage.CLOSED: 7,
}
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the usual way; `state` is done, now or ahead; `on` when it was or shall be."""

    label: str
    state: str
    on: date | None


def steps(problem: Problem) -> tuple[Step, ...]:
    """Give the usual way with the step the problem is at; empty when it left that way."""
    at = _NOW.get(problem.stage)
    if at is None:
        return ()
    now = at + (problem.proposal is not None)
    states = ("done" if place < now else "now" if place == now else "ahead" for place in range(7))
    return tuple(map(Step, _STEPS, states, _days(problem)))


def _days(problem: Problem) -> Iterator[date | None]:
    answers = [s for s in problem.submissions if s.moved_state]
    rectifying = [r for r in problem.rounds if r.kind is RoundKind.RECTIFICATION]
    yield day_of(problem.registered_at)
    yield problem.transferred_on
    yield day_of(answers[-1].received_at) if answers else _due(problem.rounds[:1])
    yield None
    yield _due(rectifying[-1:])
    yield problem.revisits[-1].on if problem.revisits else problem.revisit_on
    yield problem.closed_on


def _due(rounds: tuple[Round, ...] | list[Round]) -> date | None:
    return rounds[0].due_on if rounds else None


def whose_turn(problem: Problem, rules: Rules) -> str:
    """Say who owes the next step, which, and until when; empty when nobody does."""
    owed = problem.open_round
    if owed is not None:
        late = "，已逾期" if owed.overdue_at is not None else ""
        return f"现由区县办理：应于{day_text(owed.due_on)}24:00前{owed.kind.label}{late}。"
    step = bureau_step(problem)
    if step is None:
        return ""
    late = "，已超期" if problem.bureau_overdue else ""
    until = bureau_due(problem, rules)
    by = f"，应于{day_text(until)}24:00前完成" if until else ""
    return f"现由市级{step.who}办理：{step.what}{by}{late}。"


@dataclass(frozen=True, slots=True)
class BureauStep:
    """A step the bureau itself owes: what is to be done, by whom."""

    what: str
    who: str


def bureau_step(problem: Problem) -> BureauStep | None:
    """Give the step the bureau owes, or None while the district does, or nobody."""
    if problem.stage is Stage.REGISTERED:
        return BureauStep("移交区县", Role.OFFICER.label)
    if problem.stage is Stage.UNDER_REVIEW:
        return BureauStep("审核反馈", Role.OFFICER.label)
    if problem.stage is not Stage.AWAITING_REVISIT:
        return None
    if problem.proposal is None:
        return BureauStep("回头看", Role.OFFICER.label)
    return BureauStep("销号审批", Role.SUPERVISOR.label)


def bureau_due(problem: Problem, rules: Rules) -> date | None:
    """Give the last day on which the bureau's own step is in time; None when no clock runs."""
    if problem.open_round is not None or problem.stage is Stage.CLOSED:
        return None
    # The clock that has already run out is no longer on the agenda.
    duty = agenda(replace(problem, bureau_overdue=()), rules)
    return day_of(duty.at - _A_DAY) if duty is not None else None


@dataclass(frozen=True, slots=True)
class Span:
    """A round as a bar: where its due instant and its end (the answer, or now) lie, in percent."""

    due: float
    end: float

    @property
    def within(self) -> float:
        """How much of the bar was used in time."""
        return min(self.due, self.end)

    @property
    def beyond(self) -> float:
        """How much of the bar lies behind the due instant."""
        return max(self.end - self.due, 0)


def span(owed: Round, now: datetime) -> Span:
    """Measure a round from the day it is counted from to its due instant, or beyond it when late."""
    begin = midnight_ending(owed.counted_from)
    end = max(owed.answered_at or now, begin)
    whole = max(owed.due_at, end) - begin
    return Span(
        due=round((owed.due_at - begin) / whole * 100, 1), end=round((end - begin) / whole * 100, 1)
    )
