"""What people wrote stays as it came, until it is erased as a whole; who dealt with it first stays too."""

from __future__ import annotations

from alembic import op

revision = "2026_11_28_letters_kept"
down_revision = "2026_11_28_confirmed"
branch_labels = None
depends_on = None

_AS_CAME = ("id", "kind", "arrived_at", "sent_at", "problem_no")
_ERASED = ("sender", "subject", "text", "files", "left_out")
_ONCE = ("done_by", "done_at", "erased_at")


def upgrade() -> None:
    """Set the guards."""
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()


def _bent(differs: str) -> str:
    """Say when a change is none of the two that are allowed."""
    stays = [f"NEW.{name} {differs} OLD.{name}" for name in _AS_CAME]
    erased = [f"NEW.{name} {differs} OLD.{name}" for name in _ERASED]
    whole = "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL"
    once = [f"(OLD.done_at IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in _ONCE[:2]]
    again = f"(OLD.erased_at IS NOT NULL AND NEW.erased_at {differs} OLD.erased_at)"
    return " OR ".join([*stays, f"(({' OR '.join(erased)}) AND NOT ({whole}))", *once, again])


def _on_sqlite() -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'letters is append-only'); END"
    op.execute(f"CREATE TRIGGER letters_no_delete BEFORE DELETE ON letters {refuse}")
    when = _bent("IS NOT")
    op.execute(f"CREATE TRIGGER letters_stay BEFORE UPDATE ON letters WHEN {when} {refuse}")
    # The same bytes read twice are no error.
    op.execute(
        "CREATE TRIGGER letters_no_replace BEFORE INSERT ON letters WHEN EXISTS "
        "(SELECT 1 FROM letters WHERE id = NEW.id) BEGIN SELECT RAISE(IGNORE); END"
    )


def _on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION letters_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'letters is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER letters_no_change BEFORE DELETE OR TRUNCATE ON letters "
        "FOR EACH STATEMENT EXECUTE FUNCTION letters_refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER letters_stay BEFORE UPDATE ON letters FOR EACH ROW "
        f"WHEN ({_bent('IS DISTINCT FROM')}) EXECUTE FUNCTION letters_refuse_change()"
    )
