"""Files nobody refers to, and how much was collected."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_collected"
down_revision = "2026_11_28_append_only"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "unreferenced",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_unreferenced")),
    )
    op.create_table(
        "collected",
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_collected")),
    )
