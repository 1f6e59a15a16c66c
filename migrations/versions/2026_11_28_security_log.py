"""What happened at the doors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_security_log"
down_revision = "2026_11_28_life_troubles"
branch_labels = None
depends_on = None

_TABLE = "security_log"


def upgrade() -> None:
    """Create the table, and refuse what would alter it."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("details", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_log")),
    )
    op.create_index(op.f("ix_security_log_at"), _TABLE, ["at"])
    if op.get_bind().dialect.name == "sqlite":
        _refuse_changes_in_sqlite()
    else:
        _refuse_changes_in_postgresql()


def _refuse_changes_in_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {_TABLE}_no_{act.lower()} BEFORE {act} ON {_TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END"
        )
    op.execute(
        "CREATE TRIGGER security_log_no_replace BEFORE INSERT ON security_log "
        "WHEN NEW.id IS NOT NULL AND EXISTS (SELECT 1 FROM security_log WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'security_log is append-only'); END"
    )


def _refuse_changes_in_postgresql() -> None:
    op.execute(
        f"CREATE FUNCTION {_TABLE}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_TABLE} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {_TABLE}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {_TABLE} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {_TABLE}_refuse_change()"
    )
