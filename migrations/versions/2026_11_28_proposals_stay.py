"""What one person proposed and another decided stays as both saw it; so does the record of what was erased.

Changes of the rules were guarded so already. What was carried out of a proposal is still reported in its row.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_proposals_stay"
down_revision = "2026_11_28_known_devices_factor"
branch_labels = None
depends_on = None

_MAY_CHANGE = {
    "existing_lists": ("state", "decided_at", "decided_by", "reason"),
    "life_repairs": ("state", "decided_at", "decided_by", "report"),
    "rebuilds": ("state", "decided_at", "decided_by", "report"),
    "erasures": (),
}
_SAME = {"rebuilds": "id = NEW.id OR generation = NEW.generation"}
_ONCE = ("decided_at", "decided_by")


def upgrade() -> None:
    """Set the guards."""
    guard = _on_sqlite if op.get_bind().dialect.name == "sqlite" else _on_postgresql
    for table, may_change in _MAY_CHANGE.items():
        guard(table, may_change)


def _decided_again(differs: str) -> str:
    changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in _ONCE)
    return f"OLD.decided_at IS NOT NULL AND ({changed})"


def _on_sqlite(table: str, may_change: tuple[str, ...]) -> None:
    columns = [one["name"] for one in sa.inspect(op.get_bind()).get_columns(table)]
    stays = ", ".join(f'"{name}"' for name in columns if name not in may_change)
    there = f"SELECT 1 FROM {table} WHERE {_SAME.get(table, 'id = NEW.id')}"  # noqa: S608 - our own
    guards = {
        "no_update": f"UPDATE OF {stays} ON {table}",
        "no_delete": f"DELETE ON {table}",
        "no_replace": f"INSERT ON {table} WHEN EXISTS ({there})",
    }
    if may_change:
        guards["decided_once"] = f"UPDATE ON {table} WHEN {_decided_again('IS NOT')}"
    for name, before in guards.items():
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {before} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _on_postgresql(table: str, may_change: tuple[str, ...]) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    acts = "DELETE OR TRUNCATE" if may_change else "UPDATE OR DELETE OR TRUNCATE"
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE {acts} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()"
    )
    if may_change:
        names = ", ".join(f"'{name}'" for name in may_change)
        new, old = (f"to_jsonb({side}) - ARRAY[{names}]" for side in ("NEW", "OLD"))
        again = _decided_again("IS DISTINCT FROM")
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({new} IS DISTINCT FROM {old} OR ({again})) "
            f"EXECUTE FUNCTION {table}_refuse_change()"
        )
