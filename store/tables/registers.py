"""The registers kept by list, and the positive list 监督执法正面清单."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/registers/entries.py
class RegisterRow(Table):
    """One entry of a register as it was made; taken back, it stays with who did so and when."""

    id: str = Field(primary_key=True)
    district: str
    problem_no: str
    entered_by: str
    entered_at: datetime = Field(sa_type=UtcDateTime)
    taken_back_by: str = ""
    taken_back_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class EnterpriseVisitRow(RegisterRow, table=True):
    """One visit of an enterprise."""

    __tablename__ = "enterprise_visits"

    kind: str
    district: str = Field(index=True)
    enterprise: str
    credit_code: str
    visited_on: date
    who: str
    findings: str = Field(sa_type=Text)


class PublicityRow(RegisterRow, table=True):
    """One publication."""

    __tablename__ = "publicity"

    kind: str
    published_on: date
    medium: str
    title: str
    reference: str
    problem_no: str = Field(index=True)


# store/registers/positive_list.py
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
