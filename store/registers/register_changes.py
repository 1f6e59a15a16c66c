"""Who changed a register of people, how and when: contacts, groups, own lists and their links, names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.codec import json_text
from store.engine import Database
from store.people import security_log
from store.tables import RegisterChangeRow


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
    return tuple(_change(row) for row in await session.scalars(wanted))


def _change(row: RegisterChangeRow) -> RegisterChange:
    return RegisterChange(
        change_id=row.id or 0,
        at=row.at,
        by_id=row.by_id,
        register=Register(row.kept_in),
        subject=row.subject,
        act=RegisterAct(row.act),
        details=details_of(row),
    )


def details_of(row: RegisterChangeRow) -> Mapping[str, object]:
    """Give the entry as a change left it."""
    told: dict[str, object] = json.loads(row.details)
    return told
