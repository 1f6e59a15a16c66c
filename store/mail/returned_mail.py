"""Notices that came back, or were reported delivered: written down at their delivery."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.proof import DIRECT, MailProof, ProofKind
from store.engine import Database
from store.lives import problems
from store.mail.matching import UNDER_WAY, Traces, id_of, meant, named
from store.mail.notice_log import DeliveryState
from store.mail.settling import settle
from store.tables import (
    DeliveryReturnRow,
    DeliveryRow,
    DigestRow,
    LetterRow,
    NoticeRow,
)
from store.tables.generations import EVERY_GENERATION

_MOST_SEARCHED = 4_000
_NUMBER = re.compile(r"[A-Za-z0-9]+(?:[-_/.][A-Za-z0-9]+)*")
"""How a number may be written, ours or another system's; which it is the list of problems says."""
_MOST_NUMBERS = 200
_SHORTEST = 5
MOST_PASSING = 5
"""So often a provider's limit may send a message back before it counts as come back for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """One report of a return: `pause` where a provider's limit sent it back, `mail` what our
    relay's yes had stood for.
    """

    words: str
    report_id: str
    pause: timedelta | None = None
    mail: MailProof = DIRECT


async def mark(db: Database, message_id: str, words: str) -> bool:
    """Mark the message with this id as come back for good; False when it is none of ours."""
    came = Return(words=words, report_id=f"{message_id} {words}")
    return await came_back(db, Traces(message_ids=(message_id,)), came)


async def came_back(db: Database, traces: Traces, came: Return) -> bool:
    """Mark the message that a report is about as come back; False when it is none of ours.

    Only what a relay had accepted can come back; a report that comes twice changes nothing. What a provider's
    limit sent back waits to go out again, a bounded number of times.
    """
    async with db.writing() as session:
        await db.lock(session, "returned mail")
        rows = await meant(session, traces, db.now())
        if not rows or await session.get(DeliveryReturnRow, came.report_id) is not None:
            return bool(rows)
        message_id = await id_of(session, rows[0])
        before = await _passing_before(session, message_id)
        under_way = [row for row in rows if row.state in UNDER_WAY]
        # A second report of one transmission finds it waiting already, and is no time of its own.
        passes = came.pause is not None and before < MOST_PASSING
        again = passes and bool(under_way) and not _reported(under_way)
        session.add(
            DeliveryReturnRow(
                report_id=came.report_id,
                message_id=message_id,
                passing=again,
                words=came.words,
                read_at=db.now(),
                told_at=None if again and _counted(under_way, came.mail) else db.now(),
            )
        )
        # The guard of what was accepted asks for that row.
        await session.flush()
        if again and came.pause is not None:
            await _send_again(session, under_way, came.words, db.now() + came.pause * (1 << before))
        else:
            _give_up(under_way, came)
    return True


def _give_up(rows: Sequence[DeliveryRow], came: Return) -> None:
    words = came.words if came.pause is None else f"多次因发送限制被退回：{came.words}"
    for row in rows:
        row.state = DeliveryState.BOUNCED.value
        row.next_attempt_at = None
        row.last_error = words


async def _send_again(
    session: AsyncSession, rows: Sequence[DeliveryRow], words: str, at: datetime
) -> None:
    """Let a message wait as if it had never been accepted; where it went in a digest, the digest does."""
    for row in rows:
        row.state, row.accepted_at = DeliveryState.WAITING.value, None
        row.next_attempt_at = at if row.digest_id is None else None
        row.last_error = f"因发送限制被退回，稍后重发：{words}"
    for digest_id in {row.digest_id for row in rows if row.digest_id is not None}:
        digest = await session.get(DigestRow, digest_id)
        if digest is not None:
            digest.state, digest.accepted_at = DeliveryState.WAITING.value, None
            digest.next_attempt_at = at
    await session.flush()
    await settle(session, dict.fromkeys(row.notice_key for row in rows))


async def _passing_before(session: AsyncSession, message_id: str) -> int:
    found = await session.scalar(
        select(func.count())
        .select_from(DeliveryReturnRow)
        .where(col(DeliveryReturnRow.message_id) == message_id, col(DeliveryReturnRow.passing))
    )
    return found or 0


def _reported(rows: Sequence[DeliveryRow]) -> bool:
    """Say whether a report of its delivery was read before: then no limit sent it back."""
    return any(row.delivered_at is not None for row in rows)


def _counted(rows: Sequence[DeliveryRow], mail: MailProof) -> bool:
    """Say whether a life may have taken the message for delivered, by the yes of the server we gave it to."""
    return any(
        row.accepted_at is not None and mail.of(row.recipient) is ProofKind.RECIPIENT_SERVER
        for row in rows
    )


async def delivered(db: Database, message_ids: Sequence[str]) -> bool:
    """Note that the recipient's server reports a message delivered; False when it is none of ours.

    Here its own Message-ID counts alone: a proof is not guessed.
    """
    async with db.writing() as session:
        rows = await named(session, message_ids)
        for row in rows:
            if row.state in UNDER_WAY and row.delivered_at is None:
                row.state = DeliveryState.ACCEPTED.value
                row.next_attempt_at = None
                row.delivered_at = db.now()
                row.accepted_at = row.accepted_at or row.delivered_at
    return bool(rows)


async def problem_of(session: AsyncSession, message_ids: Sequence[str], text: str) -> str:
    """Give the number of the problem that a letter answers or names; empty where nothing tells it."""
    rows = await named(session, message_ids)
    if rows:
        number = select(col(NoticeRow.problem_no)).where(col(NoticeRow.key) == rows[0].notice_key)
        anyhow = number.limit(1).execution_options(**{EVERY_GENERATION: True})
        return await session.scalar(anyhow) or ""
    words = dict.fromkeys(filter(_may_be_number, _NUMBER.findall(text[:_MOST_SEARCHED])))
    wanted = list(words)[:_MOST_NUMBERS]
    known = await problems.existing(session, wanted)
    return next((word for word in wanted if word in known), "")


def _may_be_number(word: str) -> bool:
    """Whether a word could number a problem: a day, a year and a telephone's extension do not."""
    if word.isdecimal():
        return len(word) > len("20240624")
    return len(word) >= _SHORTEST and any(map(str.isdecimal, word))


async def ever_read(session: AsyncSession) -> bool:
    """Say whether anything ever came back: only then is the way back known to work."""
    came = select(col(DeliveryRow.id)).where(
        (col(DeliveryRow.state) == DeliveryState.BOUNCED)
        | col(DeliveryRow.delivered_at).is_not(None)
    )
    written = select(col(LetterRow.id))
    return bool(await session.scalar(came.limit(1)) or await session.scalar(written.limit(1)))
