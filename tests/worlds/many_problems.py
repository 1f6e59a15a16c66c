"""A store that holds many problems: copies of one that was lived."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select
from sqlmodel import col

from store.engine import Database
from store.tables import ProblemRow


async def copied(db: Database, number: int, start: int = 0, **changed: Any) -> None:
    """Copy the first problem of a store under other numbers, with some columns `changed`."""
    first = select(ProblemRow).order_by(col(ProblemRow.problem_no)).limit(1)
    async with db.writing() as session:
        row = (await session.scalars(first)).one()
        values = {**row.model_dump(), "row_key": None, **changed}
        copies = [
            {**values, "problem_no": no, "body": row.body.replace(row.problem_no, no)}
            for no in (f"L{place:06d}" for place in range(start, start + number))
        ]
        await session.execute(insert(ProblemRow), copies)
