"""The positive list 监督执法正面清单."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/positive_list.py
class ListingRow(Table, table=True):
    """One stay of an enterprise; `state` says whether a second person approved it.

    `left_on` is the day it was taken off before its time, None while it was not.
    """

    __tablename__ = "positive_list"

    id: int | None = Field(default=None, primary_key=True)
    district: str
    enterprise: str
    credit_code: str
    ground: str
    from_on: date
    until_on: date
    state: str = Field(index=True)
    entered_at: datetime = Field(sa_type=UtcDateTime)
    entered_by: str
    decided_by: str
    left_on: date | None = None
