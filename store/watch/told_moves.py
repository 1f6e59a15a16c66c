"""Rows that change, held against the rows that tell of their changes, both ways.

What changes a row leaves a move behind (migrations/versions/…moves.py): the newest one says how the row stands, and
a row without any stands as it was first written. Whoever changed a row past its trigger is seen by that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, not_, or_, select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from domain.reconciliation import Difference, Disagreement
from store.district.inbox import InboxState
from store.engine import Database
from store.mail.notice_log import DeliveryState, NoticeState
from store.proposals import ProposalState
from store.tables import (
    DeliveryRow,
    DigestRow,
    InboxRow,
    LinkRow,
    MoveRow,
    NoticeRow,
    RuleChangeRow,
    Table,
)
from store.tables.generations import EVERY_GENERATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """A table whose rows change: its key, what of it is told, in which states a row is first written.

    `called` is what a row is in words. A table of which rows `go` keeps moves of rows that are no more.
    """

    table: type[Table]
    called: str
    key: str
    told: tuple[str, ...]
    first: tuple[str, ...] = ()
    goes: bool = False


MOVING = (
    Moving(
        table=NoticeRow,
        called="通知",
        key="key",
        told=("state", "obsolete_why", "digest_id"),
        first=(NoticeState.WAITING,),
    ),
    Moving(
        table=DeliveryRow,
        called="送达",
        key="id",
        told=("state", "attempts", "accepted_at", "digest_id", "told_at", "delivered_at"),
        first=(DeliveryState.WAITING, DeliveryState.FAILED),
    ),
    Moving(
        table=DigestRow,
        called="汇总邮件",
        key="id",
        told=("state", "attempts", "accepted_at"),
        first=(DeliveryState.WAITING,),
        goes=True,
    ),
    Moving(
        table=InboxRow,
        called="回执",
        key="receipt_id",
        told=("state", "refusal_code", "delivered_at"),
        first=(InboxState.RECEIVED,),
    ),
    Moving(
        table=RuleChangeRow,
        called="口径变更",
        key="id",
        told=("state", "decided_at", "decided_by", "to_open"),
        first=(ProposalState.PROPOSED,),
    ),
    Moving(
        table=LinkRow,
        called="链接",
        key="jti",
        told=("expires_at", "revoked_at", "revoked_why"),
        goes=True,
    ),
)


async def differences(db: Database, session: AsyncSession) -> list[Difference]:
    """Name every row that does not stand as its moves say, and every move of a row that is gone."""
    found: list[Difference] = []
    for moving in MOVING:
        found += await _untold(db, session, moving)
        if not moving.goes:
            found += await _gone(session, moving)
    return found


async def _untold(db: Database, session: AsyncSession, moving: Moving) -> list[Difference]:
    row, move = moving.table, aliased(MoveRow)
    last = (
        select(func.max(col(MoveRow.id)))
        .where(
            col(MoveRow.kept_in) == str(row.__tablename__),
            col(MoveRow.row_key) == cast(_column(moving, moving.key), String),
        )
        .correlate(row)
        .scalar_subquery()
    )
    after: Any = col(move.after)
    otherwise = or_(*(_is_not(db, after, name, _column(moving, name)) for name in moving.told))
    asked = (
        select(row)
        .outerjoin(move, col(move.id) == last)
        .where(or_(and_(after.is_not(None), otherwise), and_(after.is_(None), _has_moved(moving))))
    )
    rows: Sequence[Any] = (await session.scalars(asked)).all()
    return [await _difference(session, moving, one) for one in rows]


def _column(moving: Moving, name: str) -> Any:
    return col(getattr(moving.table, name))


def _is_not(db: Database, after: Any, name: str, column: Any) -> ColumnElement[bool]:
    """Say that a move does not tell this of the row; what it was told before it was asked for is left out."""
    if db.on_sqlite:
        told: Any = func.json_extract(after, f"$.{name}")
        known = func.json_type(after, f"$.{name}").is_not(None)
        return and_(known, told.is_distinct_from(column))
    told = func.json_extract_path_text(cast(after, JSON), name)
    known = func.json_extract_path(cast(after, JSON), name).is_not(None)
    return and_(known, cast(told, column.type).is_distinct_from(column))


def _has_moved(moving: Moving) -> ColumnElement[bool]:
    """Say that a row stands otherwise than it was first written."""
    if not moving.first:
        revoked: ColumnElement[bool] = _column(moving, "revoked_at").is_not(None)
        return revoked
    moved = not_(_column(moving, "state").in_(moving.first))
    if moving.table is NoticeRow:
        # What a later generation says of it was known before, or is pointless from the first.
        moved = and_(moved, _column(moving, "generation") == 0)
    instants = [name for name in moving.told if name.endswith("_at")]
    return or_(moved, *(_column(moving, name).is_not(None) for name in instants))


async def _difference(session: AsyncSession, moving: Moving, row: Any) -> Difference:
    number = getattr(row, "problem_no", "")
    if isinstance(row, DeliveryRow):
        of_notice = select(col(NoticeRow.problem_no)).where(col(NoticeRow.key) == row.notice_key)
        every = {EVERY_GENERATION: True}
        number = await session.scalar(of_notice.limit(1), execution_options=every) or ""
    return Difference(
        Disagreement.MOVE_UNTOLD, number, f"{moving.called} {getattr(row, moving.key)}"
    )


async def _gone(session: AsyncSession, moving: Moving) -> list[Difference]:
    there = select(cast(_column(moving, moving.key), String))
    told = col(MoveRow.row_key)
    lost = (
        select(told)
        .where(col(MoveRow.kept_in) == str(moving.table.__tablename__), told.not_in(there))
        .distinct()
        .execution_options(**{EVERY_GENERATION: True})
    )
    words = f"{moving.called}记录已不存在"
    return [
        Difference(Disagreement.MOVE_UNTOLD, "", f"{words} {key}")
        for key in await session.scalars(lost)
    ]
