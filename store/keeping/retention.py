"""How long personal data is kept 个人信息保存期限, and what was erased.

参照《个人信息保护法》第十九条: no longer than the purpose needs. How long that is the bureau decides (settings); the
record of an erasure says what, how many and when, and never whose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Result, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.district import refused_forms, signers
from store.engine import Database
from store.keeping.seals import ERASED
from store.mail import letters
from store.people import security_log
from store.people.security_log import SYSTEM, Happened, note
from store.tables import (
    AccountRow,
    ContactRow,
    DraftRow,
    ErasureRow,
    LinkRow,
)

WORDS = {
    "signers": "填报人姓名和电话",
    "drafts": "未提交的草稿",
    "contacts": "已停用联系人的姓名、邮箱和电话",
    "accounts": "已停用账号的邮箱和电话",
    "security_log": "安全日志条目",
    "letters": "来信的正文、发件人和附件",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long something is kept after it has served, in days; 0: for ever."""

    signers_days: int
    drafts_days: int
    contacts_days: int = 0
    log_days: int = 0
    letters_days: int = 0


async def erase(db: Database, keeping: Keeping) -> dict[str, int]:
    """Erase what has been kept long enough; give how many of what, which is put on record.

    Forms that were refused go with their day and stand on no record: they were never handed in.
    """
    now = db.now()
    erased: dict[str, int] = {}
    async with db.writing() as session:
        await db.lock(session, "retention")
        await refused_forms.forget_over(session, now)
        for what, days, erasing in (
            ("signers", keeping.signers_days, signers.erase_before),
            ("drafts", keeping.drafts_days, _erase_drafts),
            ("security_log", keeping.log_days, security_log.forget_before),
            ("contacts", keeping.contacts_days, _erase_contacts),
            ("accounts", keeping.contacts_days, _erase_reach),
            ("letters", keeping.letters_days, letters.erase_before),
        ):
            before = now - timedelta(days=days)
            number = await erasing(session, before, now) if days else 0
            if number:
                session.add(ErasureRow(what=what, number=number, before=before, at=now))
                said = f"{WORDS[what]} {number} 项"
                note(db, session, Happened.DATA_ERASED, what, said, by_id=SYSTEM)
                erased[what] = number
    return erased


async def _erase_drafts(session: AsyncSession, before: datetime, now: datetime) -> int:
    """Delete half-filled forms whose link opens nothing any more, or is no more."""
    opening = select(col(LinkRow.jti)).where(
        col(LinkRow.expires_at) > now, col(LinkRow.revoked_at).is_(None)
    )
    old = col(DraftRow.saved_at) < before, col(DraftRow.link_jti).not_in(opening)
    return _number(await session.execute(delete(DraftRow).where(*old)))


async def _erase_contacts(session: AsyncSession, before: datetime, now: datetime) -> int:
    """Erase who was a contact and how he was reached; that there was one, when and by whom stays."""
    done = await session.execute(
        update(ContactRow)
        .where(col(ContactRow.retired_at) < before, col(ContactRow.erased_at).is_(None))
        .where(col(ContactRow.active).is_(False))
        .values(name=ERASED, email="", telephone="", salt="", erased_at=now)
    )
    return _number(done)


async def _erase_reach(session: AsyncSession, before: datetime, _: datetime) -> int:
    """Erase how the people of accounts out of service were reached; their names sign what they did."""
    done = await session.execute(
        update(AccountRow)
        .where(col(AccountRow.active).is_(False), col(AccountRow.disabled_at) < before)
        .where((col(AccountRow.email) != "") | (col(AccountRow.telephone) != ""))
        .values(email="", telephone="")
    )
    return _number(done)


def _number(done: Result[Any]) -> int:
    return int(done.rowcount)  # type: ignore[attr-defined]  # of a DELETE or UPDATE there always is one


async def erasures(session: AsyncSession) -> list[ErasureRow]:
    """Give every erasure on record, the last first."""
    query = select(ErasureRow).order_by(col(ErasureRow.id).desc())
    return list(await session.scalars(query))
