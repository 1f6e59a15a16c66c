"""The positive list 监督执法正面清单: entered by one person, approved by another, left early or at its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.local_time import day_of
from domain.positive_list import Listing
from store.engine import Database
from store.refusing import StoreRefused
from store.registers.approvals import ApprovalState, settle
from store.registers.register_changes import Register, RegisterAct, note
from store.tables import ListingRow

_LOCK = "positive-list"


async def enter(
    db: Database, entries: Iterable[tuple[str, Listing]], by_id: str
) -> tuple[ListingRow, ...]:
    """Enter stays of enterprises, each with its district; the same one again gives the one there is."""
    async with db.writing() as session:
        await db.lock(session, _LOCK)
        known = {(row.district, listing_of(row)): row for row in reversed(await _lasting(session))}
        found, made = [], []
        for district, listing in entries:
            row = known.get((district, listing))
            if row is None:
                row = known[district, listing] = _new(db, district, listing, by_id)
                made.append(row)
            found.append(row)
        session.add_all(made)
        await session.flush()
        for row in made:
            _note(db, session, by_id, RegisterAct.ENTERED, row)
        return tuple(found)


def _new(db: Database, district: str, listing: Listing, by_id: str) -> ListingRow:
    return ListingRow(
        district=district,
        enterprise=listing.enterprise,
        credit_code=listing.credit_code,
        ground=listing.ground,
        from_on=listing.from_on,
        until_on=listing.until_on,
        state=ApprovalState.PENDING,
        entered_at=db.now(),
        entered_by=by_id,
        decided_by="",
    )


async def decide(
    db: Database, numbers: Iterable[int], by_id: str, *, approved: bool, reason: str = ""
) -> tuple[ListingRow, ...]:
    """Let another person approve or decline entries, all or none; raises StoreRefused.

    The same decision of the same person again changes nothing.
    """
    act = RegisterAct.APPROVED if approved else RegisterAct.DECLINED
    async with db.writing() as session:
        await db.lock(session, _LOCK)
        rows = [await _row(session, number) for number in numbers]
        for row in rows:
            if settle(row, by_id, approved=approved, over=row.left_on is not None):
                _note(db, session, by_id, act, row, reason)
        return tuple(rows)


async def take_off(db: Database, number: int, by_id: str, reason: str) -> ListingRow:
    """Take an enterprise off before its time; it stands on the list to the end of yesterday.

    Raises StoreRefused when there is no such entry.
    """
    async with db.writing() as session:
        await db.lock(session, _LOCK)
        row = await _row(session, number)
        if row.left_on is None:
            row.left_on = day_of(db.now())
            _note(db, session, by_id, RegisterAct.RETIRED, row, reason)
        return row


async def rows(session: AsyncSession) -> list[ListingRow]:
    """Give every entry that was not declined, the last entered first."""
    query = select(ListingRow).where(col(ListingRow.state) != ApprovalState.DECLINED)
    return list(await session.scalars(query.order_by(col(ListingRow.id).desc())))


async def approved(session: AsyncSession) -> tuple[Listing, ...]:
    """Give every stay that counts, past ones too, each to the day on which it ends or ended."""
    query = select(ListingRow).where(col(ListingRow.state) == ApprovalState.APPROVED)
    return tuple(_as_left(row) for row in await session.scalars(query))


def listing_of(row: ListingRow) -> Listing:
    """Give the stay as it was entered."""
    return Listing(
        enterprise=row.enterprise,
        credit_code=row.credit_code,
        ground=row.ground,
        from_on=row.from_on,
        until_on=row.until_on,
    )


def _as_left(row: ListingRow) -> Listing:
    entered = listing_of(row)
    if row.left_on is None:
        return entered
    last = min(entered.until_on, row.left_on - timedelta(days=1))
    return replace(entered, until_on=last)


async def _lasting(session: AsyncSession) -> list[ListingRow]:
    return [row for row in await rows(session) if row.left_on is None]


async def _row(session: AsyncSession, number: int) -> ListingRow:
    row = await session.get(ListingRow, number)
    if row is None:
        raise StoreRefused("listing_not_found", listing=str(number))
    return row


def _note(
    db: Database,
    session: AsyncSession,
    by_id: str,
    act: RegisterAct,
    row: ListingRow,
    reason: str = "",
) -> None:
    told = ("district", "enterprise", "credit_code", "ground")
    days = {name: getattr(row, name).isoformat() for name in ("from_on", "until_on")}
    details = {name: getattr(row, name) for name in told} | days
    more = {"reason": reason} if reason else {}
    note(db, session, by_id, Register.POSITIVE_LIST, act, str(row.id), details | more)
