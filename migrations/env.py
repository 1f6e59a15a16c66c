"""How alembic runs here: on a connection that the caller has opened (store/migrate.py).

From a shell, `alembic -x url=sqlite:///bihuan.db …` opens one itself.
"""

from __future__ import annotations

import asyncio
from typing import Literal

from alembic import context
from sqlalchemy import Connection, Index
from sqlmodel import AutoString

from store.engine import Database, Points, UtcDateTime
from store.tables import Table


def _plain_type(kind: str, value: object, _: object) -> str | Literal[False]:
    """Write our own types as plain ones: a migration must not change when our code does."""
    if kind != "type":
        return False
    if isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(value, AutoString):
        return "sa.String()"
    return "sa.Integer()" if isinstance(value, Points) else False


def _is_ours(name: str | None, kind: str, _: object) -> bool:
    """Leave out what SQLite itself keeps of its index of words (store/lives/texts.py)."""
    return kind != "table" or not (name or "").startswith("problem_grams")


def _is_here(one: object, _: str | None, kind: str, *__: object) -> bool:
    """Leave out the indexes that only PostgreSQL can have, where it is another."""
    elsewhere = isinstance(one, Index) and one.dialect_options["postgresql"]["using"]
    return kind != "index" or not elsewhere or context.get_context().dialect.name == "postgresql"


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        compare_type=True,
        compare_server_default=True,
        render_item=_plain_type,
        include_name=_is_ours,
        include_object=_is_here,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run_from_shell(url: str) -> None:
    db = Database(url)
    try:
        async with db.writing() as session:
            await (await session.connection()).run_sync(_run)
    finally:
        await db.dispose()


given = context.config.attributes.get("connection")
if given is None:
    asyncio.run(_run_from_shell(context.get_x_argument(as_dictionary=True)["url"]))
else:
    _run(given)
