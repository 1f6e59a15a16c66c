"""Two roles on PostgreSQL: one owns the tables and migrates, the other works and cannot alter what is kept.

Whoever owns a table can drop its guards; whoever only works with it cannot. What a table's guards refuse
outright is not even granted.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from store.engine import Database

_ACTS = {8: "DELETE", 16: "UPDATE", 32: "TRUNCATE"}
"""The acts that a guard may refuse, by their bit in `pg_trigger.tgtype`."""
_REFUSED = text(
    "SELECT c.relname, bit_or(t.tgtype::int) FROM pg_class c"
    " LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal"
    # before the act, for the whole statement, whatever the row
    " AND t.tgtype & 3 = 2 AND t.tgqual IS NULL"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' GROUP BY 1"
)
_VERSION = "alembic_version"


class SameRole(ValueError):
    """Migrations and work are to be done by two roles, and only one was given."""


async def _refused(session: AsyncSession | AsyncConnection) -> Mapping[str, frozenset[str]]:
    """Give every table, with the acts that its guards refuse whatever the row."""
    rows = await session.execute(_REFUSED)
    return {
        name: frozenset(act for bit, act in _ACTS.items() if (refused or 0) & bit)
        for name, refused in rows
    }


async def let_work(owner: Database, role: str) -> None:
    """Give a role what web and worker need, and take from it whatever else it had.

    Done by the owner of the tables, after each migration; nothing to do on SQLite. Raises `SameRole`.
    """
    if owner.on_sqlite:
        return
    if owner.url.username == role:
        raise SameRole(role)
    quote = owner.url.get_dialect()().identifier_preparer.quote
    async with owner.writing() as session:
        schema = quote(str(await session.scalar(text("SELECT current_schema()"))))
        who = quote(role)
        for table, refused in (await _refused(session)).items():
            acts = {"SELECT"} if table == _VERSION else {"SELECT", "INSERT", "UPDATE", "DELETE"}
            granted = ", ".join(sorted(acts - refused))
            name = f"{schema}.{quote(table)}"
            await session.execute(text(f"REVOKE ALL ON {name} FROM {who}"))
            await session.execute(text(f"GRANT {granted} ON {name} TO {who}"))
        await session.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {who}"))
        await session.execute(
            text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {who}")
        )


async def alterable(db: Database) -> tuple[str, ...]:
    """Name the kept tables that the role of `db` could alter, by its rights or as their owner.

    None on SQLite, where whoever writes the file may do anything.
    """
    if db.on_sqlite:
        return ()
    async with db.reading() as session:
        kept = {name: acts for name, acts in (await _refused(session)).items() if acts}
        found = []
        for name, acts in kept.items():
            may = text(
                "SELECT pg_has_role(current_user, relowner, 'USAGE')"
                " OR has_table_privilege(current_user, oid, :acts)"
                " FROM pg_class WHERE oid = to_regclass(quote_ident(:name))"
            )
            if await session.scalar(may, {"name": name, "acts": ", ".join(sorted(acts))}):
                found.append(name)
    return tuple(sorted(found))
