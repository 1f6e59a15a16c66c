"""The beat by which a restore is known, and when starts and acts were shut for one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_shut_doors"
down_revision = "2026_11_28_repairs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "restore_epoch",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("begun", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_restore_epoch")),
    )
    op.create_table(
        "shut_doors",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("shut_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("details", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by_id", sa.String(), nullable=False),
        sa.Column("opened_why", sa.String(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shut_doors")),
    )
