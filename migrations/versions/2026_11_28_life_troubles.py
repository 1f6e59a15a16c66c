"""What lives order in vain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_life_troubles"
down_revision = "2026_11_28_signers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "life_troubles",
        sa.Column("problem_no", sa.String(), nullable=False),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("problem_no", "deed", name=op.f("pk_life_troubles")),
    )
