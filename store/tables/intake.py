"""How problems come in: numbers, requests under a key, imported lists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/lives/numbers.py
class NumberRow(Table, table=True):
    """The last problem number given out in a year."""

    __tablename__ = "numbers"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


# store/idempotency.py
class RequestRow(Table, table=True):
    """One request under an Idempotency-Key; `state` is open, done or refused."""

    __tablename__ = "requests"

    key: str = Field(primary_key=True)
    account_id: str
    route: str
    body_sha256: str
    problem_no: str
    command: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    state: str = "open"
    response: str = Field(default="", sa_type=Text)


# store/lives/batches.py
class BatchRow(Table, table=True):
    """One imported problem list; `state` is open or done, `report` what became of each row."""

    __tablename__ = "batches"

    id: str = Field(primary_key=True)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    by_id: str
    file_name: str
    file_sha256: str = ""
    state: str = "open"
    total: int
    done: int = 0
    report: str = Field(default="[]", sa_type=Text)
