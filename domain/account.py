"""A district's account: what its deductions count for, with the caps over all its problems 扣完为止.

A pure fold of the ledger: rows in the order of the instant they are counted for, of the problem's
number and of their occurrence. Whoever has the rows derives the account again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain.policy import AccountCap, Within


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One deduction of a district's account; `left` is what still stands of its points."""

    problem_no: str
    seq: int
    rule_id: str
    occurrence: int
    policy: str
    planned_at: datetime
    on: date
    year: int
    left: Decimal


def counted(
    rows: Iterable[AccountRow], caps: Mapping[str, tuple[AccountCap, ...]]
) -> dict[tuple[str, int], Decimal]:
    """Give what each row counts for, by problem and event; `caps` by the policy's name and version.

    A row counts for what is left of it, as far as every cap that names its rule has room.
    """
    used: defaultdict[tuple[AccountCap, int, int], Decimal] = defaultdict(Decimal)
    found: dict[tuple[str, int], Decimal] = {}
    for row in sorted(rows, key=lambda one: (one.planned_at, one.problem_no, one.occurrence)):
        places = [
            (cap, *_period(cap, row))
            for cap in caps.get(row.policy, ())
            if row.rule_id in cap.rules
        ]
        room = min([row.left, *(place[0].points - used[place] for place in places)])
        found[row.problem_no, row.seq] = room
        for place in places:
            used[place] += room
    return found


def _period(cap: AccountCap, row: AccountRow) -> tuple[int, int]:
    """Name the time a row is counted in: its year, its month, or all time."""
    if cap.within is Within.LIFE:
        return 0, 0
    return row.year, row.on.month if cap.within is Within.MONTH else 0
