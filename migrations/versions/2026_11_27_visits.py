"""Visits of enterprises."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_visits"
down_revision = "2026_11_27_positive_list"
branch_labels = None
depends_on = None

_TABLE = "enterprise_visits"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("enterprise", sa.String(), nullable=False),
        sa.Column("credit_code", sa.String(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("problem_no", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_by", sa.String(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_visits")),
    )
    op.create_index(op.f("ix_enterprise_visits_district"), _TABLE, ["district"])
