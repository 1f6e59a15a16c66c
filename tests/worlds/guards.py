"""Doing to a store what its guards forbid, as somebody with the database in his hands would."""

from __future__ import annotations

from sqlalchemy import text

from store.engine import Database


async def past_the_guards(db: Database, *statements: str) -> None:
    """Do it, and set the guards again."""
    async with db.writing() as session:
        guards: dict[str, str] = {}
        if db.on_sqlite:
            triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            guards = dict((await session.execute(text(triggers))).all())
        else:
            await session.execute(text("SET LOCAL session_replication_role = replica"))
        for name in guards:
            await session.execute(text(f"DROP TRIGGER {name}"))
        for one in (*statements, *guards.values()):
            await session.execute(text(one.replace(":", "\\:")))
