"""What changes is told by added rows: each move of a notice, a delivery, a paper or a change of the rules.

What was ordered or proposed stays as it was written; only how far it has come may change, and every such step leaves
a row in `moves` (MoveRow), written by the database itself.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_moves"
down_revision = "2026_11_28_shut_doors"
branch_labels = None
depends_on = None

_TOLD = {
    "notices": ("key", ("state", "obsolete_why", "digest_id")),
    "deliveries": (
        "id",
        ("state", "attempts", "accepted_at", "digest_id", "told_at", "delivered_at"),
    ),
    "inbox": ("receipt_id", ("state", "refusal_code", "delivered_at")),
    "rule_changes": ("id", ("state", "decided_at", "decided_by", "to_open")),
}
"""By what a row is known, and what of it is told when it changes; no words of people, no addresses."""
_MAY_CHANGE = {
    "notices": ("state", "obsolete_why", "digest_id"),
    "rule_changes": ("state", "decided_at", "decided_by", "to_open", "report"),
}
_SAME = {"notices": "key = NEW.key AND generation = NEW.generation", "rule_changes": "id = NEW.id"}
_DECIDED = ("decided_at", "decided_by", "to_open")
_OF_A_DELIVERY = ("recipient", "position", "message_id")


def upgrade() -> None:
    """Create the table and its triggers, and guard what was guarded by nothing yet."""
    op.create_table(
        "moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_in", sa.String(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index(op.f("ix_moves_kept_in"), "moves", ["kept_in", "row_key"])
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()


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
    for act in ("UPDATE", "DELETE"):
        _refuse(f"moves_no_{act.lower()}", f"{act} ON moves", "moves")
    _refuse(
        "moves_no_replace",
        "INSERT ON moves WHEN EXISTS (SELECT 1 FROM moves WHERE id = NEW.id)",
        "moves",
    )
    for table, may_change in _MAY_CHANGE.items():
        columns = [one["name"] for one in sa.inspect(op.get_bind()).get_columns(table)]
        stays = ", ".join(f'"{name}"' for name in columns if name not in may_change)
        _refuse(f"{table}_no_update", f"UPDATE OF {stays} ON {table}", table)
        _refuse(f"{table}_no_delete", f"DELETE ON {table}", table)
        # What is ordered once more stays as it is: no error.
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - our own
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {_SAME[table]}) BEGIN SELECT RAISE(IGNORE); END"
        )
    again = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _DECIDED)
    _refuse(
        "rule_changes_decided_once",
        f"UPDATE ON rule_changes WHEN OLD.decided_at IS NOT NULL AND ({again})",
        "rule_changes",
    )
    _refuse(
        "deliveries_no_other_recipient",
        f"UPDATE OF {', '.join(_OF_A_DELIVERY)} ON deliveries",
        "deliveries",
    )


def _refuse(name: str, before: str, table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {before} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION tell_move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        'INSERT INTO moves (kept_in, row_key, at, "before", "after") SELECT TG_TABLE_NAME, '
        "to_jsonb(OLD) ->> TG_ARGV[0], clock_timestamp(), "
        "jsonb_object_agg(name, to_jsonb(OLD) -> name)::text, "
        "jsonb_object_agg(name, to_jsonb(NEW) -> name)::text "
        "FROM unnest(string_to_array(TG_ARGV[1], ',')) AS name; RETURN NULL; END $$"
    )
    for table, (key, told) in _TOLD.items():
        changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in told)
        op.execute(
            f"CREATE TRIGGER {table}_told AFTER UPDATE ON {table} FOR EACH ROW WHEN ({changed}) "
            f"EXECUTE FUNCTION tell_move('{key}', '{','.join(told)}')"
        )
    for table in ("moves", *_MAY_CHANGE):
        op.execute(
            f"CREATE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        acts = "UPDATE OR DELETE OR TRUNCATE" if table == "moves" else "DELETE OR TRUNCATE"
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE {acts} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()"
        )
    for table, may_change in _MAY_CHANGE.items():
        names = ", ".join(f"'{name}'" for name in may_change)
        old, new = (f"to_jsonb({side}) - ARRAY[{names}]" for side in ("OLD", "NEW"))
        _row(f"{table}_stays", table, f"{new} IS DISTINCT FROM {old}")
    again = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _DECIDED)
    _row("rule_changes_decided_once", "rule_changes", f"OLD.decided_at IS NOT NULL AND ({again})")
    other = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _OF_A_DELIVERY)
    _row("deliveries_no_other_recipient", "deliveries", other)


def _row(name: str, table: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {table}_refuse_change()"
    )
