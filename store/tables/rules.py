"""By what lives are judged, and the changes of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/rule_books.py
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


# store/rule_changes.py
class RuleChangeRow(Table, table=True):
    """One calendar year or policy version, as proposed, and what became of it.

    `state` is proposed, declined, approved (in force for what begins) or applied (to what is open
    as well); `report` says what applying it did to each open problem.
    """

    __tablename__ = "rule_changes"

    id: str = Field(primary_key=True)
    kind: str
    name: str
    content: str = Field(sa_type=Text)
    content_hash: str
    reason: str = Field(sa_type=Text)
    proposed_at: datetime = Field(sa_type=UtcDateTime, index=True)
    proposed_by: str
    proposed_role: str
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = ""
    to_open: bool = False
    state: str = "proposed"
    report: str = Field(default="[]", sa_type=Text)
