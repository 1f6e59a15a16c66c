"""Parts of files that are on their way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_upload_parts"
down_revision = "2026_11_28_sent_texts"
branch_labels = None
depends_on = None

_TABLE = "upload_parts"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        _TABLE,
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("upload", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jti", "upload", "place", name=op.f("pk_upload_parts")),
    )
    op.create_index(op.f("ix_upload_parts_arrived_at"), _TABLE, ["arrived_at"])
