"""Entries of the security log may go once they are older than the law asks for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_log_kept"
down_revision = "2026_11_28_collected"
branch_labels = None
depends_on = None

_TABLE = "security_log"
_DAYS = 183


def upgrade() -> None:
    """Refuse to delete what is younger, by the database's own clock; alter nothing at all."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(sa.text(f"DROP TRIGGER {_TABLE}_no_delete"))
        op.execute(
            sa.text(
                f"CREATE TRIGGER {_TABLE}_no_delete BEFORE DELETE ON {_TABLE} "
                f"WHEN OLD.at > datetime('now', '-{_DAYS} days') "
                f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END"
            )
        )
        return
    op.execute(sa.text(f"DROP TRIGGER {_TABLE}_no_change ON {_TABLE}"))
    op.execute(
        sa.text(
            f"CREATE TRIGGER {_TABLE}_no_change BEFORE UPDATE OR TRUNCATE ON {_TABLE} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {_TABLE}_refuse_change()"
        )
    )
    op.execute(
        sa.text(
            f"CREATE TRIGGER {_TABLE}_no_delete BEFORE DELETE ON {_TABLE} FOR EACH ROW "
            f"WHEN (OLD.at > now() - interval '{_DAYS} days') "
            f"EXECUTE FUNCTION {_TABLE}_refuse_change()"
        )
    )
