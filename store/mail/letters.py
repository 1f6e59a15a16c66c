"""Mails that wait for somebody to look at them: what a district wrote, and what nobody could match."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.commands import EvidenceFile
from store.codec import json_text
from store.engine import Database
from store.keeping.seals import ERASED
from store.refusing import StoreRefused
from store.tables import ContactRow, LetterRow


class LetterKind(StrEnum):
    """What a mail is: written by a person or his holiday, or a return that belongs to no notice."""

    WRITTEN = "written"
    AUTOMATIC = "automatic"
    RETURNED = "returned"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        """The kind as officers read it."""
        return {
            "written": "来信",
            "automatic": "自动回复",
            "returned": "无法对应的退信或回执",
            "unreadable": "无法读取的邮件",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An attachment that was not kept, and why in words."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLetter:
    """A mail to be looked at."""

    id: str
    kind: LetterKind
    sender: str
    subject: str
    text: str
    sent_at: datetime | None
    problem_no: str
    files: tuple[EvidenceFile, ...]
    left_out: tuple[LeftOut, ...]


async def keep(db: Database, letter: NewLetter) -> None:
    """Keep a mail once; the same bytes again change nothing."""
    row = {
        "id": letter.id,
        "kind": letter.kind.value,
        "arrived_at": db.now(),
        "sent_at": letter.sent_at,
        "sender": letter.sender[:300],
        "subject": letter.subject[:300],
        "text": letter.text,
        "problem_no": letter.problem_no,
        "files": json_text([asdict(one) for one in letter.files]),
        "left_out": json_text([asdict(one) for one in letter.left_out]),
        "done_by": "",
    }
    async with db.writing() as session:
        await db.insert_new(session, LetterRow, [row])


def files_of(row: LetterRow) -> list[EvidenceFile]:
    """Give the attachments kept of a mail."""
    return [EvidenceFile(**one) for one in json.loads(row.files)]


def left_out_of(row: LetterRow) -> list[LeftOut]:
    """Give the attachments of a mail that were not kept."""
    return [LeftOut(**one) for one in json.loads(row.left_out)]


async def get(session: AsyncSession, letter_id: str) -> LetterRow:
    """Give one mail; raises StoreRefused."""
    row = await session.get(LetterRow, letter_id)
    if row is None:
        raise StoreRefused("letter_not_found")
    return row


async def waiting(session: AsyncSession, limit: int = 200) -> Sequence[LetterRow]:
    """Give the mails nobody has dealt with, the oldest first.

    Those of contacts and about problems stand before all others, of which strangers may send any number.
    """
    contacts = select(func.lower(col(ContactRow.email))).where(col(ContactRow.active))
    ours = (col(LetterRow.problem_no) != "") | func.lower(col(LetterRow.sender)).in_(contacts)
    wanted = select(LetterRow).where(col(LetterRow.done_at).is_(None))
    ordered = wanted.order_by(
        case((ours, 0), else_=1), col(LetterRow.arrived_at), col(LetterRow.id)
    ).limit(limit)
    return list(await session.scalars(ordered))


async def of_problem(
    session: AsyncSession, problem_no: str, limit: int = 50
) -> Sequence[LetterRow]:
    """Give the mails about a problem, the latest first, dealt with or not."""
    wanted = select(LetterRow).where(col(LetterRow.problem_no) == problem_no)
    ordered = wanted.order_by(col(LetterRow.arrived_at).desc(), col(LetterRow.id)).limit(limit)
    return list(await session.scalars(ordered))


async def count_waiting(session: AsyncSession) -> int:
    """Count the mails nobody has dealt with."""
    wanted = select(func.count()).select_from(LetterRow).where(col(LetterRow.done_at).is_(None))
    return await session.scalar(wanted) or 0


async def done(session: AsyncSession, limit: int = 50) -> Sequence[LetterRow]:
    """Give the mails last dealt with, the latest first."""
    wanted = select(LetterRow).where(col(LetterRow.done_at).is_not(None))
    ordered = wanted.order_by(col(LetterRow.done_at).desc(), col(LetterRow.id)).limit(limit)
    return list(await session.scalars(ordered))


async def settle(db: Database, letter_id: str, by_id: str) -> LetterRow:
    """Note who dealt with a mail; who was first stays on record. Raises StoreRefused."""
    async with db.writing() as session:
        await db.lock(session, f"letter {letter_id}")
        row = await get(session, letter_id)
        if row.done_at is None:
            row.done_by, row.done_at = by_id, db.now()
    return row


async def erase_before(session: AsyncSession, before: datetime, now: datetime) -> int:
    """Erase words, sender and files of mails dealt with before then; that there was one, when and by whom stays.

    The files themselves go when nothing refers to them any more.
    """
    old = select(LetterRow).where(
        col(LetterRow.done_at) < before, col(LetterRow.erased_at).is_(None)
    )
    rows = list(await session.scalars(old))
    for row in rows:
        row.sender, row.subject, row.text = "", ERASED, ""
        row.files, row.left_out, row.erased_at = "[]", "[]", now
    return len(rows)
