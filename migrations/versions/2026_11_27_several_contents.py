"""Several key contents of one problem: the column by which the lists find each of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_several_contents"
down_revision = "2026_11_27_points_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the read model is written anew from the events, which fills it."""
    contents = sa.Column("contents", sa.String(), nullable=False, server_default=sa.text("''"))
    op.add_column("problems", contents)
