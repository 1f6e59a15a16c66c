"""What comes back by mail, and by which ways it comes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/mail/untold.py, with `told_at`, and store/mail/returned_mail.py
class DeliveryReturnRow(Table, table=True):
    """One report that a message of ours came back; `report_id` is the SHA-256 of its bytes.

    `passing` says that a provider's limit sent it back and it goes out again. `told_at` is when the lives that had
    taken it for delivered heard of it; one that comes back for good is told by its delivery.
    """

    __tablename__ = "delivery_returns"

    report_id: str = Field(primary_key=True)
    message_id: str = Field(index=True)
    passing: bool
    words: str
    read_at: datetime = Field(sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# written by activities/returned_mail.py and officers, in store/mail/late_returns.py
class LateReturnRow(Table, table=True):
    """The notice of a deduction that came back when the life had ended: nobody there to take it.

    An officer settles it once, in words; append-only else.
    """

    __tablename__ = "late_returns"

    delivery_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    problem_no: str = Field(index=True)
    deduction: int
    noted_at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_by: str = ""
    words: str = Field(default="", sa_type=Text)


# store/mail/claims.py
class MailClaimRow(Table, table=True):
    """A mail of a mailbox that several workers read: who wrote the row reads it, unless that is long ago."""

    __tablename__ = "mail_claims"

    mailbox: str = Field(primary_key=True)
    uid: int = Field(primary_key=True, sa_type=BigInteger)
    claimed_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/mail/mailboxes.py
class MailboxRow(Table, table=True):
    """When a place where returned mail arrives was last read through, and since when that fails."""

    __tablename__ = "mailboxes"

    name: str = Field(primary_key=True)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    why: str = ""


# store/mail/path_tests.py
class ReturnPathTestRow(Table, table=True):
    """A mail by which somebody tried the way out and back; `id` stands in it and is looked for in what returns."""

    __tablename__ = "return_path_tests"

    id: str = Field(primary_key=True)
    message_id: str = Field(index=True)
    recipient: str
    sent_at: datetime = Field(sa_type=UtcDateTime)
    came_back_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/watch/morning_mails.py
class MorningMailRow(Table, table=True):
    """The mail of one morning about what did not agree; who wrote the row sends it."""

    __tablename__ = "morning_mails"

    day: date = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    claimed_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    last_error: str = ""
