"""Who is written to: the contacts of the districts and, under `CITY`, of the bureau."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.policy import Position
from store.engine import Database
from store.keeping.seals import fresh_salt, seal
from store.refusing import StoreRefused
from store.registers.approvals import ApprovalState, settle
from store.registers.reach import CITY, REACH_LOCK, district_reached, officer_reached
from store.registers.register_changes import PERSONAL, Register, RegisterAct, note
from store.tables import ContactRow

BUREAU_POSITIONS = frozenset({Position.CASE_OFFICER, Position.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Addressee:
    """One recipient of a notice; `email` is empty where nobody is known in the position."""

    position: Position
    email: str


async def add(db: Database, contact: ContactRow, asked_from: date | None = None) -> ContactRow:
    """Add one contact for a second person to approve; the same one again gives the one there is.

    Its address has been checked at the door, and `asked_from` is the day somebody wrote. Raises
    StoreRefused when it is an officer's, or known with another name, number or day.
    """
    async with db.writing() as session:
        await db.lock(session, REACH_LOCK)
        for row in await active(session, contact.district):
            if (row.position, row.email.casefold()) == (contact.position, contact.email.casefold()):
                _demand_same(row, contact, asked_from)
                return row
        await _demand_apart(session, contact)
        contact.state = ApprovalState.PENDING
        session.add(contact)
        await session.flush()
        _note(db, session, contact.entered_by, RegisterAct.ENTERED, contact)
    return contact


def _demand_same(row: ContactRow, contact: ContactRow, asked_from: date | None) -> None:
    told = (contact.name, contact.telephone, asked_from or row.valid_from)
    if told != (row.name, row.telephone, row.valid_from):
        raise StoreRefused("contact_differs", name=row.name, state=ApprovalState(row.state).label)


async def decide(
    db: Database, contact_id: int, by_id: str, *, approved: bool, reason: str = ""
) -> ContactRow:
    """Let another person approve or decline a contact; the same decision again changes nothing.

    Raises StoreRefused.
    """
    async with db.writing() as session:
        await db.lock(session, REACH_LOCK)
        row = await _row(session, contact_id)
        if not settle(row, by_id, approved=approved, over=not row.active):
            return row
        if approved:
            await _demand_apart(session, row)
        row.active = approved
        row.retired_at = None if approved else db.now()
        act = RegisterAct.APPROVED if approved else RegisterAct.DECLINED
        _note(db, session, by_id, act, row, reason)
    return row


async def retire(
    db: Database,
    contact_id: int,
    by_id: str,
    *also: Callable[[AsyncSession, ContactRow], Awaitable[None]],
) -> None:
    """Write to this contact no more; who was written to before stays on record.

    `also` is done in the same transaction. Raises StoreRefused when nobody is entered under this number.
    """
    async with db.writing() as session:
        await db.lock(session, REACH_LOCK)
        row = await _row(session, contact_id)
        if row.active:
            row.active, row.retired_at = False, db.now()
            _note(db, session, by_id, RegisterAct.RETIRED, row)
            await session.flush()
            for one in also:
                await one(session, row)


async def _row(session: AsyncSession, contact_id: int) -> ContactRow:
    row = await session.get(ContactRow, contact_id)
    if row is None:
        raise StoreRefused("contact_not_found", contact=str(contact_id))
    return row


async def _demand_apart(session: AsyncSession, contact: ContactRow) -> None:
    """Refuse a district's contact who is reached like an officer, and an officer like a contact."""
    if contact.district != CITY:
        officer = await officer_reached(session, contact.email, contact.telephone)
        if officer:
            raise StoreRefused("contact_is_officer", name=officer)
    elif await district_reached(session, contact.email, contact.telephone):
        raise StoreRefused("officer_is_contact")


def _note(
    db: Database,
    session: AsyncSession,
    by_id: str,
    act: RegisterAct,
    row: ContactRow,
    reason: str = "",
) -> None:
    """Record a change, with seals in the place of who it is and how he is reached."""
    row.salt = row.salt or fresh_salt()
    details = {name: getattr(row, name) for name in ("district", "position")}
    details |= {name: seal(row.salt, name, getattr(row, name)) for name in PERSONAL}
    why = {"reason": reason} if reason else {}
    note(db, session, by_id, Register.CONTACTS, act, str(row.id), details | why)


async def waiting(session: AsyncSession) -> list[ContactRow]:
    """Give the contacts that await their second person, the first entered first."""
    pending = select(ContactRow).where(
        col(ContactRow.active), col(ContactRow.state) == ApprovalState.PENDING
    )
    return list(await session.scalars(pending.order_by(col(ContactRow.id))))


async def active(session: AsyncSession, district: str | None = None) -> list[ContactRow]:
    """Give the contacts not retired, of one district or of all, in the order of their entry.

    Those that await their second person are among them.
    """
    wanted = select(ContactRow).where(col(ContactRow.active))
    if district is not None:
        wanted = wanted.where(col(ContactRow.district) == district)
    ordered = wanted.order_by(col(ContactRow.district), col(ContactRow.id))
    return list(await session.scalars(ordered))


async def is_reached(session: AsyncSession, district: str, email: str) -> bool:
    """Say whether an address is that of somebody approved in some position of a unit."""
    return any(
        _is_approved(row) and row.email.casefold() == email.casefold()
        for row in await active(session, district)
    )


async def held(session: AsyncSession, on: date) -> frozenset[tuple[str, Position]]:
    """Give the positions somebody approved holds on that day, each with its unit."""
    return frozenset(
        (row.district, Position(row.position))
        for row in await active(session)
        if row.valid_from <= on and _is_approved(row)
    )


async def handlers(
    session: AsyncSession, districts: Collection[str], on: date
) -> Mapping[str, list[ContactRow]]:
    """Give who handles problems in these districts on that day, approved, by district."""
    wanted = select(ContactRow).where(
        col(ContactRow.active),
        col(ContactRow.district).in_(districts),
        col(ContactRow.position) == Position.HANDLER,
        col(ContactRow.state) == ApprovalState.APPROVED,
        col(ContactRow.valid_from) <= on,
    )
    found: dict[str, list[ContactRow]] = {}
    for row in await session.scalars(wanted.order_by(col(ContactRow.id))):
        found.setdefault(row.district, []).append(row)
    return found


def unit_of(district: str, position: Position) -> str:
    """Give the unit whose contact a notice about a district goes to."""
    return CITY if position in BUREAU_POSITIONS else district


async def addressees(
    session: AsyncSession, district: str, audience: Iterable[Position], on: date
) -> tuple[Addressee, ...]:
    """Give everybody approved in these positions on that day, and an empty place where nobody is.

    Who holds two positions is named once, in the first of them.
    """
    found: dict[str, Addressee] = {}
    vacant: list[Addressee] = []
    for position in audience:
        unit = unit_of(district, position)
        holders = [
            row.email
            for row in await active(session, unit)
            if row.position == position and row.valid_from <= on and _is_approved(row)
        ]
        if not holders:
            vacant.append(Addressee(position, ""))
        for email in holders:
            found.setdefault(email.casefold(), Addressee(position, email))
    return (*found.values(), *vacant)


def _is_approved(row: ContactRow) -> bool:
    return row.state == ApprovalState.APPROVED
