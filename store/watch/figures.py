"""What an operator's alarms rest on: how long things have waited, and what failed lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.district.inbox import InboxState
from store.engine import Database
from store.mail import notice_log
from store.people.security_log import Happened
from store.tables import DeliveryRow, InboxRow, SecurityLogRow
from store.watch import clocks, doors, reconciliations

LATELY = timedelta(hours=1)
_LOST = ("failed", "bounced")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Instants of the oldest that waits, None where nothing does; counts.

    `mail_at` of a notice that should be out, `paper_at` of one no life has confirmed; `handed_over_at` of
    the newest mail a server took, `backed_up_at` of the last backup that was finished, `read_at` of the
    last look that read histories and files. `lost` counts deliveries by
    how they were lost, `sign_ins_failed` those of the last hour. `clock_offset` is the database server's clock less
    ours, in seconds; zero on SQLite.
    """

    mail_at: datetime | None
    paper_at: datetime | None
    handed_over_at: datetime | None
    backed_up_at: datetime | None
    read_at: datetime | None
    lost: Mapping[str, int]
    sign_ins_failed: int
    clock_offset: float


async def read(db: Database, session: AsyncSession, now: datetime) -> Figures:
    """Read them all."""
    waiting = col(InboxRow.state) == InboxState.RECEIVED
    failed = col(SecurityLogRow.what).in_([Happened.SIGN_IN_FAILED, Happened.SIGN_IN_HELD])
    lately = select(func.count()).where(col(SecurityLogRow.at) >= now - LATELY, failed)
    lost = (
        select(col(DeliveryRow.state), func.count())
        .where(col(DeliveryRow.state).in_(_LOST))
        .group_by(col(DeliveryRow.state))
    )
    counted: dict[str, int] = {row[0]: row[1] for row in await session.execute(lost)}
    backup = await reconciliations.last(session, reconciliations.BACKUP)
    deep = await reconciliations.last(session, doors.WHOLE)
    return Figures(
        mail_at=(await notice_log.backlog(session, now)).oldest_at,
        paper_at=await session.scalar(select(func.min(col(InboxRow.received_at))).where(waiting)),
        handed_over_at=await session.scalar(select(func.max(col(DeliveryRow.accepted_at)))),
        backed_up_at=backup.looked_at if backup else None,
        read_at=deep.looked_at if deep else None,
        lost={state: counted.get(state, 0) for state in _LOST},
        sign_ins_failed=await session.scalar(lately) or 0,
        clock_offset=await clocks.offset(db, session),
    )
