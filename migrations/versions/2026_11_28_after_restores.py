"""When the beat was confirmed last, and which mails are not sent again after a restore."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_after_restores"
down_revision = "2026_11_28_moves"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column(
        "restore_epoch", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "shut_doors",
        sa.Column("mails", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
    )
