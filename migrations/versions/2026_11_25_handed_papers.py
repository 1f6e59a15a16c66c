"""The inbox takes requests beside answers, and every form of a link has a draft of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_handed_papers"
down_revision = "2026_11_25_returned_mail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what there was before were answers and their drafts."""
    op.add_column("inbox", _text("kind", "answer"))
    op.add_column("inbox", _text("refusal_message", ""))
    with op.batch_alter_table("drafts") as drafts:
        drafts.add_column(_text("form", "answer"))
        for name in ("problem_no", "district"):
            drafts.add_column(_text(name, ""))
        drafts.drop_constraint(op.f("pk_drafts"), type_="primary")
        drafts.create_primary_key(op.f("pk_drafts"), ["link_jti", "form"])
    op.create_index(op.f("ix_drafts_problem_no"), "drafts", ["problem_no"])
    for name in ("problem_no", "district"):
        op.execute(
            f"UPDATE drafts SET {name} = links.{name} FROM links WHERE links.jti = drafts.link_jti"  # noqa: S608 - fixed names
        )


def _text(name: str, default: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), server_default=sa.text(f"'{default}'"), nullable=False)
