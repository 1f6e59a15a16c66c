"""Six months of the security log are never fewer days than any six months have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_six_months"
down_revision = "2026_11_28_addenda_anew"
branch_labels = None
depends_on = None

_TABLE = "security_log"
_DAYS = 184


def upgrade() -> None:
    """Refuse to delete what is younger: from 1 March to 1 September are 184 days."""
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
    op.execute(sa.text(f"DROP TRIGGER {_TABLE}_no_delete ON {_TABLE}"))
    op.execute(
        sa.text(
            f"CREATE TRIGGER {_TABLE}_no_delete BEFORE DELETE ON {_TABLE} FOR EACH ROW "
            f"WHEN (OLD.at > now() - interval '{_DAYS} days') "
            f"EXECUTE FUNCTION {_TABLE}_refuse_change()"
        )
    )
