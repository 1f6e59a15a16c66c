"""When a delivery was reported to have reached the recipient's server."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_delivery_reports"
down_revision = "2026_11_28_looked_after"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of mails sent before no report was asked for."""
    op.add_column(
        "deliveries", sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True)
    )
