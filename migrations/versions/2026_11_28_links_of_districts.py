"""Two districts that share an address have a link each; the later no longer takes the earlier's place."""

from __future__ import annotations

from alembic import op

revision = "2026_11_28_links_of_districts"
down_revision = "2026_11_28_enterprises"
branch_labels = None
depends_on = None

_WITHOUT = ["purpose", "problem_no", "round_no", "recipient", "day"]
_WITH = ["purpose", "problem_no", "district", "round_no", "recipient", "day"]


def upgrade() -> None:
    """Take the district into what is unique."""
    with op.batch_alter_table("links") as links:
        links.drop_constraint(op.f(f"uq_links_{'_'.join(_WITHOUT)}"), type_="unique")
        links.create_unique_constraint(op.f(f"uq_links_{'_'.join(_WITH)}"), _WITH)
