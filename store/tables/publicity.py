"""What was made public."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/publicity.py
class PublicityRow(Table, table=True):
    """One publication as it was entered; taken back, it stays with who did so and when."""

    __tablename__ = "publicity"

    id: str = Field(primary_key=True)
    kind: str
    published_on: date
    medium: str
    title: str
    reference: str
    district: str
    problem_no: str = Field(index=True)
    entered_by: str
    entered_at: datetime = Field(sa_type=UtcDateTime)
    taken_back_by: str
    taken_back_at: datetime | None = Field(sa_type=UtcDateTime)
