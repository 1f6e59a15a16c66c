"""What is kept stays as it was written: no change, no removal, no row in the place of another.

SQLite lets INSERT OR REPLACE remove a row without asking a trigger for DELETE; a trigger before INSERT does
ask. On PostgreSQL an upsert is an UPDATE to its triggers.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_append_only"
down_revision = "2026_11_28_second_factors"
branch_labels = None
depends_on = None

_GUARDED_BEFORE = {
    "events": "problem_no = NEW.problem_no AND seq = NEW.seq",
    "ledger": "id = NEW.id OR (problem_no = NEW.problem_no AND rule_id = NEW.rule_id"
    " AND occurrence = NEW.occurrence AND kind = NEW.kind)",
    "addenda": "problem_no = NEW.problem_no AND (number = NEW.number OR cause = NEW.cause)",
    "draws": "id = NEW.id",
    "draw_results": "draw_id = NEW.draw_id",
    "self_inspections": "entry_id = NEW.entry_id AND version = NEW.version",
}
"""By which rows of a table are the same; UPDATE, DELETE and TRUNCATE of these are refused already."""
_APPEND_ONLY = {
    "archive": "run_id = NEW.run_id",
    "inbox_files": "receipt_id = NEW.receipt_id AND position = NEW.position",
}
_DECIDED = ("state", "refusal_code", "refusal_message", "delivered_at")
"""What of a paper in the inbox is written once more: how its delivery ended."""


def upgrade() -> None:
    """Set the guards."""
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()


def _on_sqlite() -> None:
    for table, same in (_GUARDED_BEFORE | _APPEND_ONLY).items():
        _no_second(table, same)
    for table in _APPEND_ONLY:
        _refuse(f"{table}_no_update", f"UPDATE ON {table}", table)
    for table in (*_APPEND_ONLY, "inbox", "deliveries"):
        _refuse(f"{table}_no_delete", f"DELETE ON {table}", table)
    _no_second("inbox", "receipt_id = NEW.receipt_id")
    columns = [one["name"] for one in sa.inspect(op.get_bind()).get_columns("inbox")]
    as_handed_in = ", ".join(name for name in columns if name not in _DECIDED)
    _refuse("inbox_no_update", f"UPDATE OF {as_handed_in} ON inbox", "inbox")
    _refuse("inbox_no_second_end", "UPDATE ON inbox WHEN OLD.state <> 'received'", "inbox")
    # What waits to be handed over is inserted again and again and stays as it is: no error.
    same = (
        "id = NEW.id OR message_id = NEW.message_id"
        " OR (notice_key = NEW.notice_key AND recipient = NEW.recipient)"
    )
    op.execute(
        "CREATE TRIGGER deliveries_no_replace BEFORE INSERT ON deliveries "  # noqa: S608 - our own
        f"WHEN EXISTS (SELECT 1 FROM deliveries WHERE {same}) BEGIN SELECT RAISE(IGNORE); END"
    )
    _refuse("deliveries_no_other", "UPDATE OF id, notice_key ON deliveries", "deliveries")
    for name in ("accepted_at", "delivered_at"):
        changed = f"OLD.{name} IS NOT NULL AND NEW.{name} IS NOT OLD.{name}"
        _refuse(f"deliveries_{name}_stays", f"UPDATE ON deliveries WHEN {changed}", "deliveries")


def _no_second(table: str, same: str) -> None:
    when = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - our own
    _refuse(f"{table}_no_replace", f"INSERT ON {table} {when}", table)


def _refuse(name: str, before: str, table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {before} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _on_postgresql() -> None:
    for table in (*_APPEND_ONLY, "inbox", "deliveries"):
        op.execute(
            f"CREATE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
    for table in _APPEND_ONLY:
        _statement(table, "UPDATE OR DELETE OR TRUNCATE")
    for table in ("inbox", "deliveries"):
        _statement(table, "DELETE OR TRUNCATE")
    decided = ", ".join(f"'{name}'" for name in _DECIDED)
    handed_in = (
        f"to_jsonb(NEW) - ARRAY[{decided}] IS DISTINCT FROM to_jsonb(OLD) - ARRAY[{decided}]"
    )
    _row("inbox", f"OLD.state <> 'received' OR {handed_in}")
    stays = " OR ".join(
        f"(OLD.{name} IS NOT NULL AND NEW.{name} IS DISTINCT FROM OLD.{name})"
        for name in ("accepted_at", "delivered_at")
    )
    _row("deliveries", f"NEW.id <> OLD.id OR NEW.notice_key <> OLD.notice_key OR {stays}")


def _statement(table: str, acts: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE {acts} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()"
    )


def _row(table: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {table}_refuse_change()"
    )
