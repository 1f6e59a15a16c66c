"""People choose their own passwords, by one-time links; browsers they signed in with are known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_one_time_links"
down_revision = "2026_11_28_delivery_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and create the tables; passwords that are there stay their person's own."""
    op.add_column(
        "accounts",
        sa.Column("must_choose", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "one_time_links",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_links")),
    )
    op.create_index(op.f("ix_one_time_links_account_id"), "one_time_links", ["account_id"])
    op.create_table(
        "known_devices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "account_id", name=op.f("pk_known_devices")),
    )
    op.create_index(op.f("ix_known_devices_last_seen_at"), "known_devices", ["last_seen_at"])
