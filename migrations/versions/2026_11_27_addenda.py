"""What is noted of a problem after its life has ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_addenda"
down_revision = "2026_11_27_proofs"
branch_labels = None
depends_on = None

_TABLE = "addenda"


def upgrade() -> None:
    """Create the table and guard it."""
    op.create_table(
        _TABLE,
        sa.Column("problem_no", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("problem_no", "number", name=op.f("pk_addenda")),
        sa.UniqueConstraint("problem_no", "cause", name=op.f("uq_addenda_problem_no_cause")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _guard_on_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {_TABLE}_no_{act.lower()} BEFORE {act} ON {_TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END"
        )


def _guard_on_postgresql() -> None:
    op.execute(
        f"CREATE FUNCTION {_TABLE}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_TABLE} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {_TABLE}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {_TABLE} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {_TABLE}_refuse_change()"
    )
