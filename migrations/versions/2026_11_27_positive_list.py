"""The positive list 监督执法正面清单."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_positive_list"
down_revision = "2026_11_27_six_batches"
branch_labels = None
depends_on = None

_TEXTS = ("district", "enterprise", "credit_code", "ground")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "positive_list",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _TEXTS),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positive_list")),
    )
    op.create_index(op.f("ix_positive_list_state"), "positive_list", ["state"])
