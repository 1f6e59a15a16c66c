"""Who is written to: the contacts of the districts and, under `CITY`, of the bureau."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.policy import Position
from store.engine import Database
from store.tables import ContactRow

CITY = "CITY"
"""Stands for the bureau where a contact belongs to no district."""

BUREAU_POSITIONS = frozenset({Position.CASE_OFFICER, Position.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Addressee:
    """One recipient of a notice; `email` is empty where nobody is known in the position."""

    position: Position
    email: str


async def add(db: Database, contact: ContactRow) -> ContactRow:
    """Add one contact; its address has been checked at the door."""
    async with db.writing() as session:
        session.add(contact)
    return contact


async def retire(db: Database, contact_id: int) -> None:
    """Write to this contact no more; who was written to before stays on record."""
    async with db.writing() as session:
        await session.execute(
            update(ContactRow).where(col(ContactRow.id) == contact_id).values(active=False)
        )


async def active(session: AsyncSession, district: str | None = None) -> list[ContactRow]:
    """Give the contacts in use, of one district or of all, in the order of their entry."""
    wanted = select(ContactRow).where(col(ContactRow.active))
    if district is not None:
        wanted = wanted.where(col(ContactRow.district) == district)
    ordered = wanted.order_by(col(ContactRow.district), col(ContactRow.id))
    return list(await session.scalars(ordered))


async def addressees(
    session: AsyncSession, district: str, audience: Iterable[Position], on: date
) -> tuple[Addressee, ...]:
    """Give everybody in these positions on that day, and an empty place where nobody is.

    Who holds two positions is named once, in the first of them.
    """
    found: dict[str, Addressee] = {}
    vacant: list[Addressee] = []
    for position in audience:
        unit = CITY if position in BUREAU_POSITIONS else district
        holders = [
            row.email
            for row in await active(session, unit)
            if row.position == position and row.valid_from <= on
        ]
        if not holders:
            vacant.append(Addressee(position, ""))
        for email in holders:
            found.setdefault(email.casefold(), Addressee(position, email))
    return (*found.values(), *vacant)
