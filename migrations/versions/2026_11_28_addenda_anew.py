"""Addenda have generations too: a rebuild brings back those that the store has lost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_addenda_anew"
down_revision = "2026_11_28_proposals_stay"
branch_labels = None
depends_on = None

_TABLE = "addenda"
_KEY = ["problem_no", "generation", "number"]
_SAME = (
    "problem_no = NEW.problem_no AND (number",
    "problem_no = NEW.problem_no AND generation = NEW.generation AND (number",
)
"""By which rows are the same, before and now, as the guard says it on SQLite."""
_COUNTS = """
UPDATE addenda SET generation = (
    SELECT max(generation) FROM generations WHERE generations.problem_no = addenda.problem_no
) WHERE problem_no IN (SELECT problem_no FROM generations)
"""
"""What was noted counts, whichever generation of its problem's other records does."""


def upgrade() -> None:
    """Take the generation into what is unique."""
    if op.get_bind().dialect.name == "sqlite":
        guards = _guards()
        _grow(recreate="always")
        op.execute(_COUNTS)
        for guard in guards:
            op.execute(guard.replace(*_SAME))
    else:
        _grow(recreate="never")
        op.execute(f"ALTER TABLE {_TABLE} DISABLE TRIGGER USER")
        op.execute(_COUNTS)
        op.execute(f"ALTER TABLE {_TABLE} ENABLE TRIGGER USER")


def _guards() -> list[str]:
    """Give the triggers of the table, which SQLite drops with the table it is copied from."""
    found = op.get_bind().execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
        {"table": _TABLE},
    )
    return [row[0] for row in found]


def _grow(recreate: str) -> None:
    column = sa.Column("generation", sa.Integer(), nullable=False, server_default=sa.text("0"))
    with op.batch_alter_table(_TABLE, recreate=recreate) as changed:  # type: ignore[arg-type]
        changed.add_column(column)
        changed.drop_constraint(op.f(f"pk_{_TABLE}"), type_="primary")
        changed.create_primary_key(op.f(f"pk_{_TABLE}"), _KEY)
        changed.drop_constraint(op.f(f"uq_{_TABLE}_problem_no_cause"), type_="unique")
        once = ["problem_no", "generation", "cause"]
        changed.create_unique_constraint(op.f(f"uq_{_TABLE}_{'_'.join(once)}"), once)
