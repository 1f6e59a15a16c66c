"""The problems of a year, counted by the statistics."""

from __future__ import annotations

from alembic import op

revision = "2026_11_28_statistics"
down_revision = "2026_11_28_late_returns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the indexes."""
    op.create_index(
        op.f("ix_problems_transferred_on_district"), "problems", ["transferred_on", "district"]
    )
    op.create_index(op.f("ix_problems_closed_on"), "problems", ["closed_on"])
