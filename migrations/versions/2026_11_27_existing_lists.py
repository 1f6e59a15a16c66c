"""Lists of running problems, proposed by one person and approved by another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_existing_lists"
down_revision = "2026_11_27_addenda"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "existing_lists",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("hidden", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_existing_lists")),
    )
    op.create_index(op.f("ix_existing_lists_proposed_at"), "existing_lists", ["proposed_at"])
