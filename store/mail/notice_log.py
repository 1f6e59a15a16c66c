"""What was sent, when, to whom, and with which outcome: for officers, and as proof of service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.notices import OPENS_ROUND, NoticeKind
from domain.policy import Position
from domain.problem import Problem
from domain.stages import WITH_DISTRICT, Light
from domain.words.notices import OBSOLETE_WORDS
from store.codec import problem_from
from store.tables import DeliveryRow, NoticeRow, ProblemRow


class NoticeState(StrEnum):
    """How far a notice has come. Handed over means that DATA was begun for some recipient."""

    WAITING = "waiting"
    HANDED_OVER = "handed_over"
    OBSOLETE = "obsolete"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """The state as officers read it."""
        return {
            "waiting": "待发送",
            "handed_over": "已发送",
            "obsolete": "无需再发",
            "failed": "未能送达",
        }[self.value]


class DeliveryState(StrEnum):
    """How far a notice has come to one recipient. Only `accepted` is proof of anything."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    AMBIGUOUS = "ambiguous"
    FAILED = "failed"
    OBSOLETE = "obsolete"
    BOUNCED = "bounced"

    @property
    def label(self) -> str:
        """The state as officers read it."""
        return {
            "waiting": "待发送",
            "accepted": "邮件服务器已接收",
            "refused": "被拒收，请核对邮箱或改用电话",
            "ambiguous": "结果不明，可能已送达",
            "failed": "未能送达",
            "obsolete": "无需再发",
            "bounced": "已被退回，请核对邮箱或改用电话",
        }[self.value]


RETURNED = (DeliveryState.BOUNCED, DeliveryState.REFUSED, DeliveryState.FAILED)
"""States in which a message will never be read by anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentDelivery:
    """One notice on its way to one recipient; `recipient` is empty where nobody is known."""

    recipient: str
    position: Position
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    accepted_at: datetime | None
    last_error: str
    message_id: str
    in_digest: bool
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNotice:
    """One notice with all its deliveries; `obsolete_why` is Chinese, empty unless obsolete."""

    key: str
    kind: NoticeKind
    problem_no: str
    district: str
    round_no: int
    light: Light | None
    ordered_at: datetime
    not_before: datetime
    state: NoticeState
    obsolete_why: str
    deliveries: tuple[SentDelivery, ...]


@dataclass(frozen=True, slots=True)
class Backlog:
    """Deliveries that should be out by now; `oldest_at` is since when the first one waits."""

    waiting: int
    oldest_at: datetime | None


async def for_problem(session: AsyncSession, problem_no: str) -> tuple[SentNotice, ...]:
    """Give everything ordered for a problem, oldest first."""
    wanted = (
        select(NoticeRow)
        .where(col(NoticeRow.problem_no) == problem_no)
        .order_by(col(NoticeRow.ordered_at), col(NoticeRow.key))
    )
    return await _with_deliveries(session, list(await session.scalars(wanted)))


async def undeliverable(session: AsyncSession, limit: int = 100) -> tuple[SentNotice, ...]:
    """Give the notices that some recipient cannot get: an officer has to telephone. Newest first."""
    failed = select(col(DeliveryRow.notice_key)).where(col(DeliveryRow.state).in_(RETURNED))
    wanted = (
        select(NoticeRow)
        .where(col(NoticeRow.key).in_(failed))
        .order_by(col(NoticeRow.ordered_at).desc(), col(NoticeRow.key))
        .limit(limit)
    )
    return await _with_deliveries(session, list(await session.scalars(wanted)))


async def unproven(
    session: AsyncSession, ordered_before: datetime, limit: int = 100
) -> tuple[Problem, ...]:
    """Give the problems whose open round no notice is proven to have reached, nearest due first.

    Notices ordered at `ordered_before` or later may still be on their way. Service that an officer
    recorded is proof too.
    """
    this_round = (
        col(NoticeRow.problem_no) == col(ProblemRow.problem_no),
        col(NoticeRow.round_no) == col(ProblemRow.round_no),
        col(NoticeRow.district) == col(ProblemRow.district),
        col(NoticeRow.kind).in_(OPENS_ROUND),
    )
    noticed = select(col(NoticeRow.key)).where(*this_round)
    opened = noticed.where(col(NoticeRow.ordered_at) < ordered_before).exists()
    proven = noticed.where(
        col(DeliveryRow.notice_key) == col(NoticeRow.key),
        col(DeliveryRow.state) == DeliveryState.ACCEPTED,
    ).exists()
    bodies = await session.scalars(
        select(col(ProblemRow.body))
        .where(col(ProblemRow.stage).in_([stage.value for stage in WITH_DISTRICT]))
        .where(opened, ~proven)
        .order_by(col(ProblemRow.due_at), col(ProblemRow.problem_no))
        .limit(limit)
    )
    found = [problem_from(body) for body in bodies]
    return tuple(p for p in found if p.open_round and p.open_round.served_on is None)


async def backlog(session: AsyncSession, now: datetime) -> Backlog:
    """Count what should have been handed over by `now`, for the banner 邮件积压."""
    due = (
        select(func.count(), func.min(col(NoticeRow.not_before)))
        .select_from(NoticeRow)
        .where(col(NoticeRow.state) == NoticeState.WAITING, col(NoticeRow.not_before) <= now)
    )
    waiting, oldest_at = (await session.execute(due)).one()
    return Backlog(waiting, oldest_at)


async def proof_of_service(
    session: AsyncSession, problem_no: str, round_no: int
) -> datetime | None:
    """Give when a notice that opened this round was first accepted for delivery, or None.

    What another district was told before it, or what came back, proves nothing.
    """
    owner = select(col(ProblemRow.district)).where(col(ProblemRow.problem_no) == problem_no)
    accepted = (
        select(func.min(col(DeliveryRow.accepted_at)))
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .where(
            col(NoticeRow.problem_no) == problem_no,
            col(NoticeRow.round_no) == round_no,
            col(NoticeRow.district) == owner.scalar_subquery(),
            col(NoticeRow.kind).in_(OPENS_ROUND),
            col(DeliveryRow.state) == DeliveryState.ACCEPTED,
        )
    )
    return await session.scalar(accepted)


async def _with_deliveries(
    session: AsyncSession, notices: Iterable[NoticeRow]
) -> tuple[SentNotice, ...]:
    rows = list(notices)
    keys = [row.key for row in rows]
    found = await session.scalars(
        select(DeliveryRow)
        .where(col(DeliveryRow.notice_key).in_(keys))
        .order_by(col(DeliveryRow.id))
    )
    by_notice: dict[str, list[SentDelivery]] = defaultdict(list)
    for delivery in found:
        by_notice[delivery.notice_key].append(delivery_of(delivery))
    return tuple(_notice(row, by_notice[row.key]) for row in rows)


def _notice(row: NoticeRow, deliveries: Iterable[SentDelivery]) -> SentNotice:
    return SentNotice(
        key=row.key,
        kind=NoticeKind(row.kind),
        problem_no=row.problem_no,
        district=row.district,
        round_no=row.round_no,
        light=Light(row.light) if row.light else None,
        ordered_at=row.ordered_at,
        not_before=row.not_before,
        state=NoticeState(row.state),
        obsolete_why=OBSOLETE_WORDS[row.obsolete_why] if row.obsolete_why else "",
        deliveries=tuple(deliveries),
    )


def delivery_of(row: DeliveryRow) -> SentDelivery:
    """Give a delivery as officers read it."""
    return SentDelivery(
        recipient=row.recipient if "@" in row.recipient else "",
        position=Position(row.position),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        accepted_at=row.accepted_at,
        last_error=row.last_error,
        message_id=row.message_id,
        in_digest=row.digest_id is not None,
        id=row.id or 0,
    )
