"""What a page shows at a glance: where a problem stands, who owes the next step, how long is left."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.bureau import duties_of_bureau, owed_by_bureau
from domain.catalogues.districts import district
from domain.events import BureauDuty
from domain.local_time import day_of, midnight_ending
from domain.problem import Problem, Round
from domain.rules import Rules
from domain.stages import RoundKind, Stage
from domain.words.dates import proof_words
from domain.words.days import cut_off, due_text

_STEPS = ("登记", "移交", "反馈", "审核", "整改", "回头看", "销号")
_NOW = {
    Stage.REGISTERED: 1,
    Stage.AWAITING_FEEDBACK: 2,
    Stage.UNDER_REVIEW: 3,
    Stage.RECTIFYING: 4,
    Stage.AWAITING_REVISIT: 5,
    Stage.CLOSED: 7,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the usual way; `state` is done, now or ahead; `on` when it was or shall be.

    `clock` ends a day on which it is due before midnight; else it is empty.
    """

    label: str
    state: str
    on: date | None
    clock: str


def steps(problem: Problem) -> tuple[Step, ...]:
    """Give the usual way with the step the problem is at; empty when it left that way."""
    at = _NOW.get(problem.stage)
    if at is None:
        return ()
    now = at + (problem.proposal is not None)
    states = ("done" if place < now else "now" if place == now else "ahead" for place in range(7))
    dated = zip(_STEPS, states, _days(problem), strict=True)
    return tuple(Step(label, state, *when) for label, state, when in dated)


def _days(problem: Problem) -> Iterator[tuple[date | None, str]]:
    answers = [s for s in problem.submissions if s.moved_state]
    rectifying = [r for r in problem.rounds if r.kind is RoundKind.RECTIFICATION]
    yield day_of(problem.registered_at), ""
    yield problem.transferred_on, ""
    yield (day_of(answers[-1].received_at), "") if answers else _due(problem.rounds[:1])
    yield None, ""
    yield _due(rectifying[-1:])
    yield (problem.revisits[-1].on if problem.revisits else problem.revisit_on), ""
    yield problem.closed_on, ""


def _due(rounds: Sequence[Round]) -> tuple[date | None, str]:
    return (rounds[0].due_on, cut_off(rounds[0].due_at)) if rounds else (None, "")


_ALWAYS_FIRST = (
    BureauDuty.REVIEW,
    BureauDuty.REVISIT,
    BureauDuty.APPROVAL,
    BureauDuty.SUSPENSION,
    BureauDuty.OBJECTION,
    BureauDuty.NEW_DATE,
)
"""While the bureau owes one of these, the district owes nothing."""


def awaited(stage: Stage, owed: Collection[BureauDuty]) -> str:
    """Say in a word what a problem really waits for: what the bureau owes first, where its stage does not say it."""
    said = {
        BureauDuty.APPROVAL: f"待{BureauDuty.APPROVAL.label}",
        BureauDuty.OBJECTION: f"待{BureauDuty.OBJECTION.label}",
    }
    return next((words for duty, words in said.items() if duty in owed), stage.label)


def awaited_of(problem: Problem) -> str:
    """Say the same of a whole problem."""
    return awaited(problem.stage, [duty for duty, _ in duties_of_bureau(problem)])


def whose_turn(problem: Problem, rules: Rules | None, now: datetime) -> str:
    """Say who owes the next step at `now`, which, and until when; empty when nobody does.

    Where the rules of the life are unknown, it is not said until when the bureau has.
    """
    if problem.stage is Stage.REGISTERED:
        return "现由市级办理：移交区县。"
    duty = _bureaus(problem, now)
    if duty is not None:
        late = "，已超期" if duty in problem.late_duties else ""
        return f"现由市级办理：{duty.label}{_until(duty, problem, rules)}{late}。"
    round_ = problem.open_round
    if round_ is None:
        return ""
    late = "，已逾期" if round_.overdue_at is not None else proof_words(round_)
    return f"现由区县办理：应于{due_text(round_.due_at)}前{round_.kind.label}{late}。"


def _bureaus(problem: Problem, now: datetime) -> BureauDuty | None:
    """Give the duty of the bureau that comes before the district's, if any."""
    owed = [duty for duty, _ in duties_of_bureau(problem)]
    first = (*_ALWAYS_FIRST, *_first_for_the_round(problem, now))
    return next((duty for duty in first if duty in owed), None)


def _first_for_the_round(problem: Problem, now: datetime) -> Iterator[BureauDuty]:
    """Give the duties that come first while they keep the open round from falling due."""
    round_ = problem.open_round
    if round_ is None:
        return
    last_day = district(problem.district).valid_to
    if last_day is not None and day_of(now) > last_day:
        yield BureauDuty.SUCCESSOR
    if round_.waits_for_bureau and now >= round_.due_at:
        yield BureauDuty.EXTENSION
    if round_.held_at is not None:
        yield BureauDuty.SERVICE


def _until(duty: BureauDuty, problem: Problem, rules: Rules | None) -> str:
    if rules is None:
        return ""
    due_on = next(due.due_on for due in owed_by_bureau(problem, rules) if due.duty is duty)
    return f"，应于{due_text(midnight_ending(due_on))}前完成"


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


def span(round_: Round, now: datetime) -> Span:
    """Measure a round from the day it is counted from to its due instant, or beyond it when late."""
    begin = midnight_ending(round_.counted_from)
    end = max(round_.answered_at or now, begin)
    whole = max(round_.due_at, end) - begin
    return Span(
        due=round((round_.due_at - begin) / whole * 100, 1),
        end=round((end - begin) / whole * 100, 1),
    )
