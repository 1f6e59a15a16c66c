"""How often side loops failed, and what the last reconciliation found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_looked_after"
down_revision = "2026_11_28_refused_forms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "loop_failures",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_loop_failures")),
    )
    op.create_table(
        "reconciliations",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_reconciliations")),
    )
