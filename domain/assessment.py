"""What a unit brings to the yearly assessments 污染防治攻坚战 and 执法大练兵 (plan 四（一）).

Figures only, each with its denominator: neither assessment's table of points is public, so none is
calculated. The bureau's own time is in no figure of a district: whether an answer is in time is
judged by when it was received, and only days in which the district owed the step are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

from domain.catalogues import key_contents, penalty_outcomes
from domain.catalogues.districts import DISTRICTS
from domain.commands import Answer, RevisitResult
from domain.events import ReassignedWhy
from domain.key_regions import lies_inside
from domain.local_time import day_of
from domain.problem import Problem, Round
from domain.stages import RoundKind, Stage

_GONE = (Stage.WITHDRAWN, Stage.MERGED)
_RECTIFIED = (Stage.AWAITING_REVISIT, Stage.CLOSED)
_NO_PENALTY = ("first_violation", "minor_violation", "no_fault")
_LENIENT = ("statutory_minimum", "surcharge_waived")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One row of the score ledger of the year; `taken_back` for a reversal, points positive.

    `beyond` are points of a deduction that stand and do not count, a cap over all problems being reached.
    """

    district: str
    points: Decimal
    taken_back: bool
    beyond: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A unit's figures of one year; each count is a numerator or a denominator of its own.

    `gone` of the transferred problems were withdrawn or merged. Feedback that is due in the year is
    `in_time`, `late` or `missing`; `pending` is not due yet and `unproven` waits for proof of
    service. `key_region` lie in a key region, of `region_unknown` nobody said.
    `district_days` are the calendar days in which the district owed the step on its
    rectified problems, pauses left out.
    """

    transferred: int = 0
    gone: int = 0
    in_time: int = 0
    late: int = 0
    missing: int = 0
    pending: int = 0
    unproven: int = 0
    rectified: int = 0
    district_days: int = 0
    listed: int = 0
    deducted: Decimal = Decimal(0)
    reversed: Decimal = Decimal(0)
    beyond_caps: Decimal = Decimal(0)
    passed: int = 0
    failed: int = 0
    answered: int = 0
    case_filed: int = 0
    no_penalty: int = 0
    lenient: int = 0
    referred: int = 0
    fines: Decimal = Decimal(0)
    key_region: int = 0
    region_unknown: int = 0

    @property
    def counted(self) -> int:
        """Transferred problems that were neither withdrawn nor merged."""
        return self.transferred - self.gone

    @property
    def owed(self) -> int:
        """Feedback that was owed by now: in time, late, and none."""
        return self.in_time + self.late + self.missing

    @property
    def net(self) -> Decimal:
        """Points deducted and not taken back, as far as they count: what the account says."""
        return self.deducted - self.reversed - self.beyond_caps

    @property
    def revisited(self) -> int:
        """Revisits of the year."""
        return self.passed + self.failed

    def __add__(self, other: Figures) -> Figures:
        """Add up, figure by figure."""
        names = [one.name for one in fields(self)]
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in names})


def assess(
    problems: Iterable[Problem], postings: Iterable[Posting], year: int, now: datetime
) -> dict[str, Figures]:
    """Give the figures of a year by unit: every unit that existed in it, and any with a figure."""
    found = {unit.code: Figures() for unit in DISTRICTS if _existed(unit.code, year)}

    def add(district: str, figures: Figures) -> None:
        if figures != Figures():
            found[district] = found.get(district, Figures()) + figures

    for problem in problems:
        if problem.transferred_on is None:
            continue
        if problem.transferred_on.year == year:
            add(answerable(problem), _of_problem(problem))
        for round_ in problem.rounds:
            add(round_.district, _of_round(problem, round_, year, now))
        for on, figures in _of_days(problem):
            if on.year == year:
                add(holder(problem, on), figures)
    for posting in postings:
        none = Decimal(0)
        add(
            posting.district,
            Figures(
                deducted=none if posting.taken_back else posting.points,
                reversed=posting.points if posting.taken_back else none,
                beyond_caps=posting.beyond,
            ),
        )
    return found


def _existed(code: str, year: int) -> bool:
    unit = next(one for one in DISTRICTS if one.code == code)
    begun = unit.valid_from is None or unit.valid_from.year <= year
    return begun and (unit.valid_to is None or year <= unit.valid_to.year)


def answerable(problem: Problem) -> str:
    """Give the unit a problem was rightly transferred to.

    A change of district because it was the wrong one moves the problem; a successor takes over the
    work, while what was before stays with the unit in whose time it arose.
    """
    moves = problem.reassignments
    unit = moves[0].from_district if moves else problem.district
    for move in moves:
        if move.why is ReassignedWhy.SUCCESSOR:
            break
        unit = move.to_district
    return unit


def holder(problem: Problem, on: date) -> str:
    """Give the unit a problem was with on a day, as the score ledger has it."""
    moves = problem.reassignments
    unit = moves[0].from_district if moves else problem.district
    return next((one.to_district for one in reversed(moves) if one.on <= on), unit)


def _of_problem(problem: Problem) -> Figures:
    if problem.stage in _GONE:
        return Figures(transferred=1, gone=1)
    rectified = problem.stage in _RECTIFIED
    days = district_days(problem) if rectified else 0
    inside = lies_inside(answerable(problem), problem.facts.inside_key_region)
    own = Figures(
        transferred=1,
        rectified=int(rectified),
        district_days=days,
        key_region=int(inside is True),
        region_unknown=int(inside is None),
    )
    return own + _of_answer(problem)


@dataclass(frozen=True, slots=True)
class ContentFigures:
    """How many problems of a year have a key content, and how many of them are rectified."""

    problems: int
    rectified: int


def by_content(problems: Iterable[Problem], year: int) -> dict[str, ContentFigures]:
    """Count a year's problems by key content, by code and "" for general ones.

    A problem with several contents counts under each of them.
    """
    counted = counted_in(problems, year)
    found = {}
    for code in (*(one.code for one in key_contents.KEY_CONTENTS), ""):
        own = [one for one in counted if code in (one.facts.contents or ("",))]
        rectified = sum(one.stage in _RECTIFIED for one in own)
        found[code] = ContentFigures(len(own), rectified)
    return found


def counted_in(problems: Iterable[Problem], year: int) -> list[Problem]:
    """Give the problems transferred in a year that were neither withdrawn nor merged."""
    return [
        one
        for one in problems
        if one.transferred_on is not None
        and one.transferred_on.year == year
        and one.stage not in _GONE
    ]


UNSORTED = ""


def by_six_batch(problems: Iterable[Problem], year: int) -> dict[str, Counter[str]]:
    """Count a year's problems by unit and by batch of 六个一批, `UNSORTED` for those in none."""
    found: dict[str, Counter[str]] = {}
    for one in counted_in(problems, year):
        found.setdefault(answerable(one), Counter())[one.facts.six_batch] += 1
    return dict(sorted(found.items()))


def _of_days(problem: Problem) -> Iterator[tuple[date, Figures]]:
    """Give what happened on a day: entries on the supervisory list, and revisits."""
    for entry in problem.entries:
        if entry.fallen and not entry.reasons:
            continue  # no ground of it stands any more
        yield entry.listed_on, Figures(listed=1)
    for visit in problem.revisits:
        passed = visit.result is RevisitResult.IN_PLACE
        yield visit.on, Figures(passed=int(passed), failed=int(not passed))


def _of_answer(problem: Problem) -> Figures:
    answer = last_answer(problem)
    if answer is None:
        return Figures()
    outcome = answer.penalty_outcome
    known = penalty_outcomes.PENALTY_OUTCOMES.find(outcome) if outcome else None
    return Figures(
        answered=1,
        case_filed=int(known is not None and known.case_filed),
        no_penalty=int(outcome in _NO_PENALTY),
        lenient=int(outcome in _LENIENT),
        referred=int(outcome == "referred" or bool(answer.referral)),
        fines=answer.penalty_amount or Decimal(0),
    )


def last_answer(problem: Problem) -> Answer | None:
    """Give the last answer that moved the problem."""
    moving = [one.answer for one in problem.submissions if one.moved_state]
    return moving[-1] if moving else None


def _of_round(problem: Problem, round_: Round, year: int, now: datetime) -> Figures:
    """Judge one duty to give feedback by when the answer was received."""
    if round_.kind is not RoundKind.FEEDBACK or round_.due_on.year != year:
        return Figures()
    if round_.answered_at is not None:
        own = (one for one in problem.submissions if one.round_no == round_.round_no)
        nobody_was_late = any(one.moved_state and not one.late for one in own)
        in_time = round_.answered_at < round_.due_at or round_.excused_at is not None
        in_time = in_time or nobody_was_late
        return Figures(in_time=int(in_time), late=int(not in_time))
    if round_ is not problem.open_round:
        return Figures()  # it went to another district, was withdrawn or merged: nobody owes it
    excused = problem.suspension is not None or round_.excused_at is not None
    if excused or now < round_.due_at:
        return Figures(pending=1)
    held = round_.held_at is not None
    return Figures(unproven=int(held), missing=int(not held))


def district_days(problem: Problem) -> int:
    """Count the days in which the district round_ the step, from each round's opening to its answer.

    The day a round opened is not counted; while an answer is reviewed nothing is, and a pause 暂缓办理
    is left out.
    """
    answered = [one for one in problem.rounds if one.answered_at is not None]
    paused = {one.round_no: 0 for one in answered}
    for pause in problem.suspensions:
        if pause.round_no in paused and pause.days_left is not None:
            paused[pause.round_no] += pause.days
    return sum(max(_days(one) - paused[one.round_no], 0) for one in answered)


def _days(round_: Round) -> int:
    end = round_.answered_at or round_.opened_at
    return (day_of(end) - day_of(round_.opened_at)).days
