"""Who is written to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/registers/contacts.py
class ContactRow(Table, table=True):
    """Who is written to in a district, or in the bureau under the district `CITY`.

    `state` says whether a second person approved it; contacts of before this was asked count as
    approved. `salt` seals its person's words in the record of changes; retired long enough ago, words and
    salt are erased.
    """

    __tablename__ = "contacts"
    __table_args__ = (Index(None, "district", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    district: str
    position: str
    name: str
    email: str
    telephone: str = ""
    active: bool = True
    valid_from: date
    state: str = Field(default="approved", sa_column_kwargs={"server_default": text("'approved'")})
    entered_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    decided_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    salt: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
