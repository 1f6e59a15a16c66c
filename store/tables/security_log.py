"""What happened at the doors."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/people/security_log.py
class SecurityLogRow(Table, table=True):
    """One thing that happened at the doors; append-only.

    `by_id` is an account's id, `cli` for the command line, empty for a stranger; `subject` the id of what
    it happened to; `address` where it came from.
    """

    __tablename__ = "security_log"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    by_id: str
    what: str
    subject: str
    address: str
    details: str
