"""The files that papers and letters name, and whether papers are still what was handed in."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.commands import EvidenceFile
from domain.events import Recorded
from domain.reconciliation import Difference, Disagreement
from store.mail import letters
from store.tables import InboxFileRow, InboxRow, LetterRow

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A file that a problem's papers, letters or events name; `problem_no` is empty of a letter to nobody."""

    problem_no: str
    sha256: str
    size: int
    name: str


async def everywhere(session: AsyncSession) -> AsyncIterator[Sequence[Named]]:
    """Give what all papers and letters name, some at a time."""
    rows = await session.stream(_handed_in().execution_options(yield_per=_AT_ONCE))
    async for some in rows.partitions():
        yield [Named(*row) for row in some]
    yield await _of_letters(session, None)


async def of_problems(session: AsyncSession, numbers: Collection[str]) -> set[Named]:
    """Give what the papers and letters of some problems name."""
    of_these = _handed_in().where(col(InboxRow.problem_no).in_(numbers))
    handed_in = {Named(*row) for row in await session.execute(of_these)}
    return handed_in.union(await _of_letters(session, numbers))


def _handed_in() -> Select[*tuple[Any, ...]]:
    file = (col(InboxFileRow.sha256), col(InboxFileRow.size), col(InboxFileRow.name))
    same = col(InboxRow.receipt_id) == col(InboxFileRow.receipt_id)
    return select(col(InboxRow.problem_no), *file).join(InboxRow, same)


async def _of_letters(session: AsyncSession, numbers: Collection[str] | None) -> list[Named]:
    asked = select(LetterRow).where(col(LetterRow.files) != "[]")
    if numbers is not None:
        asked = asked.where(col(LetterRow.problem_no).in_(numbers))
    return [
        _named(row.problem_no, one)
        for row in await session.scalars(asked)
        for one in letters.files_of(row)
    ]


def _named(problem_no: str, file: EvidenceFile) -> Named:
    return Named(problem_no, file.sha256, file.size, file.name)


def in_events(problem_no: str, recorded: Iterable[Recorded]) -> set[Named]:
    """Give what the events of a problem name: what was handed in, on paper too."""
    told = (one.event for one in recorded)
    holders = (holder for event in told for holder in (event, getattr(event, "answer", None)))
    return {_named(problem_no, file) for one in holders for file in getattr(one, "files", ())}


async def counted(session: AsyncSession) -> dict[str, int]:
    """Count papers and letters by problem."""
    found: dict[str, int] = {}
    for number in (col(InboxRow.problem_no), col(LetterRow.problem_no)):
        for problem_no, count in await session.execute(
            select(number, func.count()).group_by(number)
        ):
            found[problem_no] = found.get(problem_no, 0) + count
    return found


async def changed_papers(
    session: AsyncSession, numbers: Collection[str], recorded: Iterable[Recorded]
) -> list[Difference]:
    """Name the papers whose content has not the hash that stands beside it, or that the life was told."""
    rows = await session.scalars(select(InboxRow).where(col(InboxRow.problem_no).in_(numbers)))
    events = (one.event for one in recorded)
    told = {
        getattr(event, "receipt_id", ""): getattr(event, "content_sha256", "") for event in events
    }
    return [
        Difference(Disagreement.PAPER_CHANGED, row.problem_no, row.receipt_id)
        for row in rows
        if hashlib.sha256(row.body.encode()).hexdigest() != row.content_sha256
        or told.get(row.receipt_id, "") not in ("", row.content_sha256)
    ]
