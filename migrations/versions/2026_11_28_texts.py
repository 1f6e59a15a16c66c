"""What of a problem is looked through, with an index of its runs of one, two and four characters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_28_texts"
down_revision = "2026_11_28_upload_parts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and its index, and one to sort by level; the read model, folded anew, fills both."""
    op.create_index(op.f("ix_problems_level_problem_no"), "problems", ["level", "problem_no"])
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    grams = sa.Text() if on_sqlite else postgresql.ARRAY(sa.Text())
    op.create_table(
        "problem_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("problem_no", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("grams", grams, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_texts")),
        sa.UniqueConstraint("problem_no", name=op.f("uq_problem_texts_problem_no")),
    )
    if on_sqlite:
        op.execute(
            sa.text(
                "CREATE VIRTUAL TABLE problem_grams USING fts5(grams, content='problem_texts', "
                "content_rowid='id', detail=none, tokenize='ascii')"
            )
        )
        return
    op.create_index(
        op.f("ix_problem_texts_grams"), "problem_texts", ["grams"], postgresql_using="gin"
    )
