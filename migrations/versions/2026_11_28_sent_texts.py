"""The text of each mail as it was handed over; what was told stays as it was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_sent_texts"
down_revision = "2026_11_28_statistics"
branch_labels = None
depends_on = None

_TABLE = "sent_texts"


def upgrade() -> None:
    """Create the table and its guards."""
    op.create_table(
        _TABLE,
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "attempt", name=op.f("pk_sent_texts")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()


def _on_sqlite() -> None:
    same = "message_id = NEW.message_id AND attempt = NEW.attempt"
    there = f"SELECT 1 FROM {_TABLE} WHERE {same}"  # noqa: S608 - our own
    for name, before in {
        "no_update": f"UPDATE ON {_TABLE}",
        "no_delete": f"DELETE ON {_TABLE}",
    }.items():
        op.execute(
            f"CREATE TRIGGER {_TABLE}_{name} BEFORE {before} "
            f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END"
        )
    # What is there stays, without an error for who writes it again.
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
        f"CREATE TRIGGER {_TABLE}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {_TABLE} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {_TABLE}_refuse_change()"
    )
