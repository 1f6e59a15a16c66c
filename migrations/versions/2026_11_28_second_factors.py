"""The second factor of a sign-in, and which sessions showed it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_second_factors"
down_revision = "2026_11_28_token_scopes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and add the column; who is signed in is asked with his next request."""
    op.create_table(
        "second_factors",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_account_id"), "recovery_codes", ["account_id"])
    op.add_column(
        "sessions", sa.Column("verified", sa.Boolean(), nullable=False, server_default=sa.false())
    )
