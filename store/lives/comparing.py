"""Holding the records of lives against what stands in the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.addenda import Addendum
from domain.notices import is_resend
from domain.rebuilding import Book, Difference, Row, differences
from store.lives import addenda, generations
from store.lives.as_lived import ORDERED, Carried, Lived, problem_row
from store.points import ledger
from store.tables import EventRow, LedgerRow, NoticeRow, ProblemRow

_JUDGED = (("policy", "policy_hash"), ("calendar", "calendar_hash"))
UNKNOWN = Carried(
    row_key=None, policy="", policy_hash="", calendar="", calendar_hash="", rules_version=0
)
"""What stands on the row of a problem of which nothing but its events is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One life, how the store differs from it, and which records of it counted then."""

    lived: Lived
    differences: tuple[Difference, ...]
    base_generation: int
    base_seq: int


@dataclass(frozen=True, slots=True)
class _Stored:
    """What stands in the store of some problems, by their numbers."""

    events: Mapping[str, Sequence[EventRow]]
    ledger: Mapping[str, Sequence[LedgerRow]]
    notices: Mapping[str, Sequence[NoticeRow]]
    problems: Mapping[str, ProblemRow]
    addenda: Mapping[str, Sequence[Addendum]]
    generations: Mapping[str, int]


async def compare(session: AsyncSession, lives: Sequence[Lived]) -> list[Compared]:
    """Compare some lives with what counts of them in the store."""
    stored = await _stored(session, [one.problem_no for one in lives])
    return [_compare(stored, one) for one in lives]


def _compare(stored: _Stored, lived: Lived) -> Compared:
    number = lived.problem_no
    events = stored.events.get(number, ())
    found = [
        *differences(Book.EVENTS, _events(events), _events(lived.events)),
        *differences(Book.LEDGER, _posted(stored.ledger.get(number, ())), _to_post(lived)),
        *differences(Book.PROBLEM, *_problems(stored, lived)),
    ]
    if lived.notices is not None:
        there = (row for row in stored.notices.get(number, ()) if not is_resend(row.key))
        right = {one.key: asdict(one) for one in lived.notices}
        shown = {row.key: {name: getattr(row, name) for name in ORDERED} for row in there}
        found += differences(Book.NOTICES, shown, right)
    return Compared(
        lived=lived,
        differences=tuple(found),
        base_generation=stored.generations.get(number, 0),
        base_seq=max((row.seq for row in events), default=0),
    )


def _events(rows: Iterable[Any]) -> dict[str, Row]:
    names = ("seq", "at", "tag", "by_id", "by_role", "cause", "body")
    return {f"第{row.seq}号": {name: getattr(row, name) for name in names} for row in rows}


def _posted(rows: Iterable[LedgerRow]) -> dict[str, Row]:
    shown = (row.model_dump(exclude={"id", "generation"}) for row in rows)
    return {_name(row): row for row in shown}


def _to_post(lived: Lived) -> dict[str, Row]:
    return {_name(row): row for row in ledger.rows_of(lived.problem_no, lived.recorded)}


def _name(row: Row) -> str:
    return f"{row['rule_id']} {row['occurrence']} {row['kind']}"


def _problems(stored: _Stored, lived: Lived) -> tuple[dict[str, Row], dict[str, Row]]:
    number, row = lived.problem_no, stored.problems.get(lived.problem_no)
    there = row.model_dump() if row is not None else None
    carried = _known(there, lived.carried)
    right = problem_row(lived.recorded, stored.addenda.get(number, ()), asdict(carried))
    return ({number: there} if there is not None else {}), {number: right}


def _known(there: Mapping[str, Any] | None, carried: Carried | None) -> Carried:
    """Give what is to stand beside the events; what the row does not know yet is no difference."""
    if there is None:
        return carried or UNKNOWN
    kept = Carried(**{name: there[name] for name in asdict(UNKNOWN)})
    if carried is None or not kept.policy:
        return kept
    right = asdict(carried)
    for name, found in _JUDGED:
        if there[name] == right[name] and not there[found]:
            right[found] = ""
    return Carried(**right)


async def _stored(session: AsyncSession, numbers: Sequence[str]) -> _Stored:
    rows = await session.scalars(select(ProblemRow).where(col(ProblemRow.problem_no).in_(numbers)))
    return _Stored(
        events=await _by_problem(session, EventRow, numbers),
        ledger=await _by_problem(session, LedgerRow, numbers),
        notices=await _by_problem(session, NoticeRow, numbers),
        problems={row.problem_no: row for row in rows},
        addenda=await addenda.of_problems(session, numbers),
        generations=await generations.of_problems(session, numbers),
    )


async def _by_problem(
    session: AsyncSession, table: Any, numbers: Sequence[str]
) -> dict[str, list[Any]]:
    found = defaultdict[str, list[Any]](list)
    for row in await session.scalars(select(table).where(table.problem_no.in_(numbers))):
        found[row.problem_no].append(row)
    return found
