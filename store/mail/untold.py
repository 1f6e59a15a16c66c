"""Returns that the lives have to hear of: what came back for good, and what goes out again after it counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.notices import NEED_PROOF
from store.engine import Database
from store.mail.notice_log import RETURNED
from store.tables import DeliveryReturnRow, DeliveryRow, DigestRow, NoticeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A notice of a round or a deduction that did not reach one recipient; `report_id` where it goes out again."""

    delivery_id: int
    notice_key: str
    problem_no: str
    round_no: int
    recipient: str
    report_id: str = ""


async def untold(session: AsyncSession) -> list[Returned]:
    """Give what came back and no life has heard of yet: notices that open a round or tell of points."""
    for_good = and_(
        col(DeliveryRow.state).in_([state.value for state in RETURNED]),
        col(DeliveryRow.told_at).is_(None),
    )
    found = await session.execute(_notices().where(for_good).order_by(col(DeliveryRow.id)))
    for_now = await session.execute(
        _notices()
        .add_columns(col(DeliveryReturnRow.report_id))
        .outerjoin(DigestRow, col(DigestRow.id) == col(DeliveryRow.digest_id))
        .join(
            DeliveryReturnRow,
            or_(
                col(DeliveryReturnRow.message_id) == col(DeliveryRow.message_id),
                col(DeliveryReturnRow.message_id) == col(DigestRow.message_id),
            ),
        )
        .where(col(DeliveryReturnRow.told_at).is_(None))
        .order_by(col(DeliveryRow.id))
    )
    return [_returned(*row) for row in (*found, *for_now)]


def _notices() -> Select[*tuple[Any, ...]]:
    return (
        select(
            col(DeliveryRow.id),
            col(NoticeRow.key),
            col(NoticeRow.problem_no),
            col(NoticeRow.round_no),
            col(DeliveryRow.recipient),
        )
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .where(col(NoticeRow.kind).in_([kind.value for kind in NEED_PROOF]))
    )


def _returned(
    delivery_id: int, key: str, problem_no: str, round_no: int, recipient: str, report_id: str = ""
) -> Returned:
    return Returned(
        delivery_id=delivery_id,
        notice_key=key,
        problem_no=problem_no,
        round_no=round_no,
        recipient=recipient,
        report_id=report_id,
    )


async def told(db: Database, ones: Sequence[Returned]) -> None:
    """Note that the lives have heard of a return, of all the notices it carried."""
    async with db.writing() as session:
        for one in ones:
            row = await session.get(DeliveryRow, one.delivery_id)
            if row is not None and not one.report_id:
                row.told_at = db.now()
        for report_id in {one.report_id for one in ones if one.report_id}:
            came = await session.get(DeliveryReturnRow, report_id)
            if came is not None:
                came.told_at = came.told_at or db.now()
