"""Contacts are approved by a second person, changes of registers recorded, accounts reachable."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_contact_approvals"
down_revision = "2026_11_27_several_contents"
branch_labels = None
depends_on = None

_TABLE = "register_changes"


def upgrade() -> None:
    """Add columns and table; contacts that are there count as approved."""
    for name, told in (("state", "approved"), ("entered_by", ""), ("decided_by", "")):
        _add_text("contacts", name, told)
    for name in ("email", "telephone"):
        _add_text("accounts", name, "")
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("kept_in", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("details", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_changes")),
    )
    op.create_index(op.f("ix_register_changes_kept_in_id"), _TABLE, ["kept_in", "id"])
    if op.get_bind().dialect.name == "sqlite":
        _refuse_changes_in_sqlite()
    else:
        _refuse_changes_in_postgresql()


def _add_text(table: str, name: str, told: str) -> None:
    default = sa.text(f"'{told}'")
    op.add_column(table, sa.Column(name, sa.String(), nullable=False, server_default=default))


def _refuse_changes_in_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {_TABLE}_no_{act.lower()} BEFORE {act} ON {_TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END"
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
