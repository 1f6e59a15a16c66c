"""Lost lives proposed to be begun again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_repairs"
down_revision = "2026_11_28_generations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "life_repairs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("lives", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_life_repairs")),
    )
    op.create_index(op.f("ix_life_repairs_proposed_at"), "life_repairs", ["proposed_at"])
