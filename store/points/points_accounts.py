"""Districts' accounts: the ledger's rows, each with what it counts for under the caps of its policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from domain.account import AccountRow, counted
from domain.local_time import midnight_ending
from domain.policy import AccountCap
from store.points import ledger
from store.points.ledger import Score
from store.registers import rule_books
from store.tables import LedgerRow

Caps = Mapping[str, tuple[AccountCap, ...]]
"""The caps of each policy that has any, by its name as the ledger writes it: jinhua@4."""


async def scores(session: AsyncSession, year: int) -> tuple[Score, ...]:
    """Give what each district lost in a year, the most first; capped where its policy caps it."""
    found, caps = await ledger.scores(session, year), await caps_of(session)
    if not caps:
        return found
    rows = await ledger.rows(session)
    lost, counts = defaultdict[str, Decimal](Decimal), counts_for(rows, caps)
    for row in rows:
        if row.year == year and row.kind == ledger.DEDUCTION:
            lost[row.district] += counts[row.problem_no, row.seq]
    capped = (replace(score, points=lost[score.district]) for score in found)
    return tuple(sorted(capped, key=lambda score: (-score.points, score.district)))


async def total(session: AsyncSession, district: str, year: int) -> Decimal:
    """Give what one district has lost in a year, as its account stands now."""
    found = await scores(session, year)
    return next((one.points for one in found if one.district == district), Decimal(0))


async def total_with(
    session: AsyncSession, district: str, year: int, added: Sequence[AccountRow]
) -> tuple[Decimal, Decimal]:
    """Give what a district has lost in a year, and would have lost with `added` rows, under every cap."""
    rows, caps = await ledger.rows(session, district), await caps_of(session)
    left = left_of(rows)
    there = [
        _account_row(row, left[row.problem_no, row.seq])
        for row in rows
        if row.kind == ledger.DEDUCTION
    ]
    sums = []
    for account in (there, [*there, *added]):
        counts = counted(account, caps)
        of_year = (counts[one.problem_no, one.seq] for one in account if one.year == year)
        sums.append(sum(of_year, Decimal(0)))
    return sums[0], sums[1]


async def caps_of(session: AsyncSession) -> Caps:
    """Give the caps of every policy by which a life was ever judged."""
    known = await rule_books.policies(session)
    return {f"{one.policy_id}@{one.version}": one.account_caps for one in known if one.account_caps}


def counts_for(rows: Iterable[LedgerRow], caps: Caps) -> dict[tuple[str, int], Decimal]:
    """Give what each deduction of the ledger counts for, by problem and event.

    Every district has an account of its own.
    """
    rows = list(rows)
    left = left_of(rows)
    accounts: defaultdict[str, list[AccountRow]] = defaultdict(list)
    for row in rows:
        if row.kind == ledger.DEDUCTION:
            accounts[row.district].append(_account_row(row, left[row.problem_no, row.seq]))
    found: dict[tuple[str, int], Decimal] = {}
    for account in accounts.values():
        found |= counted(account, caps)
    return found


def left_of(rows: Iterable[LedgerRow]) -> dict[tuple[str, int], Decimal]:
    """Give what still stands of each deduction, by problem and event, before any cap."""
    rows = list(rows)
    given_back: defaultdict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.kind != ledger.DEDUCTION:
            given_back[row.problem_no, row.reverses] += row.points
    deductions = (row for row in rows if row.kind == ledger.DEDUCTION)
    return {
        (row.problem_no, row.seq): row.points - given_back[row.problem_no, row.seq]
        for row in deductions
    }


def _account_row(row: LedgerRow, left: Decimal) -> AccountRow:
    return AccountRow(
        problem_no=row.problem_no,
        seq=row.seq,
        rule_id=row.rule_id,
        occurrence=row.occurrence,
        policy=row.policy,
        planned_at=row.planned_at or midnight_ending(row.on_day),
        on=row.on_day,
        year=row.year,
        left=left,
    )
