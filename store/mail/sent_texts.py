"""What the mails said, as they were handed over: for officers, who have to know what a district was told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.engine import Database
from store.mail.notice_log import SentDelivery, delivery_of
from store.tables import DeliveryRow, DigestRow, NoticeRow, SentTextRow

LINK_LEFT_OUT = "/f/（办理链接仅供收件人使用，此处不显示）"
_LINK = re.compile(r"/f/[!-~]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentText:
    """One mail about to be handed over; `text` still holds the link."""

    subject: str
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """One mail as officers read it; `texts` newest first, empty for mails of before they were kept."""

    delivery: SentDelivery
    kind: str
    texts: tuple[SentText, ...]


async def keep(
    db: Database, session: AsyncSession, message_id: str, attempt: int, mail: SentText
) -> None:
    """Keep what a mail says, for good. Whoever reads it later cannot answer for the district: its link is left out."""
    row = {
        "message_id": message_id,
        "attempt": attempt,
        "written_at": mail.written_at,
        "subject": mail.subject,
        "text": _LINK.sub(LINK_LEFT_OUT, mail.text),
    }
    await db.insert_new(session, SentTextRow, [row])


async def read(session: AsyncSession, problem_no: str, delivery_id: int) -> ReadMail | None:
    """Give one delivery of a problem with what it said; None where the problem has none such."""
    wanted = (
        select(DeliveryRow, NoticeRow)
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .where(col(DeliveryRow.id) == delivery_id, col(NoticeRow.problem_no) == problem_no)
    )
    found = (await session.execute(wanted)).first()
    if found is None:
        return None
    row, notice = found
    message_id = row.message_id
    if row.digest_id is not None:
        digest = await session.get(DigestRow, row.digest_id)
        message_id = digest.message_id if digest is not None else message_id
    texts = await _texts(session, message_id)
    return ReadMail(
        delivery=delivery_of(row),
        kind=notice.kind,
        texts=tuple(
            SentText(subject=one.subject, text=one.text, written_at=one.written_at) for one in texts
        ),
    )


async def _texts(session: AsyncSession, message_id: str) -> Sequence[SentTextRow]:
    wanted = select(SentTextRow).where(col(SentTextRow.message_id) == message_id)
    return list(await session.scalars(wanted.order_by(col(SentTextRow.attempt).desc())))
