"""Half-filled forms, one per link; they live until the form is handed in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.commands import EvidenceFile
from store.codec import json_text
from store.engine import Database
from store.tables import DraftRow

_FILES = TypeAdapter(tuple[EvidenceFile, ...])

Files = tuple[EvidenceFile, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as far as it was filled in, in the words typed, with the files uploaded so far."""

    fields: Mapping[str, str] = field(default_factory=dict)
    files: Files = ()
    saved_at: datetime | None = None


async def find(session: AsyncSession, link_jti: str) -> Draft:
    """Give the draft of a link, an empty one when nothing was saved."""
    row = await session.get(DraftRow, link_jti)
    if row is None:
        return Draft()
    return Draft(json.loads(row.body), _FILES.validate_json(row.files), row.saved_at)


async def save_fields(db: Database, link_jti: str, fields: Mapping[str, str]) -> Draft:
    """Keep what was typed so far."""
    return await _change(db, link_jti, lambda draft: Draft(fields, draft.files))


async def change_files(db: Database, link_jti: str, change: Callable[[Files], Files]) -> Draft:
    """Add or remove files; `change` may refuse by raising, then nothing happens."""
    return await _change(db, link_jti, lambda draft: Draft(draft.fields, change(draft.files)))


async def _change(db: Database, link_jti: str, change: Callable[[Draft], Draft]) -> Draft:
    async with db.writing() as session:
        await db.lock(session, f"draft:{link_jti}")
        changed = change(await find(session, link_jti))
        saved_at = db.now()
        row = DraftRow(
            link_jti=link_jti,
            body=json_text(dict(changed.fields)),
            files=_FILES.dump_json(changed.files).decode(),
            saved_at=saved_at,
        )
        await session.merge(row)
    return Draft(changed.fields, changed.files, saved_at)


async def drop(db: Database, link_jti: str) -> None:
    """Forget a draft that was handed in."""
    async with db.writing() as session:
        await session.execute(delete(DraftRow).where(col(DraftRow.link_jti) == link_jti))
