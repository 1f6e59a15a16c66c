"""Holding the records of lives against what stands in the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from domain.addenda import Addendum
from domain.events import Recorded
from domain.notices import is_resend
from domain.rebuilding import Book, Difference, Row, differences
from store.lives import addenda
from store.lives.as_lived import ORDERED, Carried, Lived, problem_row
from store.lives.stored import Stored, stored
from store.points import ledger

_EVENT = ("seq", "at", "tag", "by_id", "by_role", "cause", "body")
_GIVEN_HERE = ("id", "generation")
"""What of a row the store gave and no life knows."""
_JUDGED = (("policy", "policy_hash"), ("calendar", "calendar_hash"))
UNKNOWN = Carried(
    row_key=None, policy="", policy_hash="", calendar="", calendar_hash="", rules_version=0
)
"""What stands on the row of a problem of which nothing but its events is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One life, how the store differs from it, and which records of it counted then.

    `lived` holds the addenda that count. `only_here` is how many of them the store alone tells of.
    """

    lived: Lived
    differences: tuple[Difference, ...]
    base_generation: int
    base_seq: int
    only_here: int = 0


async def compare(session: AsyncSession, lives: Sequence[Lived]) -> list[Compared]:
    """Compare some lives with what counts of them in the store.

    Raises ValueError where an addendum that no source but the store tells of cannot be read.
    """
    there = await stored(session, [one.problem_no for one in lives])
    return [_compare(there, one) for one in lives]


def _compare(there: Stored, lived: Lived) -> Compared:
    number, recorded = lived.problem_no, lived.recorded
    events, added = there.events.get(number, ()), in_order(there.addenda.get(number, ()))
    counting = addenda.counting(lived.addenda, added)
    found = [
        *differences(Book.EVENTS, _events(events), _events(map(asdict, lived.events))),
        *differences(Book.LEDGER, *_points(there, number, recorded)),
        *differences(Book.ADDENDA, _numbered(added), _numbered(map(addenda.values, counting))),
        *differences(Book.PROBLEM, *_problems(there, lived, recorded, counting)),
    ]
    if lived.notices is not None:
        found += differences(Book.NOTICES, *_notices(there, lived))
    told = lived.addenda
    return Compared(
        lived=replace(lived, addenda=counting),
        differences=tuple(found),
        base_generation=there.generations.get(number, 0),
        base_seq=last_seq(row["seq"] for row in events),
        only_here=0 if told is None else max(0, len(counting) - len(told)),
    )


def last_seq(seqs: Iterable[object]) -> int:
    """Give the highest number of an event that is one."""
    return max((one for one in seqs if isinstance(one, int)), default=0)


def in_order(added: Iterable[Row]) -> list[dict[str, Any]]:
    """Give the rows of a problem's addenda in their order, as no other generation would differ."""
    rows = sorted(added, key=lambda row: str(row["number"]).zfill(9))
    return [{name: row[name] for name in row if name not in _GIVEN_HERE} for row in rows]


def _numbered(rows: Iterable[Row]) -> dict[str, Row]:
    return {f"第{row['number']}项": row for row in rows}


def _events(rows: Iterable[Row]) -> dict[str, Row]:
    return {f"第{row['seq']}号": {name: row[name] for name in _EVENT} for row in rows}


def _points(
    there: Stored, number: str, recorded: Sequence[Recorded]
) -> tuple[dict[str, Row], dict[str, Row]]:
    posted = (
        {name: row[name] for name in row if name not in _GIVEN_HERE}
        for row in there.ledger.get(number, ())
    )
    right = ledger.rows_of(number, recorded)
    return {_name(row): row for row in posted}, {_name(row): row for row in right}


def _name(row: Row) -> str:
    return f"{row['rule_id']} {row['occurrence']} {row['kind']}"


def _notices(there: Stored, lived: Lived) -> tuple[dict[str, Row], dict[str, Row]]:
    rows = (row for row in there.notices.get(lived.problem_no, ()) if not is_resend(row["key"]))
    shown: dict[str, Row] = {row["key"]: {name: row[name] for name in ORDERED} for row in rows}
    return shown, {one.key: asdict(one) for one in lived.notices or ()}


def _problems(
    there: Stored, lived: Lived, recorded: Sequence[Recorded], counting: Sequence[Addendum]
) -> tuple[dict[str, Row], dict[str, Row]]:
    number = lived.problem_no
    row = next(iter(there.problems.get(number, ())), None)
    carried = _known(row, lived.carried)
    right = problem_row(recorded, counting, asdict(carried))
    return ({number: row} if row is not None else {}), {number: right}


def _known(there: Mapping[str, Any] | None, carried: Carried | None) -> Carried:
    """Give what is to stand beside the events; what the row does not know yet is no difference."""
    if there is None:
        return carried or UNKNOWN
    kept = Carried(**{name: there[name] for name in asdict(UNKNOWN)})
    if carried is None:
        return kept
    if not kept.policy:
        return replace(kept, row_key=carried.row_key)
    right = asdict(carried)
    for name, found in _JUDGED:
        if there[name] == right[name] and not there[found]:
            right[found] = ""
    return Carried(**right)
