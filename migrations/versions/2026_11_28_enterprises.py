"""The problems of an enterprise, looked up for each row of a list."""

from __future__ import annotations

from alembic import op

revision = "2026_11_28_enterprises"
down_revision = "2026_11_27_publicity"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index."""
    op.create_index(
        op.f("ix_problems_district_enterprise_problem_no"),
        "problems",
        ["district", "enterprise", "problem_no"],
    )
