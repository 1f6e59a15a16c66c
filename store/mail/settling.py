"""What a notice has come to, and whether it still has a point."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.notices import NoticeOrder, is_obsolete
from domain.problem import Problem
from store.district.inbox import InboxState
from store.district.papers import PaperKind
from store.lives import problems
from store.mail.notice_log import DeliveryState, NoticeState
from store.tables import DeliveryRow, InboxRow, NoticeRow

UNDECIDED = (DeliveryState.WAITING, DeliveryState.AMBIGUOUS)


async def why_obsolete(session: AsyncSession, order: NoticeOrder) -> str:
    """Ask the rules with what is known this instant.

    A problem that the read model does not hold just now is being rebuilt: nothing is decided.
    """
    problem: Problem | None = await problems.get(session, order.problem_no)
    if problem is None:
        return ""
    answered = select(col(InboxRow.receipt_id)).where(
        col(InboxRow.problem_no) == order.problem_no,
        col(InboxRow.round_no) == order.round_no,
        col(InboxRow.kind) == PaperKind.ANSWER,
        col(InboxRow.state) == InboxState.RECEIVED,
    )
    in_inbox = await session.scalar(answered.limit(1)) is not None
    return is_obsolete(order, problem, answer_in_inbox=in_inbox)


async def settle(session: AsyncSession, keys: Iterable[str], why: str = "") -> None:
    """Let each notice's state follow from its deliveries."""
    for key in keys:
        rows = list(
            await session.scalars(
                select(DeliveryRow)
                .where(col(DeliveryRow.notice_key) == key)
                .execution_options(populate_existing=True)
            )
        )
        state = _notice_state(rows)
        await set_notice(session, key, state, why if state is NoticeState.OBSOLETE else "")


def _notice_state(rows: Sequence[DeliveryRow]) -> NoticeState:
    states = {row.state for row in rows}
    if DeliveryState.WAITING in states or any(_tried_again(row) for row in rows):
        return NoticeState.WAITING
    if states & {DeliveryState.ACCEPTED, DeliveryState.AMBIGUOUS}:
        return NoticeState.HANDED_OVER
    if DeliveryState.OBSOLETE in states:
        return NoticeState.OBSOLETE
    return NoticeState.FAILED


def _tried_again(row: DeliveryRow) -> bool:
    return row.state == DeliveryState.AMBIGUOUS and row.next_attempt_at is not None


async def set_notice(session: AsyncSession, key: str, state: NoticeState, why: str) -> None:
    """Write a notice's state, and why where it has become pointless."""
    values: dict[str, Any] = {"state": state}
    if why or state is not NoticeState.OBSOLETE:
        values["obsolete_why"] = why
    await changed(session, update(NoticeRow).where(col(NoticeRow.key) == key).values(values))


async def changed(session: AsyncSession, statement: Any) -> int:
    """Carry a change out and give how many rows it changed."""
    result = await session.execute(statement.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0
