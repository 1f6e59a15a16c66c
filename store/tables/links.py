"""The addresses handed out to districts, and the browsers they let in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/district/links.py
class LinkRow(Table, table=True):
    """One address handed out; `day` is an ISO date for the links of a district's day, else empty.

    `problem_no` is empty and `round_no` 0 where the purpose has none, never null: nulls would
    escape the unique constraint. The district belongs to it: two of them may share an address.
    """

    __tablename__ = "links"
    __table_args__ = (
        UniqueConstraint("purpose", "problem_no", "district", "round_no", "recipient", "day"),
    )

    jti: str = Field(primary_key=True)
    purpose: str
    problem_no: str = Field(default="", index=True)
    district: str
    round_no: int = 0
    recipient: str
    day: str = ""
    issued_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_why: str = ""


# store/district/links.py
class LinkSessionRow(Table, table=True):
    """One browser let in by a link; `id` is the SHA-256 of its cookie."""

    __tablename__ = "link_sessions"

    id: str = Field(primary_key=True)
    jti: str = Field(index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


# store/district/upload_parts.py
class UploadPartRow(Table, table=True):
    """A part of a file that a link is sending; gone once the file is put together."""

    __tablename__ = "upload_parts"

    jti: str = Field(primary_key=True)
    upload: str = Field(primary_key=True)
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sha256: str
    arrived_at: datetime = Field(sa_type=UtcDateTime, index=True)


# store/district/upload_days.py
class UploadDayRow(Table, table=True):
    """How many bytes a link brought on a day in Shanghai; only counted by, and soon forgotten."""

    __tablename__ = "upload_days"

    jti: str = Field(primary_key=True)
    day: date = Field(primary_key=True, index=True)
    size: int = Field(sa_type=BigInteger)
