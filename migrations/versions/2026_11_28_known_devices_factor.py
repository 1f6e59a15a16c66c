"""Browsers that showed the second factor are told from those that knew the password alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_known_devices_factor"
down_revision = "2026_11_28_links_told"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of the browsers that are there nobody knows it."""
    op.add_column(
        "known_devices",
        sa.Column("showed_factor", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
