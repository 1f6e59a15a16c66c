"""Six batches 六个一批: the column by which the lists find what is sorted into one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_six_batches"
down_revision = "2026_11_27_existing_lists"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; no problem was sorted before."""
    column = sa.Column("six_batch", sa.String(), nullable=False, server_default=sa.text("''"))
    op.add_column("problems", column)
