"""By what lives are judged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/registers/rule_books.py
class RuleBookRow(Table, table=True):
    """A policy or a calendar by which lives are judged, once under its hash and its name.

    Two cuts of the calendar may hold the same years and bear the names of different versions.
    """

    __tablename__ = "rule_books"

    content_hash: str = Field(primary_key=True)
    name: str = Field(primary_key=True, index=True)
    kind: str
    body: str = Field(sa_type=Text)
    kept_at: datetime = Field(sa_type=UtcDateTime)
