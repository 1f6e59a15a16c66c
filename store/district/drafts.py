"""Half-filled forms, one per link and form; they live until the form is handed in.

A draft outlives its link: what a district had written before its problem went to another one is
shown to the city.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.commands import EvidenceFile
from domain.problem import Problem
from store.codec import json_text
from store.engine import Database
from store.tables import DraftRow, LinkRow

_FILES = TypeAdapter(tuple[EvidenceFile, ...])

Files = tuple[EvidenceFile, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as far as it was filled in, in the words typed, with the files uploaded so far."""

    fields: Mapping[str, str] = field(default_factory=dict)
    files: Files = ()
    saved_at: datetime | None = None


async def find(session: AsyncSession, link_jti: str, form: str) -> Draft:
    """Give the draft of a link's form, an empty one when nothing was saved."""
    row = await session.get(DraftRow, (link_jti, form))
    return Draft() if row is None else _draft(row)


async def files_of_link(session: AsyncSession, link_jti: str) -> Files:
    """Give the files in all drafts of a link."""
    rows = await session.scalars(select(DraftRow).where(col(DraftRow.link_jti) == link_jti))
    return tuple(file for row in rows for file in _draft(row).files)


async def left_behind(session: AsyncSession, problem: Problem) -> list[tuple[DraftRow, Draft]]:
    """Give the drafts of districts that have the problem no longer, oldest first."""
    wanted = (
        select(DraftRow)
        .where(
            col(DraftRow.problem_no) == problem.problem_no,
            col(DraftRow.district) != problem.district,
            col(DraftRow.district) != "",
        )
        .order_by(col(DraftRow.saved_at))
    )
    return [(row, _draft(row)) for row in await session.scalars(wanted)]


def _draft(row: DraftRow) -> Draft:
    return Draft(json.loads(row.body), _FILES.validate_json(row.files), row.saved_at)


async def save_fields(db: Database, link: LinkRow, form: str, fields: Mapping[str, str]) -> Draft:
    """Keep what was typed so far."""
    return await _change(db, link, form, lambda draft: Draft(fields, draft.files))


async def change_files(
    db: Database, link: LinkRow, form: str, change: Callable[[Files], Files]
) -> Draft:
    """Add or remove files; `change` may refuse by raising, then nothing happens."""
    return await _change(db, link, form, lambda draft: Draft(draft.fields, change(draft.files)))


async def _change(
    db: Database, link: LinkRow, form: str, change: Callable[[Draft], Draft]
) -> Draft:
    async with db.writing() as session:
        await db.lock(session, f"draft:{link.jti}")
        changed = change(await find(session, link.jti, form))
        saved_at = db.now()
        row = DraftRow(
            link_jti=link.jti,
            form=form,
            problem_no=link.problem_no,
            district=link.district,
            body=json_text(dict(changed.fields)),
            files=_FILES.dump_json(changed.files).decode(),
            saved_at=saved_at,
        )
        await session.merge(row)
    return Draft(changed.fields, changed.files, saved_at)


async def drop(db: Database, link_jti: str, form: str) -> None:
    """Forget a draft that was handed in."""
    async with db.writing() as session:
        await session.execute(
            delete(DraftRow).where(col(DraftRow.link_jti) == link_jti, col(DraftRow.form) == form)
        )
