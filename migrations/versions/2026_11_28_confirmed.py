"""When the person of a session last typed his password in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_confirmed"
down_revision = "2026_11_28_returns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; empty is the session's beginning."""
    op.add_column("sessions", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
