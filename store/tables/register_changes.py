"""Who changed a register of people, how and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/registers/register_changes.py
class RegisterChangeRow(Table, table=True):
    """One change of a register, written with it in one transaction; append-only.

    `by_id` is an account's id; a district's own list is changed under a link, `link:` and its number.
    """

    __tablename__ = "register_changes"
    __table_args__ = (Index(None, "kept_in", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    by_id: str
    kept_in: str
    subject: str
    act: str
    details: str
