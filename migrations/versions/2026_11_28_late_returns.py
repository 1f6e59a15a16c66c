"""Notices of deductions that came back after the life's end, each settled once by an officer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_late_returns"
down_revision = "2026_11_28_six_months"
branch_labels = None
depends_on = None

_TABLE = "late_returns"
_STAYS = ("delivery_id", "problem_no", "deduction", "noted_at")
_ONCE = ("settled_at", "settled_by", "words")


def upgrade() -> None:
    """Create the table and its guards."""
    op.create_table(
        _TABLE,
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("problem_no", sa.String(), nullable=False),
        sa.Column("deduction", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_late_returns")),
    )
    op.create_index(op.f("ix_late_returns_problem_no"), _TABLE, ["problem_no"])
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()


def _bent(differs: str) -> str:
    stays = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in _STAYS)
    again = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in _ONCE)
    return f"{stays} OR (OLD.settled_at IS NOT NULL AND ({again}))"


def _on_sqlite() -> None:
    there = f"SELECT 1 FROM {_TABLE} WHERE delivery_id = NEW.delivery_id"  # noqa: S608 - our own
    for name, before in {
        "stays": f"UPDATE ON {_TABLE} WHEN {_bent('IS NOT')}",
        "no_delete": f"DELETE ON {_TABLE}",
    }.items():
        op.execute(
            f"CREATE TRIGGER {_TABLE}_{name} BEFORE {before} "
            f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END"
        )
    # A return that is told twice is no error.
    op.execute(
        f"CREATE TRIGGER {_TABLE}_no_replace BEFORE INSERT ON {_TABLE} WHEN EXISTS ({there}) "
        "BEGIN SELECT RAISE(IGNORE); END"
    )


def _on_postgresql() -> None:
    op.execute(
        f"CREATE FUNCTION {_TABLE}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_TABLE} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {_TABLE}_no_change BEFORE DELETE OR TRUNCATE ON {_TABLE} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {_TABLE}_refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {_TABLE}_stays BEFORE UPDATE ON {_TABLE} FOR EACH ROW "
        f"WHEN ({_bent('IS DISTINCT FROM')}) EXECUTE FUNCTION {_TABLE}_refuse_change()"
    )
