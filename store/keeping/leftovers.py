"""Rows that have served: sessions, links and marks that open nothing any more, counts of past days, old keys.

What an append-only table refers to is none of them. A key of a row of a list, and of what keeps a record under
the key itself (an import, a proposal, a draw), stays: by it a second time is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlmodel import col

from domain.local_time import day_of
from store.district import links, upload_days, upload_parts
from store.engine import Database
from store.people import known_devices, sessions, sign_in_tries
from store.tables import (
    KnownDeviceRow,
    LinkSessionRow,
    OneTimeLinkRow,
    RefusedFormRow,
    RequestRow,
    SessionRow,
    SignInTryRow,
    Table,
    UploadDayRow,
    UploadPartRow,
)


@dataclass(frozen=True, slots=True)
class Leftover:
    """A kind of row, and by what it is known that one has served."""

    what: str
    table: type[Table]
    served: ColumnElement[bool]


def leftovers(now: datetime, requests_days: int) -> tuple[Leftover, ...]:
    """Give every kind as of an instant; answers under a key are kept `requests_days`, 0 for ever."""
    kinds = (
        Leftover("sessions", SessionRow, col(SessionRow.created_at) <= now - sessions.KNOWN),
        Leftover(
            "link_sessions", LinkSessionRow, col(LinkSessionRow.expires_at) <= now - links.KNOWN
        ),
        Leftover("one_time_links", OneTimeLinkRow, col(OneTimeLinkRow.expires_at) <= now),
        Leftover(
            "known_devices",
            KnownDeviceRow,
            col(KnownDeviceRow.last_seen_at) <= now - known_devices.REMEMBERED,
        ),
        Leftover(
            "sign_in_tries", SignInTryRow, col(SignInTryRow.at) <= now - sign_in_tries.LONG_WINDOW
        ),
        Leftover("refused_forms", RefusedFormRow, col(RefusedFormRow.expires_at) <= now),
        Leftover(
            "upload_days",
            UploadDayRow,
            col(UploadDayRow.day) < day_of(now) - upload_days.REMEMBERED,
        ),
        Leftover(
            "upload_parts",
            UploadPartRow,
            col(UploadPartRow.arrived_at) < now - upload_parts.KEPT,
        ),
    )
    if not requests_days:
        return kinds
    answered = (
        (col(RequestRow.created_at) <= now - timedelta(days=requests_days))
        & (col(RequestRow.state) != "open")
        & (col(RequestRow.account_id) != "")
        & (col(RequestRow.command) != "")
    )
    return (*kinds, Leftover("requests", RequestRow, answered))


async def count(db: Database, requests_days: int) -> dict[str, int]:
    """Say how many rows of each kind have served; nothing changes."""
    async with db.reading() as session:
        return {
            one.what: await session.scalar(
                select(func.count()).select_from(one.table).where(one.served)
            )
            or 0
            for one in leftovers(db.now(), requests_days)
        }


async def remove(db: Database, requests_days: int) -> dict[str, int]:
    """Remove the rows that have served, a transaction a kind; give how many of each went."""
    gone: dict[str, int] = {}
    for one in leftovers(db.now(), requests_days):
        async with db.writing() as session:
            done = await session.execute(delete(one.table).where(one.served))
            gone[one.what] = int(done.rowcount)  # type: ignore[attr-defined]  # of a DELETE there always is one
    return gone
