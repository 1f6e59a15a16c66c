"""Tokens have a scope and an end, sessions tell where they began."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_token_scopes"
down_revision = "2026_11_28_letters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; tokens that are there stay what they were until a year after their issue."""
    op.add_column(
        "tokens", sa.Column("scope", sa.String(), nullable=False, server_default=sa.text("'full'"))
    )
    op.add_column("tokens", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "sessions", sa.Column("address", sa.String(), nullable=False, server_default=sa.text("''"))
    )
