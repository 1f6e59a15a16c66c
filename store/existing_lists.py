"""Lists of running problems 既有问题 between the first person, who proposed them, and the second."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.roles import Actor, Role
from store.engine import Database
from store.tables import BatchRow, ExistingListRow


class ExistingListState(StrEnum):
    """How far a proposed list has come."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    APPROVED = "approved"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return {"proposed": "待批准", "declined": "未获批准", "approved": "已批准"}[self.value]


class DecisionRefused(Exception):
    """The second person's decision is not possible; `code` is stable."""

    def __init__(self, code: str) -> None:
        """Refuse for the reason `code`."""
        super().__init__(code)
        self.code = code


async def propose(db: Database, row: ExistingListRow) -> ExistingListRow:
    """Keep a proposal; proposing it again under the same id gives the one that is there."""
    async with db.writing() as session:
        await db.lock(session, f"existing-list:{row.id}")
        there = await session.get(ExistingListRow, row.id)
        if there is not None:
            return there
        session.add(row)
    return row


async def decide(
    db: Database, list_id: str, by: Actor, *, approve: bool, file_sha256: str, reason: str
) -> ExistingListRow:
    """Approve or decline a list; deciding the same again changes nothing.

    Raises DecisionRefused: `second_person_required`, `approval_is_stale`, `already_decided`,
    `existing_list_not_found`.
    """
    async with db.writing() as session:
        await db.lock(session, f"existing-list:{list_id}")
        row = await session.get(ExistingListRow, list_id)
        if row is None:
            raise DecisionRefused("existing_list_not_found")
        if row.state != ExistingListState.PROPOSED:
            if row.decided_by == by.id and approve == (row.state == ExistingListState.APPROVED):
                return row
            raise DecisionRefused("already_decided")
        if row.proposed_by == by.id:
            raise DecisionRefused("second_person_required")
        if approve and row.file_sha256 != file_sha256:
            raise DecisionRefused("approval_is_stale")
        state = ExistingListState.APPROVED if approve else ExistingListState.DECLINED
        row.state, row.reason = state.value, reason
        row.decided_at, row.decided_by = db.now(), by.id
    return row


def proposer_of(row: ExistingListRow) -> Actor:
    """Give the first person."""
    return Actor(row.proposed_by, Role(row.proposed_role))


async def find(session: AsyncSession, list_id: str) -> ExistingListRow | None:
    """Give one list."""
    return await session.get(ExistingListRow, list_id)


async def recent(session: AsyncSession, limit: int = 20) -> list[ExistingListRow]:
    """Give the last lists, newest first."""
    order = col(ExistingListRow.proposed_at).desc()
    return list(await session.scalars(select(ExistingListRow).order_by(order).limit(limit)))


async def waiting(session: AsyncSession) -> list[ExistingListRow]:
    """Give the lists that wait for the second person, oldest first."""
    query = select(ExistingListRow).where(
        col(ExistingListRow.state) == ExistingListState.PROPOSED.value
    )
    return list(await session.scalars(query.order_by(col(ExistingListRow.proposed_at))))


async def not_begun(session: AsyncSession) -> list[ExistingListRow]:
    """Give the approved lists whose import an interruption kept from beginning."""
    query = select(ExistingListRow).where(
        col(ExistingListRow.state) == ExistingListState.APPROVED.value,
        col(ExistingListRow.id).not_in(select(BatchRow.id)),
    )
    return list(await session.scalars(query))
