"""Records written anew beside the old: proposed by one person, approved by a second who saw the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.rebuilding import Book, Difference, How
from domain.roles import Actor
from store import proposals
from store.codec import json_text
from store.engine import Database
from store.lives.as_lived import to_text
from store.lives.comparing import Compared
from store.people.security_log import Happened, note
from store.refusing import StoreRefused
from store.tables import (
    AddendumRow,
    EventRow,
    GenerationRow,
    LedgerRow,
    NoticeRow,
    RebuildRow,
    RebuiltRow,
)
from store.tables.generations import EVERY_GENERATION

_REBUILD = "rebuild"
_AT_A_TIME = 100
_WRITTEN = (RebuiltRow, GenerationRow, EventRow, LedgerRow, NoticeRow, AddendumRow)


async def next_generation(session: AsyncSession) -> int:
    """Give a number that no generation bears yet, nor any row that somebody forged."""
    highest = 0
    for table in _WRITTEN:
        last = select(func.max(col(table.generation)))
        found = await session.scalar(last.execution_options(**{EVERY_GENERATION: True}))
        highest = max(highest, int(found or 0))
    return highest + 1


async def keep(db: Database, generation: int, found: Sequence[Compared]) -> None:
    """Keep the records of some lives as a generation would have them; they do not count yet.

    Raises StoreRefused where another person is about to propose under the same number.
    """
    rows = [
        {
            "generation": generation,
            "problem_no": one.lived.problem_no,
            "base_generation": one.base_generation,
            "base_seq": one.base_seq,
            "differences": json_text([asdict(each) for each in one.differences]),
            "body": to_text(one.lived),
        }
        for one in found
    ]
    try:
        async with db.writing() as session:
            await session.execute(insert(RebuiltRow), rows)
    except IntegrityError as error:
        raise StoreRefused("rebuild_under_way") from error


async def propose(
    db: Database,
    rebuild_id: str,
    generation: int,
    source: str,
    reason: str,
    by: Actor,
    problems: Collection[str],
) -> RebuildRow:
    """Propose that what was kept of these problems shall count; raises StoreRefused.

    It is refused where anything else was kept under the same number meanwhile.
    """
    async with db.writing() as session:
        await db.lock(session, _REBUILD)
        content, kept = await content_of(session, generation)
        if kept != sorted(problems):
            raise StoreRefused("rebuild_under_way")
        row = RebuildRow(
            id=rebuild_id,
            report="{}",
            proposed_at=db.now(),
            proposed_by=by.id,
            proposed_role=by.role.value,
            generation=generation,
            source=source,
            problems=len(kept),
            content_sha256=content,
            reason=reason,
        )
        session.add(row)
        note(db, session, Happened.REBUILD_PROPOSED, rebuild_id, content, by_id=by.id)
    return row


async def content_of(session: AsyncSession, generation: int) -> tuple[str, list[str]]:
    """Hash all that was kept as a generation, in the order of the problems' numbers; give these too."""
    digest, numbers = hashlib.sha256(), list[str]()
    kept = select(RebuiltRow).where(col(RebuiltRow.generation) == generation)
    found = await session.stream_scalars(
        kept.order_by(col(RebuiltRow.problem_no)).execution_options(yield_per=_AT_A_TIME)
    )
    async for row in found:
        told = [row.problem_no, row.base_generation, row.base_seq, row.differences, row.body]
        digest.update(f"{json_text(told)}\n".encode())
        numbers.append(row.problem_no)
    return digest.hexdigest(), sorted(numbers)


async def shown(
    session: AsyncSession, rebuild_id: str
) -> tuple[RebuildRow, dict[str, tuple[Difference, ...]]]:
    """Give a proposal with the differences it rests on, by problem; raises StoreRefused."""
    row = await proposals.find(session, RebuildRow, rebuild_id)
    wanted = select(RebuiltRow.problem_no, RebuiltRow.differences)
    found = await session.execute(
        wanted.where(col(RebuiltRow.generation) == row.generation).order_by(
            col(RebuiltRow.problem_no)
        )
    )
    return row, {
        number: tuple(_difference(one) for one in json.loads(told)) for number, told in found
    }


def _difference(told: dict[str, Any]) -> Difference:
    return Difference(**told | {"book": Book(told["book"]), "how": How(told["how"])})


async def decide(
    db: Database, rebuild_id: str, by: Actor, *, approve: bool, content_sha256: str
) -> RebuildRow:
    """Approve a generation or decline it, with what it holds; raises StoreRefused."""
    if approve:
        async with db.reading() as session:
            row = await proposals.find(session, RebuildRow, rebuild_id)
            await demand_as_proposed(session, row)
    decided = await proposals.decide(
        db, RebuildRow, rebuild_id, by, approve=approve, bound_to=content_sha256
    )
    async with db.writing() as session:
        done = "approve" if approve else "decline"
        note(db, session, Happened.REBUILD_DECIDED, rebuild_id, done, by_id=by.id)
    return decided


async def demand_as_proposed(session: AsyncSession, row: RebuildRow) -> list[str]:
    """Demand that a generation holds what was proposed, no more and nothing else; raises StoreRefused.

    Give the numbers of its problems.
    """
    holds, numbers = await content_of(session, row.generation)
    if holds != row.content_sha256:
        raise StoreRefused("approval_is_stale")
    return numbers
