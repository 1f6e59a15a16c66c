"""Points since FAIR_POINTS: the instant they are counted for, and as which occurrence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_points_accounts"
down_revision = "2026_11_26_rule_books"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; rows posted before were priced as their occurrence says."""
    op.add_column("ledger", sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True))
    counted = sa.Column("counted", sa.Integer(), nullable=False, server_default=sa.text("0"))
    op.add_column("ledger", counted)
