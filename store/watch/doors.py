"""Starts and acts are shut from the moment a restore is known until it was looked at."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.restore_epoch import Restored
from store.codec import json_text
from store.engine import Database
from store.mail import unsure
from store.mail.unsure import Unsure
from store.people.security_log import Happened, note
from store.tables import ReconciliationRow, ShutDoorsRow
from store.watch import epochs, reconciliations

WHOLE = "whole"
"""The kind of a look at everything, histories too."""


async def shut(session: AsyncSession) -> ShutDoorsRow | None:
    """Give why the doors are shut, None when they are open."""
    wanted = select(ShutDoorsRow).where(col(ShutDoorsRow.opened_at).is_(None)).limit(1)
    return (await session.scalars(wanted)).first()


async def shut_for(db: Database, why: Restored, details: str, *, heeded: bool = True) -> bool:
    """Shut the doors; no when they were shut before.

    Where they are `heeded`, and the store may have forgotten what it sent, what was due by now is not sent again.
    """
    async with db.writing() as session:
        await db.lock(session, "doors")
        if await shut(session) is not None:
            return False
        row = ShutDoorsRow(id=uuid4().hex, shut_at=db.now(), why=why.value, details=details)
        if heeded and why.store_went_back:
            mails = await unsure.call_back(session, row.shut_at)
            row.mails = json_text([asdict(one) for one in mails])
            details = f"{details}; {len(mails)} mails not sent again"
        session.add(row)
        note(db, session, Happened.DOORS_SHUT, why.value, details)
    return True


def mails_of(row: ShutDoorsRow) -> tuple[Unsure, ...]:
    """Give the mails that may have gone out before a restore and are not sent again."""
    return tuple(Unsure(**one) for one in json.loads(row.mails))


async def reopen(
    db: Database, there: str, by_id: str, why: str, found: dict[str, Any]
) -> ShutDoorsRow | None:
    """Open the doors, going on from what Temporal holds; what was found is kept with who said so.

    None when they were open.
    """
    async with db.writing() as session:
        await db.lock(session, "doors")
        row = await shut(session)
        if row is None:
            return None
        row.opened_at, row.opened_by_id, row.opened_why = db.now(), by_id, why
        row.found = json_text(found)
        await epochs.adopt(db, session, there)
        said = f"{sum(found['counts'].values())} differences; {why}"
        note(db, session, Happened.DOORS_OPENED, row.why, said, by_id=by_id)
    return row


async def holds(session: AsyncSession, problem_no: str) -> bool:
    """Say whether the deadlines of a problem's life wait: the doors are shut and a look named it.

    Before the first look since then every life waits.
    """
    row = await shut(session)
    if row is None:
        return False
    looks = [await reconciliations.last(session, kind) for kind in (WHOLE, reconciliations.QUICK)]
    since = [look for look in looks if look is not None and look.looked_at > row.shut_at]
    if looks[0] not in since:
        return True
    return any(_names(look, problem_no) for look in since)


def _names(look: ReconciliationRow, problem_no: str) -> bool:
    body = json.loads(look.body)
    named = body["differences"]
    too_many = len(named) < sum(body["counts"].values())
    return too_many or any(one["problem_no"] == problem_no for one in named)
