"""What one person proposes and a second decides, kept once and decided once.

The decision is bound by a hash to the very thing that was proposed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.roles import Actor, Role
from store.engine import Database
from store.refusing import StoreRefused
from store.tables import ProposalRow

Row = TypeVar("Row", bound=ProposalRow)


class ProposalState(StrEnum):
    """How far a proposal has come; only a change of the rules is applied."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    APPROVED = "approved"
    APPLIED = "applied"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return {
            "proposed": "待批准",
            "declined": "未获批准",
            "approved": "已批准",
            "applied": "已生效",
        }[self.value]


async def propose(db: Database, row: Row) -> Row:
    """Keep a proposal; proposing it again under the same id gives the one that is there."""
    async with db.writing() as session:
        await db.lock(session, f"{row.__tablename__}:{row.id}")
        there = await session.get(type(row), row.id)
        if there is not None:
            return there
        session.add(row)
    return row


async def decide(
    db: Database,
    table: type[Row],
    row_id: str,
    by: Actor,
    *,
    approve: bool,
    bound_to: str,
    **decided: object,
) -> Row:
    """Approve or decline a proposal, with what else is decided; deciding the same again changes nothing.

    Raises StoreRefused: `second_person_required`, `approval_is_stale`, `already_decided`, or the
    table's own when nothing was proposed under the id.
    """
    async with db.writing() as session:
        await db.lock(session, f"{table.__tablename__}:{row_id}")
        row = await session.get(table, row_id)
        if row is None:
            raise StoreRefused(table.unknown)
        if row.state != ProposalState.PROPOSED:
            if row.decided_by == by.id and approve == (row.state != ProposalState.DECLINED):
                return row
            raise StoreRefused("already_decided")
        if row.proposed_by == by.id:
            raise StoreRefused("second_person_required")
        if approve and row.bound_to != bound_to:
            raise StoreRefused("approval_is_stale")
        row.state = (ProposalState.APPROVED if approve else ProposalState.DECLINED).value
        row.decided_at, row.decided_by = db.now(), by.id
        for name, value in decided.items():
            setattr(row, name, value)
    return row


def proposer_of(row: ProposalRow) -> Actor:
    """Give the first person."""
    return Actor(row.proposed_by, Role(row.proposed_role))


async def find(session: AsyncSession, table: type[Row], row_id: str) -> Row:
    """Give one proposal; raises StoreRefused."""
    row = await session.get(table, row_id)
    if row is None:
        raise StoreRefused(table.unknown)
    return row


async def recent(session: AsyncSession, table: type[Row], limit: int | None = None) -> list[Row]:
    """Give the last proposals, the newest first."""
    order = col(table.proposed_at).desc()
    return list(await session.scalars(select(table).order_by(order).limit(limit)))


async def in_state(session: AsyncSession, table: type[Row], *states: ProposalState) -> list[Row]:
    """Give the proposals that have come as far as that, in the order of what was last done to them."""
    chosen = select(table).where(col(table.state).in_(states))
    return list(
        await session.scalars(chosen.order_by(col(table.decided_at), col(table.proposed_at)))
    )
