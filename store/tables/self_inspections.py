"""The districts' own lists."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/district/self_inspections.py
class SelfInspectionRow(Table, table=True):
    """One version of an entry of a district's own list; append-only, the last version counts.

    `link_jti` is the link it came by, `removed` says that the entry was taken off the list.
    """

    __tablename__ = "self_inspections"
    __table_args__ = (Index(None, "district", "entry_id"), Index(None, "district", "at"))

    entry_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    district: str
    at: datetime = Field(sa_type=UtcDateTime)
    link_jti: str
    removed: bool
    enterprise: str
    address: str
    key_object: str
    finding: str = Field(sa_type=Text)
    state: str
    measure: str = Field(sa_type=Text)
    corrected_on: date | None
    slot: str
