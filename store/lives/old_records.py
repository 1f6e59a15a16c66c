"""Every generation of a problem's records, those that count no more among them."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.lives import generations
from store.tables import AddendumRow, EventRow, GenerationRow, LedgerRow, NoticeRow, RebuildRow
from store.tables.generations import EVERY_GENERATION

_TABLES: dict[str, Any] = {
    "events": EventRow,
    "ledger": LedgerRow,
    "notices": NoticeRow,
    "addenda": AddendumRow,
}
_EVERY = {EVERY_GENERATION: True}


async def of_problem(session: AsyncSession, problem_no: str) -> list[dict[str, Any]]:
    """Give the generations of a problem's records, the first first, as plain JSON content.

    With each: since when it counted, and who proposed and approved it. None for an unknown number.
    """
    rows: dict[int, dict[str, list[Any]]] = {}
    for name, table in _TABLES.items():
        wanted = select(table).where(table.problem_no == problem_no)
        for row in await session.scalars(wanted.execution_options(**_EVERY)):
            shown = row.model_dump(mode="json")
            rows.setdefault(row.generation, {one: [] for one in _TABLES})[name].append(shown)
    counting = await generations.of_problem(session, problem_no)
    return [
        {
            "generation": generation,
            "counts": generation == counting,
            **await _decision(session, problem_no, generation),
            **found,
        }
        for generation, found in sorted(rows.items())
    ]


async def _decision(session: AsyncSession, problem_no: str, generation: int) -> dict[str, Any]:
    begun = await session.get(GenerationRow, (problem_no, generation))
    wanted = select(RebuildRow).where(col(RebuildRow.generation) == generation)
    row = (await session.scalars(wanted)).one_or_none()
    if begun is None or row is None:
        return {"counts_from": None, "proposed_by": "", "approved_by": "", "reason": ""}
    return {
        "counts_from": begun.counts_from.isoformat(),
        "proposed_by": row.proposed_by,
        "approved_by": row.decided_by,
        "reason": row.reason,
    }
