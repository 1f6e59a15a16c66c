"""Events, points and notices may be written anew beside the old ones; what counts is told by an added row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_generations"
down_revision = "2026_11_28_letters_kept"
branch_labels = None
depends_on = None

_SAME = {
    "events": (
        "problem_no = NEW.problem_no AND seq = NEW.seq",
        "problem_no = NEW.problem_no AND generation = NEW.generation AND seq = NEW.seq",
    ),
    "ledger": (
        "(problem_no = NEW.problem_no AND rule_id",
        "(problem_no = NEW.problem_no AND generation = NEW.generation AND rule_id",
    ),
    "notices": ("key = NEW.key", "key = NEW.key AND generation = NEW.generation"),
}
"""By which rows of a table are the same, before and now, as its guards say it on SQLite."""
_KEYS = {"events": ["problem_no", "generation", "seq"], "notices": ["key", "generation"]}
_ONCE = ["problem_no", "rule_id", "occurrence", "kind"]
_NEW = {
    "generations": "problem_no = NEW.problem_no AND generation = NEW.generation",
    "rebuilt": "generation = NEW.generation AND problem_no = NEW.problem_no",
}


def upgrade() -> None:
    """Take the generation into what is unique; all that is there is of generation 0."""
    _create_tables()
    if op.get_bind().dialect.name == "sqlite":
        for table, (before, now) in _SAME.items():
            guards = _guards_of(table)
            _grow(table, recreate="always")
            for guard in guards:
                op.execute(guard.replace(before, now))
        _guard_on_sqlite()
    else:
        for table in _SAME:
            _grow(table, recreate="never")
        _guard_on_postgresql()


def _guards_of(table: str) -> list[str]:
    """Give the triggers of a table, which SQLite drops with the table it is copied from."""
    found = op.get_bind().execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
        {"table": table},
    )
    return [row[0] for row in found]


def _grow(table: str, recreate: str) -> None:
    column = sa.Column("generation", sa.Integer(), nullable=False, server_default=sa.text("0"))
    with op.batch_alter_table(table, recreate=recreate) as changed:  # type: ignore[arg-type]
        changed.add_column(column)
        if table in _KEYS:
            changed.drop_constraint(op.f(f"pk_{table}"), type_="primary")
            changed.create_primary_key(op.f(f"pk_{table}"), _KEYS[table])
        else:
            changed.drop_constraint(op.f(f"uq_{table}_{'_'.join(_ONCE)}"), type_="unique")
            once = ["problem_no", "generation", *_ONCE[1:]]
            changed.create_unique_constraint(op.f(f"uq_{table}_{'_'.join(once)}"), once)


def _create_tables() -> None:
    op.create_table(
        "generations",
        sa.Column("problem_no", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counts_from", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("problem_no", "generation", name=op.f("pk_generations")),
    )
    op.create_table(
        "rebuilt",
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("problem_no", sa.String(), nullable=False),
        sa.Column("base_generation", sa.Integer(), nullable=False),
        sa.Column("base_seq", sa.Integer(), nullable=False),
        sa.Column("differences", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("generation", "problem_no", name=op.f("pk_rebuilt")),
    )
    op.create_table(
        "rebuilds",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebuilds")),
        sa.UniqueConstraint("generation", name=op.f("uq_rebuilds_generation")),
    )
    op.create_index(op.f("ix_rebuilds_proposed_at"), "rebuilds", ["proposed_at"])


def _guard_on_sqlite() -> None:
    for table, same in _NEW.items():
        refused = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {refused}")
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - our own
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refused}"
        )


def _guard_on_postgresql() -> None:
    for table in _NEW:
        op.execute(
            f"CREATE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()"
        )
