"""Links and digests are told by added rows too, and a link once handed out stays whose it is.

What stood otherwise than first written when moves began to be told gets a first move: from here on a row without any
is as it was first written. Also what was looked into, and how each problem stood then.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_links_told"
down_revision = "2026_11_28_after_restores"
branch_labels = None
depends_on = None

_TOLD = {
    "links": ("jti", ("expires_at", "revoked_at", "revoked_why")),
    "digests": ("id", ("state", "attempts", "accepted_at")),
}
_MAY_CHANGE = {
    "links": ("expires_at", "revoked_at", "revoked_why"),
    "digests": ("state", "attempts", "next_attempt_at", "last_error", "accepted_at"),
}
_BEGAN = {
    **_TOLD,
    "notices": ("key", ("state", "obsolete_why", "digest_id")),
    "deliveries": (
        "id",
        ("state", "attempts", "accepted_at", "digest_id", "told_at", "delivered_at"),
    ),
    "inbox": ("receipt_id", ("state", "refusal_code", "delivered_at")),
    "rule_changes": ("id", ("state", "decided_at", "decided_by", "to_open")),
}
_AS_FIRST_WRITTEN = {
    "links": "revoked_at IS NULL",
    "digests": "state = 'waiting'",
    "notices": "state = 'waiting'",
    "deliveries": "state = 'waiting'",
    "inbox": "state = 'received'",
    "rule_changes": "state = 'proposed'",
}


def upgrade() -> None:
    """Set the triggers, write the first moves, and create the table of marks."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    (_on_sqlite if on_sqlite else _on_postgresql)()
    for table, (key, told) in _BEGAN.items():
        _first_moves(table, key, told, on_sqlite=on_sqlite)
    op.create_table(
        "looked_into",
        sa.Column("problem_no", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("problem_no", name=op.f("pk_looked_into")),
    )


def _first_moves(table: str, key: str, told: tuple[str, ...], *, on_sqlite: bool) -> None:
    if on_sqlite:
        at = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"
        after = "json_object(" + ", ".join(f"'{name}', {table}.{name}" for name in told) + ")"
    else:
        at = "clock_timestamp()"
        pairs = ", ".join(f"'{name}', to_jsonb({table}) -> '{name}'" for name in told)
        after = f"jsonb_build_object({pairs})::text"
    op.execute(
        'INSERT INTO moves (kept_in, row_key, at, "before", "after") '  # noqa: S608 - our own
        f"SELECT '{table}', CAST({key} AS TEXT), {at}, '{{}}', {after} FROM {table} "
        f"WHERE NOT ({_AS_FIRST_WRITTEN[table]}) AND NOT EXISTS (SELECT 1 FROM moves m "
        f"WHERE m.kept_in = '{table}' AND m.row_key = CAST({table}.{key} AS TEXT))"
    )


def _stays(table: str) -> list[str]:
    columns = [one["name"] for one in sa.inspect(op.get_bind()).get_columns(table)]
    return [name for name in columns if name not in _MAY_CHANGE[table]]


def _on_sqlite() -> None:
    for table, (key, told) in _TOLD.items():
        before, after = (
            "json_object(" + ", ".join(f"'{name}', {side}.{name}" for name in told) + ")"
            for side in ("OLD", "NEW")
        )
        changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in told)
        op.execute(
            f"CREATE TRIGGER {table}_told AFTER UPDATE ON {table} WHEN {changed} BEGIN "  # noqa: S608 - our own
            'INSERT INTO moves (kept_in, row_key, at, "before", "after") VALUES '
            f"('{table}', OLD.{key}, strftime('%Y-%m-%d %H:%M:%f', 'now') || '000', {before}, {after}); END"
        )
        _refuse(f"{table}_no_update", f"UPDATE OF {', '.join(_stays(table))} ON {table}", table)
    _refuse(
        "links_revoked_once",
        "UPDATE ON links WHEN OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at",
        "links",
    )


def _refuse(name: str, before: str, table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {before} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _on_postgresql() -> None:
    for table, (key, told) in _TOLD.items():
        changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in told)
        op.execute(
            f"CREATE TRIGGER {table}_told AFTER UPDATE ON {table} FOR EACH ROW WHEN ({changed}) "
            f"EXECUTE FUNCTION tell_move('{key}', '{','.join(told)}')"
        )
        op.execute(
            f"CREATE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        other = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _stays(table))
        _row(f"{table}_stays", table, other)
    again = "OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at"
    _row("links_revoked_once", "links", again)


def _row(name: str, table: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {table}_refuse_change()"
    )
