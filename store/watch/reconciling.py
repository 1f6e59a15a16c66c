"""What the store says of itself, for holding it against the lives and the archive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.command_ids import of_receipt
from domain.reconciliation import Difference, Disagreement, Kept
from store.district.inbox import InboxState
from store.tables import ArchiveRow, EventRow, InboxRow, ProblemRow

_ENDED = '%,"ended":true,%'
"""How a body tells that the life has ended; in what people typed the marks would be escaped."""
_RECEIPT = of_receipt("")


async def kept(session: AsyncSession, before: datetime) -> list[Kept]:
    """Give every problem with its read model and the state of its log.

    What was changed after `before` is young.
    """
    logged = await _logged(session)
    archived = set(await session.scalars(select(col(ArchiveRow.problem_no)).distinct()))
    found = []
    for number, seq, ended, stage, level, due_at, updated_at in await session.execute(_problems()):
        events, last = logged.pop(number, (0, 0))
        found.append(
            Kept(
                problem_no=number,
                seq=seq,
                ended=ended,
                shown=(stage, level, due_at),
                events=events,
                last_event=last,
                archived=number in archived,
                young=updated_at > before,
            )
        )
    left_over = (
        Kept(number, None, events=events, last_event=last, archived=number in archived)
        for number, (events, last) in logged.items()
    )
    return [*found, *left_over]


async def under_way(session: AsyncSession) -> list[tuple[str, int]]:
    """Give number and last event of every problem whose life has not ended."""
    number = col(ProblemRow.problem_no)
    wanted = select(number, col(ProblemRow.seq)).where(col(ProblemRow.body).not_like(_ENDED))
    return [(row[0], row[1]) for row in await session.execute(wanted.order_by(number))]


def _problems() -> Select[*tuple[Any, ...]]:
    return select(
        col(ProblemRow.problem_no),
        col(ProblemRow.seq),
        col(ProblemRow.body).like(_ENDED),
        col(ProblemRow.stage),
        col(ProblemRow.level),
        col(ProblemRow.due_at),
        col(ProblemRow.updated_at),
    )


async def _logged(session: AsyncSession) -> dict[str, tuple[int, int]]:
    """Give how many events each problem has, and the number of the last one."""
    number = col(EventRow.problem_no)
    counted = select(number, func.count(), func.max(col(EventRow.seq))).group_by(number)
    return {number: (events, last) for number, events, last in await session.execute(counted)}


async def receipts(session: AsyncSession, lag: timedelta, now: datetime) -> list[Difference]:
    """Hold the inbox and the event log against each other, both ways."""
    bare, named = col(InboxRow.receipt_id), _RECEIPT + col(InboxRow.receipt_id)
    cause = col(EventRow.cause)
    of_receipt = select(col(EventRow.seq)).where(
        col(EventRow.problem_no) == col(InboxRow.problem_no), or_(cause == named, cause == bare)
    )
    decided = of_receipt.exists()
    unlogged = select(col(InboxRow.problem_no), bare).where(
        col(InboxRow.state) == InboxState.APPLIED, ~decided
    )
    receipt = func.substr(cause, len(_RECEIPT) + 1)
    handed_in = exists().where(bare == receipt)
    unknown = (
        select(col(EventRow.problem_no), receipt)
        .where(cause.startswith(_RECEIPT), col(EventRow.at) < now - lag, ~handed_in)
        .distinct()
    )
    return [
        Difference(code, number, receipt_id)
        for code, query in (
            (Disagreement.RECEIPT_NOT_IN_LOG, unlogged),
            (Disagreement.RECEIPT_UNKNOWN, unknown),
        )
        for number, receipt_id in await session.execute(query)
    ]
