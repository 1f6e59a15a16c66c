"""What a district did with what it was told: whether a link was opened, and something written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.tables import DraftRow, LinkRow, LinkSessionRow, ProblemRow

Since = Mapping[str, datetime]
"""By the number of a problem, since when."""


async def opened(session: AsyncSession, numbers: Collection[str]) -> Since:
    """Give when a link of the present round was first opened by the present district."""
    found = await session.execute(
        select(col(LinkRow.problem_no), func.min(col(LinkSessionRow.created_at)))
        .join(LinkSessionRow, col(LinkSessionRow.jti) == col(LinkRow.jti))
        .join(ProblemRow, col(ProblemRow.problem_no) == col(LinkRow.problem_no))
        .where(
            col(LinkRow.problem_no).in_(numbers),
            col(LinkRow.district) == col(ProblemRow.district),
            col(LinkRow.round_no) == col(ProblemRow.round_no),
        )
        .group_by(col(LinkRow.problem_no))
    )
    return {row[0]: row[1] for row in found}


async def drafted(session: AsyncSession, numbers: Collection[str]) -> Since:
    """Give when the present district last saved a draft; it ends when the form is handed in."""
    found = await session.execute(
        select(col(DraftRow.problem_no), func.max(col(DraftRow.saved_at)))
        .join(ProblemRow, col(ProblemRow.problem_no) == col(DraftRow.problem_no))
        .where(
            col(DraftRow.problem_no).in_(numbers),
            col(DraftRow.district) == col(ProblemRow.district),
        )
        .group_by(col(DraftRow.problem_no))
    )
    return {row[0]: row[1] for row in found}
