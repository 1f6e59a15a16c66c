"""What the store knows of a deduction's notice: accepted mail, by the deduction it tells of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.commands import RecordPointsReceipt
from domain.events import BureauDuty
from domain.notices import NoticeKind
from domain.notices.kinds import deduction_told_in
from domain.proof import MailProof, ProofKind
from domain.roles import SYSTEM
from store.codec import problem_from
from store.mail.notice_log import DeliveryState
from store.tables import DeliveryRow, NoticeRow, ProblemRow

_OWED = f"|{BureauDuty.POINTS_SERVICE.value}|"


async def first(
    session: AsyncSession,
    problem_no: str,
    deductions: Collection[int],
    kinds: Collection[ProofKind],
    mail: MailProof,
) -> tuple[RecordPointsReceipt, ...]:
    """Give the earliest proof of each deduction's notice; `mail` is what our relay's yes stands for."""
    told: dict[int, RecordPointsReceipt] = {}
    for receipt in await _known(session, problem_no, deductions, mail):
        if receipt.kind in kinds:
            told.setdefault(receipt.deduction, receipt)
    return tuple(told.values())


async def of_waiting(
    session: AsyncSession, problem_no: str, mail: MailProof
) -> tuple[RecordPointsReceipt, ...]:
    """Give what is known of all deductions of a problem whose notice is not proven to have arrived.

    Of each kind the earliest: which count, the life's policy says.
    """
    body = await session.scalar(
        select(col(ProblemRow.body)).where(col(ProblemRow.problem_no) == problem_no)
    )
    waiting = [one.seq for one in problem_from(body).unreceived] if body else []
    told: dict[tuple[int, ProofKind], RecordPointsReceipt] = {}
    for receipt in await _known(session, problem_no, waiting, mail) if waiting else []:
        told.setdefault((receipt.deduction, receipt.kind), receipt)
    return tuple(told.values())


async def _known(
    session: AsyncSession, problem_no: str, deductions: Collection[int], mail: MailProof
) -> list[RecordPointsReceipt]:
    """Give every proof of some deductions' notices, the earliest first."""
    known = [
        RecordPointsReceipt(
            deduction=deduction, kind=kind, recipient=recipient, received_at=at, by=SYSTEM
        )
        for key, recipient, *known_at in await _accepted(session, problem_no)
        for kind, at in zip((mail.of(recipient), ProofKind.DELIVERY_REPORT), known_at, strict=True)
        if at is not None and (deduction := deduction_told_in(key)) in deductions
    ]
    return sorted(known, key=lambda one: one.received_at)


async def _accepted(
    session: AsyncSession, problem_no: str
) -> list[tuple[str, str, datetime | None, datetime | None]]:
    """Give the accepted mails that tell of a problem's deductions, and when each was reported delivered."""
    found = await session.execute(
        select(
            col(NoticeRow.key),
            col(DeliveryRow.recipient),
            col(DeliveryRow.accepted_at),
            col(DeliveryRow.delivered_at),
        )
        .join(DeliveryRow, col(DeliveryRow.notice_key) == col(NoticeRow.key))
        .where(
            col(NoticeRow.problem_no) == problem_no,
            col(NoticeRow.kind) == NoticeKind.POINTS_DEDUCTED,
            col(DeliveryRow.state) == DeliveryState.ACCEPTED,
        )
        .order_by(col(DeliveryRow.accepted_at), col(DeliveryRow.id))
    )
    return [(key, recipient, accepted, delivered) for key, recipient, accepted, delivered in found]


async def awaited(session: AsyncSession, after: str, limit: int) -> list[str]:
    """Give the problems with a deduction whose notice was accepted, and of which the life lacks proof.

    They come in the order of their numbers, from the one behind `after`.
    """
    accepted = (
        select(col(NoticeRow.problem_no))
        .join(DeliveryRow, col(DeliveryRow.notice_key) == col(NoticeRow.key))
        .where(
            col(NoticeRow.problem_no) == col(ProblemRow.problem_no),
            col(NoticeRow.kind) == NoticeKind.POINTS_DEDUCTED,
            col(DeliveryRow.state) == DeliveryState.ACCEPTED,
        )
    )
    found = await session.scalars(
        select(col(ProblemRow.problem_no))
        .where(col(ProblemRow.problem_no) > after, accepted.exists())
        .where(col(ProblemRow.waiting).contains(_OWED, autoescape=True))
        .order_by(col(ProblemRow.problem_no))
        .limit(limit)
    )
    return list(found)
