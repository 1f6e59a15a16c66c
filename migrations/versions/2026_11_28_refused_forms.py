"""Forms that were refused, for their owners to correct."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_refused_forms"
down_revision = "2026_11_28_upload_days"
branch_labels = None
depends_on = None

_TABLE = "refused_forms"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_forms")),
    )
    for column in ("owner", "expires_at"):
        op.create_index(op.f(f"ix_refused_forms_{column}"), _TABLE, [column])
