"""How often a district was reminded of what it owes now, by the clock and by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.notices import DIGESTIBLE
from store.mail.notice_log import NoticeState
from store.tables import NoticeRow, ProblemRow


@dataclass(frozen=True, slots=True)
class Pressed:
    """So many reminders of the present round have left, or are about to, the last at `last_at`."""

    times: int
    last_at: datetime


async def pressed(session: AsyncSession, numbers: Collection[str]) -> Mapping[str, Pressed]:
    """Give, by the number of a problem, how its present district was reminded of its present round."""
    found = await session.execute(
        select(col(NoticeRow.problem_no), func.count(), func.max(col(NoticeRow.not_before)))
        .join(ProblemRow, col(ProblemRow.problem_no) == col(NoticeRow.problem_no))
        .where(
            col(NoticeRow.problem_no).in_(numbers),
            col(NoticeRow.kind).in_(DIGESTIBLE),
            col(NoticeRow.state).in_((NoticeState.WAITING, NoticeState.HANDED_OVER)),
            col(NoticeRow.district) == col(ProblemRow.district),
            col(NoticeRow.round_no) == col(ProblemRow.round_no),
        )
        .group_by(col(NoticeRow.problem_no))
    )
    return {number: Pressed(times, at) for number, times, at in found}
