"""Bringing a database to the present shape of the tables.

Migrations stand in `migrations/versions/`, each named by its day. Several processes may start at
once: one migrates, the others wait and find nothing left to do.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from store.engine import Database
from store.lives.rebuild import rebuild_in

FOLDER = Path(__file__).parent.parent / "migrations"
_LOCK = "bihuan-migrations"
_TURN = asyncio.Lock()
# Alembic keeps its work in module variables: two databases of one process take turns.


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to `revision`, in one transaction.

    Where older tables stood there, the read model is folded anew in it: what it shows of a problem may
    have grown, and whoever starts after an interruption finds both done or neither.
    """
    db = Database(url)
    try:
        async with _TURN, db.writing() as session:
            await db.lock(session, _LOCK)
            connection = await session.connection()
            before = await connection.run_sync(_revision)
            await connection.run_sync(_upgrade, revision)
            if before not in (None, await connection.run_sync(_revision)):
                await rebuild_in(db, session)
    finally:
        await db.dispose()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def config(connection: Connection) -> Config:
    """Give alembic's configuration for work on an open connection."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def _upgrade(connection: Connection, revision: str) -> None:
    command.upgrade(config(connection), revision)


async def is_current(db: Database) -> bool:
    """Say whether the database has the present shape."""
    async with db.reading() as session:
        connection = await session.connection()
        return await connection.run_sync(_is_current)


def _is_current(connection: Connection) -> bool:
    return (
        _revision(connection) == ScriptDirectory.from_config(config(connection)).get_current_head()
    )
