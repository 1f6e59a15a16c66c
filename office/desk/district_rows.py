"""What a district owes, in a row that says whom to call and what follows if nothing happens."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.local_time import day_of
from domain.problem import Problem, Round
from domain.rules import Rules
from domain.unanswered import if_unanswered
from domain.words.dates import Standing, standing, told_words
from domain.words.unanswered import unanswered_words
from office.ports import Services
from office.rules.rules_of_a_life import by_the_books
from store.district import attention
from store.lives import problems
from store.mail.pressed import Pressed, pressed
from store.points import points_accounts
from store.registers import contacts
from store.registers.rule_books import Judged
from store.tables import ContactRow, ProblemRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictRow:
    """One problem a district owes an answer to, as an officer looks at it before calling there.

    `last_to_leave` says that the last reminder waits for the next working morning.
    """

    problem: Problem
    owed: Round
    standing: Standing
    handlers: Sequence[ContactRow]
    told: str
    opened_at: datetime | None
    drafted_at: datetime | None
    pressed: Pressed | None
    last_to_leave: bool
    follows: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store knows of all the rows together: one question each, however many they are."""

    handlers: Mapping[str, Sequence[ContactRow]]
    opened: attention.Since
    drafted: attention.Since
    pressed: Mapping[str, Pressed]
    lost: Mapping[str, Decimal]


async def district_rows(services: Services, rows: Collection[ProblemRow]) -> list[DistrictRow]:
    """Give the rows of a list whose districts owe an answer, in the order of the list."""
    if not rows:
        return []
    now, numbers = services.clock(), [row.problem_no for row in rows]
    async with services.db.reading() as session:
        found = await problems.by_numbers(session, numbers)
        on_duty = await contacts.handlers(session, {row.district for row in rows}, day_of(now))
        scores = await points_accounts.scores(session, day_of(now).year)
        known = _Known(
            handlers=on_duty,
            opened=await attention.opened(session, numbers),
            drafted=await attention.drafted(session, numbers),
            pressed=await pressed(session, numbers),
            lost={one.district: one.points for one in scores},
        )
    rules = await by_the_books(services, map(Judged.of, rows))
    pairs = [
        (found[row.problem_no], rules[Judged.of(row)]) for row in rows if row.problem_no in found
    ]
    return [
        _row(problem, round_, judged, known, now)
        for problem, judged in pairs
        if (round_ := problem.open_round) is not None
    ]


def _row(
    problem: Problem, round_: Round, rules: Rules | None, known: _Known, now: datetime
) -> DistrictRow:
    number = problem.problem_no
    ahead = if_unanswered(problem, rules, now) if rules is not None else None
    last = known.pressed.get(number)
    return DistrictRow(
        problem=problem,
        owed=round_,
        standing=standing(problem, round_, now, rules),
        handlers=known.handlers.get(problem.district, ()),
        told=told_words(round_),
        opened_at=known.opened.get(number),
        drafted_at=known.drafted.get(number),
        pressed=last,
        last_to_leave=last is not None and last.last_at > now,
        follows=unanswered_words(ahead, known.lost.get(problem.district, Decimal(0))),
    )
