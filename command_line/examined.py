"""What the doctor says of each thing it looked at, and how it looks into the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from settings import Settings
from store.engine import Database
from wiring import shifted_clock


class Finding(StrEnum):
    """How bad it is: only `broken` needs somebody now."""

    OK = "ok"
    NOTE = "note"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing looked at: `what` it is, how it is, and in words what was seen and what to do."""

    what: str
    finding: Finding
    words: str


Look = Callable[[Database, AsyncSession], Awaitable[Examined]]


async def in_store(
    settings: Settings, what: str, look: Look, unbuilt: Examined | None = None
) -> Examined:
    """Look into the store; where there is none yet give `unbuilt`, and say so where it cannot be read."""
    db = Database(settings.database, shifted_clock(settings))
    try:
        if not await db.is_there():
            return unbuilt or Examined(what, Finding.NOTE, "尚未建立，首次运行时自动建立")
        async with db.reading() as session:
            return await look(db, session)
    except (SQLAlchemyError, OSError):
        return Examined(what, Finding.NOTE, "未能检查，请先处理数据库一项")
    finally:
        await db.dispose()
