"""When a life heard that a notice came back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_returned_mail"
down_revision = "2026_11_25_rule_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    column = sa.Column("told_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("deliveries", column)
