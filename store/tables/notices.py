"""What is told to people, and what became of each mail."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/lives/records.py and store/district/links.py order, store/mail/settling.py changes `state`
class NoticeRow(Table, table=True):
    """One notice to hand over; `state` is waiting, handed_over, obsolete or failed."""

    __tablename__ = "notices"
    __table_args__ = (Index(None, "state", "not_before"),)

    key: str = Field(primary_key=True)
    generation: int = Field(
        default=0,
        primary_key=True,
        sa_column_kwargs={"autoincrement": False, "server_default": text("0")},
    )
    kind: str
    problem_no: str = Field(index=True)
    district: str
    round_no: int
    rung: str
    light: str | None
    audience: str = Field(sa_type=Text)
    not_before: datetime = Field(sa_type=UtcDateTime)
    due_on: date | None
    details: str = Field(sa_type=Text)
    ordered_at: datetime = Field(sa_type=UtcDateTime)
    state: str = "waiting"
    obsolete_why: str = ""
    digest_id: int | None = None


# store/mail/recipients.py and store/mail/attempts.py
class DeliveryRow(Table, table=True):
    """One notice to one recipient: waiting, accepted, refused, ambiguous, failed or bounced.

    `told_at` is when the problem's life heard that it came back, `delivered_at` when a report was read by which
    the recipient's server has it.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("notice_key", "recipient"),
        Index(None, "state", "next_attempt_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    notice_key: str = Field(index=True)
    recipient: str
    position: str
    message_id: str = Field(unique=True)
    state: str = "waiting"
    attempts: int = 0
    next_attempt_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str = ""
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    digest_id: int | None = Field(default=None, index=True)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/mail/digests.py and store/mail/attempts.py
class DigestRow(Table, table=True):
    """One mail that carries all reminders of a district and day to one recipient."""

    __tablename__ = "digests"
    __table_args__ = (
        UniqueConstraint("district", "day", "recipient"),
        Index(None, "state", "next_attempt_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    district: str
    day: date
    recipient: str
    position: str = ""
    message_id: str = Field(unique=True)
    state: str = "waiting"
    attempts: int = 0
    next_attempt_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str = ""
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/mail/sent_texts.py, in the transaction that claims an attempt
class SentTextRow(Table, table=True):
    """The text of one mail as it was handed to the relay, its link left out; append-only, one row an attempt."""

    __tablename__ = "sent_texts"

    message_id: str = Field(primary_key=True)
    attempt: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    written_at: datetime = Field(sa_type=UtcDateTime)
    subject: str
    text: str = Field(sa_type=Text)
