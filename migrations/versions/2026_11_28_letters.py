"""What people wrote to the sender's address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_letters"
down_revision = "2026_11_28_security_log"
branch_labels = None
depends_on = None

_TABLE = "letters"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("problem_no", sa.String(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    op.create_index(op.f("ix_letters_arrived_at"), _TABLE, ["arrived_at"])
    op.create_index(op.f("ix_letters_problem_no"), _TABLE, ["problem_no"])
