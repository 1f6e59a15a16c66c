"""What came back for now, mailboxes that several workers read, tests of the return path, the morning's mail.

A message that a provider's limit sent back was not accepted: it waits again. The guard of `accepted_at` lets that
through where an added row says so, and nothing else.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_returns"
down_revision = "2026_11_28_retired_contacts"
branch_labels = None
depends_on = None

_SENT_BACK = (
    "EXISTS (SELECT 1 FROM delivery_returns WHERE passing AND message_id IN"
    " (OLD.message_id, (SELECT message_id FROM digests WHERE id = OLD.digest_id)))"
)
_WAITS_AGAIN = f"NEW.accepted_at IS NULL AND NEW.state = 'waiting' AND {_SENT_BACK}"
_AS_READ = ("report_id", "message_id", "passing", "words", "read_at")


def _at(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=False)


def upgrade() -> None:
    """Create the tables; letters learn when they were erased."""
    op.create_table(
        "delivery_returns",
        _text("report_id"),
        _text("message_id"),
        sa.Column("passing", sa.Boolean(), nullable=False),
        _text("words"),
        _at("read_at", nullable=False),
        _at("told_at"),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_delivery_returns")),
    )
    op.create_index(op.f("ix_delivery_returns_message_id"), "delivery_returns", ["message_id"])
    op.create_table(
        "mail_claims",
        _text("mailbox"),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        _at("claimed_at", nullable=False),
        _at("done_at"),
        sa.PrimaryKeyConstraint("mailbox", "uid", name=op.f("pk_mail_claims")),
    )
    op.create_table(
        "mailboxes",
        _text("name"),
        _at("read_at"),
        _at("failing_since"),
        _text("why"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailboxes")),
    )
    op.create_table(
        "return_path_tests",
        _text("id"),
        _text("message_id"),
        _text("recipient"),
        _at("sent_at", nullable=False),
        _at("came_back_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_path_tests")),
    )
    op.create_index(op.f("ix_return_path_tests_message_id"), "return_path_tests", ["message_id"])
    op.create_table(
        "morning_mails",
        sa.Column("day", sa.Date(), nullable=False),
        _text("recipient"),
        _at("claimed_at", nullable=False),
        _at("sent_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _text("last_error"),
        sa.PrimaryKeyConstraint("day", "recipient", name=op.f("pk_morning_mails")),
    )
    op.add_column("letters", _at("erased_at"))
    if op.get_bind().dialect.name == "sqlite":
        _guarded_on_sqlite()
    else:
        _guarded_on_postgresql()


def _guarded_on_sqlite() -> None:
    op.execute("DROP TRIGGER deliveries_accepted_at_stays")
    changed = "OLD.accepted_at IS NOT NULL AND NEW.accepted_at IS NOT OLD.accepted_at"
    _refuse(
        "deliveries_accepted_at_stays",
        f"UPDATE ON deliveries WHEN {changed} AND NOT ({_WAITS_AGAIN})",
        "deliveries",
    )
    table = "delivery_returns"
    _refuse(f"{table}_no_delete", f"DELETE ON {table}", table)
    _refuse(f"{table}_no_update", f"UPDATE OF {', '.join(_AS_READ)} ON {table}", table)
    _refuse(f"{table}_told_once", f"UPDATE ON {table} WHEN OLD.told_at IS NOT NULL", table)
    same = f"EXISTS (SELECT 1 FROM {table} WHERE report_id = NEW.report_id)"  # noqa: S608 - our own
    _refuse(f"{table}_no_replace", f"INSERT ON {table} WHEN {same}", table)


def _refuse(name: str, before: str, table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {before} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _guarded_on_postgresql() -> None:
    op.execute("DROP TRIGGER deliveries_stays ON deliveries")
    others = "OLD.delivered_at IS NOT NULL AND NEW.delivered_at IS DISTINCT FROM OLD.delivered_at"
    _row("deliveries", f"NEW.id <> OLD.id OR NEW.notice_key <> OLD.notice_key OR ({others})")
    op.execute(
        "CREATE FUNCTION deliveries_accepted_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NOT ({_WAITS_AGAIN}) THEN RAISE EXCEPTION 'deliveries is append-only'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER deliveries_accepted_stays BEFORE UPDATE ON deliveries FOR EACH ROW "
        "WHEN (OLD.accepted_at IS NOT NULL AND NEW.accepted_at IS DISTINCT FROM OLD.accepted_at) "
        "EXECUTE FUNCTION deliveries_accepted_stays()"
    )
    table = "delivery_returns"
    op.execute(
        f"CREATE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()"
    )
    as_read = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _AS_READ)
    _row(table, f"OLD.told_at IS NOT NULL OR {as_read}")


def _row(table: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {table}_refuse_change()"
    )
