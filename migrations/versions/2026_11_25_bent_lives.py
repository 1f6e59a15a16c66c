"""What the lists show of lives that do not go straight, and which deduction a reversal takes back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_bent_lives"
down_revision = "2026_11_25_draws"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the read model is folded anew after every migration."""
    for name in ("suspended", "typical"):
        column = sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
        op.add_column("problems", column)
    for name in ("merged_into", "waiting"):
        column = sa.Column(name, sa.String(), server_default=sa.text("''"), nullable=False)
        op.add_column("problems", column)
        op.create_index(op.f(f"ix_problems_{name}"), "problems", [name])
    reverses = sa.Column("reverses", sa.Integer(), server_default="0", nullable=False)
    op.add_column("ledger", reverses)
