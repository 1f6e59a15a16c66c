"""The links handed to districts, the browsers they let in, and asking for a fresh one.

A link is signed, and known here as well: whatever its signature says, it opens nothing once its row
is revoked or over. Every request asks again, so open sessions die with their link.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.notices import OPENS_ROUND, RESEND, NoticeOrder, notice_key
from domain.problem import Problem
from store.engine import Database
from store.lives import generations, problems
from store.lives.records import notice_values, order_of
from store.people.security_log import Happened, note
from store.tables import DeliveryRow, DigestRow, LinkRow, LinkSessionRow, NoticeRow

SESSION_IDLE = timedelta(hours=2)
"""An official fills the form in between two site visits; what was typed is in the draft."""

SESSION_LIFE = timedelta(hours=8)
KNOWN = timedelta(days=30)
"""So long after its end a session is still known: what was typed under it is given back."""

MOST_SESSIONS = 20
"""How many links one browser may have open side by side: a morning's mails of one district."""

RESENDS_A_DAY = 3
RESEND_PAUSE = timedelta(minutes=10)


class Resend(StrEnum):
    """What became of the wish for a new link."""

    ORDERED = "ordered"
    TOO_OFTEN = "too_often"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkKey:
    """What a link is for, and whom: there is one of each.

    A district's day has a `day` (ISO) and no problem; its own list has neither.
    """

    purpose: str
    district: str
    recipient: str
    problem_no: str = ""
    round_no: int = 0
    day: str = ""


async def issue(db: Database, key: LinkKey, expires_at: datetime) -> LinkRow:
    """Give the one link of this key, made when it is not there.

    Issued again it lasts until the later of both ends; one that was revoked is replaced.
    """
    async with db.writing() as session:
        return await issue_in(db, session, key, expires_at)


async def issue_in(
    db: Database, session: AsyncSession, key: LinkKey, expires_at: datetime
) -> LinkRow:
    """Issue a link as `issue` does, in a transaction that records more."""
    await db.lock(session, f"link:{key}")
    link = await find_same(session, key)
    if link is not None and link.revoked_at is None:
        link.expires_at = max(link.expires_at, expires_at)
        return link
    if link is not None:
        await session.delete(link)
        await session.flush()
    link = LinkRow(
        jti=uuid.UUID(bytes=secrets.token_bytes(16)).hex,
        issued_at=db.now(),
        expires_at=expires_at,
        **asdict(key),
    )
    session.add(link)
    return link


async def find_same(session: AsyncSession, key: LinkKey) -> LinkRow | None:
    """Give the link already issued under this key."""
    wanted = (getattr(LinkRow, name) == value for name, value in asdict(key).items())
    found: LinkRow | None = await session.scalar(select(LinkRow).where(*wanted))
    return found


async def of_purpose(session: AsyncSession, purpose: str, now: datetime) -> tuple[LinkRow, ...]:
    """Give the links of a purpose that still open something, by district."""
    found = await session.scalars(
        select(LinkRow)
        .where(
            col(LinkRow.purpose) == purpose,
            col(LinkRow.revoked_at).is_(None),
            col(LinkRow.expires_at) > now,
        )
        .order_by(col(LinkRow.district), col(LinkRow.issued_at))
    )
    return tuple(found)


async def find(session: AsyncSession, jti: str) -> LinkRow | None:
    """Give a link by its claim's id."""
    return await session.get(LinkRow, jti)


async def revoke(
    db: Database, why: str, *, problem_no: str = "", jti: str = "", reason: str = ""
) -> int:
    """Revoke one link, or every link of a problem, at once; give how many were still open.

    The browsers they let in learn it with their next request. That it was done stands in the security
    log, with the `reason` somebody gave.
    """
    if bool(problem_no) == bool(jti):
        raise ValueError("name either a problem or a link")
    which = col(LinkRow.jti) == jti if jti else col(LinkRow.problem_no) == problem_no
    async with db.writing() as session:
        revoked = await session.scalars(
            update(LinkRow)
            .where(which, col(LinkRow.revoked_at).is_(None))
            .values(revoked_at=db.now(), revoked_why=why)
            .returning(col(LinkRow.jti))
            .execution_options(synchronize_session=False)
        )
        count = len(list(revoked))
        note(db, session, Happened.LINKS_REVOKED, problem_no or jti, reason or why)
        return count


async def revoke_of_recipient(
    db: Database, session: AsyncSession, district: str, recipient: str, reason: str
) -> None:
    """Revoke every link that was sent to an address of a district; it stands in the security log."""
    revoked = await session.scalars(
        update(LinkRow)
        .where(
            col(LinkRow.district) == district,
            func.lower(col(LinkRow.recipient)) == recipient.lower(),
            col(LinkRow.revoked_at).is_(None),
        )
        .values(revoked_at=db.now(), revoked_why="by_hand")
        .returning(col(LinkRow.jti))
        .execution_options(synchronize_session=False)
    )
    for jti in revoked:
        note(db, session, Happened.LINKS_REVOKED, jti, reason)


async def problems_of_day(session: AsyncSession, district: str, day: str) -> list[str]:
    """Give the numbers of the problems that a district's digests of this day (ISO) told about."""
    digests = select(col(DigestRow.id)).where(
        col(DigestRow.district) == district, col(DigestRow.day) == date.fromisoformat(day)
    )
    delivered = select(col(DeliveryRow.notice_key)).where(col(DeliveryRow.digest_id).in_(digests))
    told = select(col(NoticeRow.problem_no)).where(
        col(NoticeRow.digest_id).in_(digests) | col(NoticeRow.key).in_(delivered)
    )
    return list(await session.scalars(told.distinct().order_by(col(NoticeRow.problem_no))))


async def open_session(db: Database, jti: str, beside: Sequence[str] = ()) -> tuple[str, ...]:
    """Let a browser in by a link and give the cookies of its sessions, this one's first.

    `beside` are those it had: one of the same link ends, as do the oldest of more than
    `MOST_SESSIONS`; several links of a district are open side by side.
    """
    cookie, now = secrets.token_urlsafe(32), db.now()
    async with db.writing() as session:
        others = [one for one in beside if await _is_of_another(session, one, jti)]
        kept = others[: MOST_SESSIONS - 1]
        over = [session_id(one) for one in beside if one not in kept]
        gone = col(LinkSessionRow.id).in_(over) | (col(LinkSessionRow.expires_at) <= now - KNOWN)
        await session.execute(delete(LinkSessionRow).where(gone))
        session.add(
            LinkSessionRow(
                id=session_id(cookie),
                jti=jti,
                created_at=now,
                last_seen_at=now,
                expires_at=now + SESSION_LIFE,
            )
        )
    return (cookie, *kept)


async def _is_of_another(session: AsyncSession, cookie: str, jti: str) -> bool:
    row = await session.get(LinkSessionRow, session_id(cookie))
    return row is not None and row.jti != jti


async def link_of_session(session: AsyncSession, cookie: str, now: datetime) -> LinkRow | None:
    """Give the link that let this browser in, or None when its session is over or unknown."""
    row = await session.get(LinkSessionRow, session_id(cookie))
    if row is None or now >= row.expires_at or now >= row.last_seen_at + SESSION_IDLE:
        return None
    return await find(session, row.jti)


async def were_opened(session: AsyncSession, cookies: Sequence[str]) -> bool:
    """Say whether one of these was the cookie of a session, even of one that is over."""
    ids = [session_id(cookie) for cookie in cookies]
    known = select(col(LinkSessionRow.id)).where(col(LinkSessionRow.id).in_(ids)).limit(1)
    return await session.scalar(known) is not None


async def touch(db: Database, *cookies: str) -> None:
    """Note that somebody is still working; only acts that change something call this."""
    async with db.writing() as session:
        await session.execute(
            update(LinkSessionRow)
            .where(col(LinkSessionRow.id).in_([session_id(one) for one in cookies]))
            .values(last_seen_at=db.now())
        )


def session_id(cookie: str) -> str:
    """Give under which id a session is kept: its cookie itself is stored nowhere."""
    return hashlib.sha256(cookie.encode()).hexdigest()


async def request_new_link(db: Database, link: LinkRow) -> Resend:
    """Order the notice of the link's round once more, to the registered addresses only.

    At most `RESENDS_A_DAY` times in 24 hours, `RESEND_PAUSE` apart, and only while the district
    still owes the round its answer.
    """
    async with db.writing() as session:
        await db.lock_problem(session, link.problem_no)
        problem = await problems.get(session, link.problem_no)
        opening = await _opening_notice(session, link)
        if problem is None or opening is None or not _still_owed(problem, link):
            return Resend.NOT_NEEDED
        now, sent = db.now(), await _resends(session, opening)
        today = [one.ordered_at for one in sent if one.ordered_at > now - timedelta(days=1)]
        if len(today) >= RESENDS_A_DAY or any(at > now - RESEND_PAUSE for at in today):
            return Resend.TOO_OFTEN
        again = _again(opening, len(sent) + 1, now)
        generation = await generations.of_problem(session, link.problem_no)
        await db.insert_new(session, NoticeRow, [notice_values(again, generation, now)])
    return Resend.ORDERED


def _still_owed(problem: Problem, link: LinkRow) -> bool:
    round_ = problem.open_round
    return (
        round_ is not None
        and round_.round_no == link.round_no
        and problem.district == link.district
    )


async def _opening_notice(session: AsyncSession, link: LinkRow) -> NoticeOrder | None:
    """Give the district's own: a successor in the same round was told by another."""
    row = await session.scalar(
        select(NoticeRow)
        .where(
            col(NoticeRow.problem_no) == link.problem_no,
            col(NoticeRow.round_no) == link.round_no,
            col(NoticeRow.district) == link.district,
            col(NoticeRow.kind).in_([kind.value for kind in OPENS_ROUND]),
        )
        .order_by(col(NoticeRow.ordered_at))
        .limit(1)
    )
    return order_of(row) if row is not None else None


async def _resends(session: AsyncSession, opening: NoticeOrder) -> list[NoticeRow]:
    prefix = notice_key(opening.problem_no, opening.kind, opening.round_no, RESEND)
    of_round = select(NoticeRow).where(
        col(NoticeRow.problem_no) == opening.problem_no,
        func.substr(col(NoticeRow.key), 1, len(prefix)) == prefix,
    )
    return list(await session.scalars(of_round))


def _again(opening: NoticeOrder, number: int, now: datetime) -> NoticeOrder:
    occasion = f"{RESEND}{number}"
    key = notice_key(opening.problem_no, opening.kind, opening.round_no, occasion)
    return replace(opening, key=key, not_before=now)
