"""Who filled in a paper, beside the inbox; and the erasures on record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_signers"
down_revision = "2026_11_28_one_time_links"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; rows of before keep in the inbox who filled them in."""
    op.create_table(
        "signers",
        sa.Column("receipt_id", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("filled_by", sa.String(), nullable=False),
        sa.Column("telephone", sa.String(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("receipt_id", name=op.f("pk_signers")),
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
