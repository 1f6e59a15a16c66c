"""Visits of enterprises."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/enterprise_visits.py
class EnterpriseVisitRow(Table, table=True):
    """One visit as it was entered; taken back, it stays with who did so and when."""

    __tablename__ = "enterprise_visits"

    id: str = Field(primary_key=True)
    kind: str
    district: str = Field(index=True)
    enterprise: str
    credit_code: str
    visited_on: date
    who: str
    findings: str = Field(sa_type=Text)
    problem_no: str
    entered_by: str
    entered_at: datetime = Field(sa_type=UtcDateTime)
    taken_back_by: str
    taken_back_at: datetime | None = Field(sa_type=UtcDateTime)
