"""What the store knows of a notice's arrival: accepted mail, delivery reports, links that were opened."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.commands import RecordProof
from domain.notices import OPENS_ROUND
from domain.proof import MailProof, ProofKind
from domain.roles import SYSTEM
from store.mail.notice_log import DeliveryState
from store.tables import DeliveryRow, LinkRow, LinkSessionRow, NoticeRow, ProblemRow


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProof:
    """One proof that the notice of a round arrived."""

    problem_no: str
    round_no: int
    kind: ProofKind
    recipient: str
    at: datetime


def told(proof: KnownProof) -> RecordProof:
    """Give the command by which a life hears of a proof."""
    return RecordProof(
        round_no=proof.round_no,
        kind=proof.kind,
        recipient=proof.recipient,
        proven_at=proof.at,
        by=SYSTEM,
    )


async def first(
    session: AsyncSession,
    problem_no: str,
    round_no: int,
    kinds: Collection[ProofKind],
    mail: MailProof,
) -> KnownProof | None:
    """Give the earliest proof of these kinds; `mail` is what our relay's acceptance stands for."""
    proofs = await known(session, problem_no, round_no, mail)
    return next((one for one in proofs if one.kind in kinds), None)


async def known(
    session: AsyncSession, problem_no: str, round_no: int, mail: MailProof
) -> list[KnownProof]:
    """Give every proof of a round that is known, of whatever kind, the earliest first."""
    proofs = [*await _mails(session, problem_no, round_no, mail)]
    proofs += await _links(session, problem_no, round_no)
    return sorted(proofs, key=lambda one: one.at)


async def awaited(session: AsyncSession, after: str, limit: int) -> list[tuple[str, int]]:
    """Give open rounds that lack proof and have a sign of it, of the problems `after` a number.

    By number of problem and round, in their order.
    """
    noticed = select(col(NoticeRow.key)).where(
        col(NoticeRow.problem_no) == col(ProblemRow.problem_no),
        col(NoticeRow.round_no) == col(ProblemRow.round_no),
        col(NoticeRow.district) == col(ProblemRow.district),
        col(NoticeRow.kind).in_(OPENS_ROUND),
        col(DeliveryRow.notice_key) == col(NoticeRow.key),
        col(DeliveryRow.state) == DeliveryState.ACCEPTED,
    )
    mailed = noticed.exists()
    opened = exists().where(
        col(LinkRow.problem_no) == col(ProblemRow.problem_no),
        col(LinkRow.round_no) == col(ProblemRow.round_no),
        col(LinkRow.district) == col(ProblemRow.district),
        col(LinkSessionRow.jti) == col(LinkRow.jti),
    )
    found = await session.execute(
        select(col(ProblemRow.problem_no), col(ProblemRow.round_no))
        .where(
            col(ProblemRow.awaits_proof),
            col(ProblemRow.problem_no) > after,
            or_(mailed, opened),
        )
        .order_by(col(ProblemRow.problem_no))
        .limit(limit)
    )
    return [(problem_no, round_no) for problem_no, round_no in found]


async def _mails(
    session: AsyncSession, problem_no: str, round_no: int, mail: MailProof
) -> list[KnownProof]:
    accepted = (
        select(
            col(DeliveryRow.recipient), col(DeliveryRow.accepted_at), col(DeliveryRow.delivered_at)
        )
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .where(
            col(NoticeRow.problem_no) == problem_no,
            col(NoticeRow.round_no) == round_no,
            col(NoticeRow.district) == _owner(problem_no),
            col(NoticeRow.kind).in_(OPENS_ROUND),
            col(DeliveryRow.state) == DeliveryState.ACCEPTED,
        )
    )
    return [
        KnownProof(problem_no=problem_no, round_no=round_no, kind=how, recipient=recipient, at=at)
        for recipient, accepted_at, delivered_at in await session.execute(accepted)
        for how, at in (
            (mail.of(recipient), accepted_at),
            (ProofKind.DELIVERY_REPORT, delivered_at),
        )
        if at is not None
    ]


async def _links(session: AsyncSession, problem_no: str, round_no: int) -> list[KnownProof]:
    opened = (
        select(col(LinkRow.recipient), col(LinkSessionRow.created_at))
        .join(LinkSessionRow, col(LinkSessionRow.jti) == col(LinkRow.jti))
        .where(
            col(LinkRow.problem_no) == problem_no,
            col(LinkRow.round_no) == round_no,
            col(LinkRow.district) == _owner(problem_no),
        )
    )
    return [
        KnownProof(
            problem_no=problem_no,
            round_no=round_no,
            kind=ProofKind.LINK_OPENED,
            recipient=recipient,
            at=at,
        )
        for recipient, at in await session.execute(opened)
    ]


def _owner(problem_no: str) -> object:
    """Name the present district: what another one was told before it proves nothing."""
    owner = select(col(ProblemRow.district)).where(col(ProblemRow.problem_no) == problem_no)
    return owner.scalar_subquery()
