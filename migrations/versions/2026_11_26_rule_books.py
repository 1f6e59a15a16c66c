"""What each life is judged by: policies and calendars once each, and their names on the problem."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_rule_books"
down_revision = "2026_11_25_handed_papers"
branch_labels = None
depends_on = None

_TEXTS = ("policy", "policy_hash", "calendar", "calendar_hash")


def upgrade() -> None:
    """Create the table and add the columns; of lives recorded before, nothing is known yet."""
    op.create_table(
        "rule_books",
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", "name", name=op.f("pk_rule_books")),
    )
    op.create_index(op.f("ix_rule_books_name"), "rule_books", ["name"])
    for name in _TEXTS:
        column = sa.Column(name, sa.String(), nullable=False, server_default=sa.text("''"))
        op.add_column("problems", column)
    version = sa.Column("rules_version", sa.Integer(), nullable=False, server_default=sa.text("0"))
    op.add_column("problems", version)
    for name in ("policy_hash", "calendar_hash"):
        op.create_index(op.f(f"ix_problems_{name}"), "problems", [name])
