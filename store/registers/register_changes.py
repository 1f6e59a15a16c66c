"""Who changed a register of people, how and when: contacts, groups, own lists and their links, names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.codec import json_text
from store.engine import Database
from store.keeping.seals import is_seal
from store.people import security_log
from store.tables import ContactRow, RegisterChangeRow


class Register(StrEnum):
    """The registers whose changes are recorded."""

    CONTACTS = "contacts"
    INSPECTION_GROUPS = "inspection_groups"
    OWN_LISTS = "self_inspections"
    OWN_LIST_LINKS = "self_inspection_links"
    SIX_BATCHES = "six_batches"
    POSITIVE_LIST = "positive_list"


class RegisterAct(StrEnum):
    """What was done to an entry of a register."""

    ENTERED = "entered"
    CHANGED = "changed"
    APPROVED = "approved"
    DECLINED = "declined"
    RETIRED = "retired"


PERSONAL = ("name", "email", "telephone")
"""What of a contact is a person's: sealed in the record of changes, in words in the contact's own row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterChange:
    """One recorded change; `subject` is the entry's id, `details` says the entry as it was left."""

    change_id: int
    at: datetime
    by_id: str
    register: Register
    subject: str
    act: RegisterAct
    details: Mapping[str, object]


def note(
    db: Database,
    session: AsyncSession,
    by_id: str,
    register: Register,
    act: RegisterAct,
    subject: str,
    details: Mapping[str, object],
) -> None:
    """Record a change in the transaction that makes it."""
    session.add(
        RegisterChangeRow(
            at=db.now(),
            by_id=by_id,
            kept_in=register.value,
            subject=subject,
            act=act.value,
            details=json_text(dict(details)),
        )
    )
    if register is Register.CONTACTS:
        happened = security_log.Happened.CONTACT_CHANGED
        security_log.note(db, session, happened, subject, act.value, by_id=by_id)


async def latest(
    session: AsyncSession, register: Register | None = None, *, before: int = 0, limit: int
) -> tuple[RegisterChange, ...]:
    """Give the last changes, newest first; `before` goes on where an earlier answer ended."""
    wanted = select(RegisterChangeRow).order_by(col(RegisterChangeRow.id).desc()).limit(limit)
    if register is not None:
        wanted = wanted.where(col(RegisterChangeRow.kept_in) == register.value)
    if before:
        wanted = wanted.where(col(RegisterChangeRow.id) < before)
    rows = list(await session.scalars(wanted))
    people = await _people(session, rows)
    return tuple(_change(row, people.get(row.subject)) for row in rows)


async def _people(
    session: AsyncSession, rows: Sequence[RegisterChangeRow]
) -> dict[str, ContactRow]:
    """Give the contacts that changes are about, by their subject."""
    ids = {int(row.subject) for row in rows if row.kept_in == Register.CONTACTS}
    found = await session.scalars(select(ContactRow).where(col(ContactRow.id).in_(ids)))
    return {str(one.id): one for one in found}


def _change(row: RegisterChangeRow, contact: ContactRow | None) -> RegisterChange:
    told = dict(details_of(row))
    if contact is not None and is_seal(str(told.get("name", ""))):
        told |= {name: getattr(contact, name) for name in PERSONAL}
    return RegisterChange(
        change_id=row.id or 0,
        at=row.at,
        by_id=row.by_id,
        register=Register(row.kept_in),
        subject=row.subject,
        act=RegisterAct(row.act),
        details=told,
    )


def details_of(row: RegisterChangeRow) -> Mapping[str, object]:
    """Give the entry as a change left it."""
    told: dict[str, object] = json.loads(row.details)
    return told
