"""Since when a contact is retired or an account disabled, and that a contact was erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_retired_contacts"
down_revision = "2026_11_28_log_kept"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns as the records tell; what was over before there were any counts from now."""
    op.add_column(
        "contacts", sa.Column("salt", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    for name in ("retired_at", "erased_at"):
        op.add_column("contacts", sa.Column(name, sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE contacts SET retired_at = coalesce((SELECT max(at) FROM register_changes "
        "WHERE kept_in = 'contacts' AND act IN ('retired', 'declined') "
        "AND subject = CAST(contacts.id AS TEXT)), CURRENT_TIMESTAMP) WHERE NOT active"
    )
    op.add_column("accounts", sa.Column("disabled_at", sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE accounts SET disabled_at = coalesce((SELECT max(at) FROM security_log "
        "WHERE what = 'account_disabled' AND subject = accounts.id), CURRENT_TIMESTAMP) "
        "WHERE NOT active"
    )
