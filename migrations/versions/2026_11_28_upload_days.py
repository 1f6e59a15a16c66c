"""What each link uploaded on each day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_upload_days"
down_revision = "2026_11_28_links_of_districts"
branch_labels = None
depends_on = None

_TABLE = "upload_days"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        _TABLE,
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("jti", "day", name=op.f("pk_upload_days")),
    )
    op.create_index(op.f("ix_upload_days_day"), _TABLE, ["day"])
