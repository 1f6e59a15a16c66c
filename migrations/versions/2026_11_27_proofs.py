"""Which problems wait for proof that their notice arrived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_proofs"
down_revision = "2026_11_27_contact_approvals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of lives begun before none waits."""
    column = sa.Column("awaits_proof", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("problems", column)
    op.create_index(op.f("ix_problems_awaits_proof"), "problems", ["awaits_proof"])
