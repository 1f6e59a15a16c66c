"""What is erased when it has served, and what is collected because nobody refers to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/keeping/retention.py
class ErasureRow(Table, table=True):
    """One erasure on record: of what, how many, and from before which instant. Never whose."""

    __tablename__ = "erasures"

    id: int | None = Field(default=None, primary_key=True)
    what: str
    number: int
    before: datetime = Field(sa_type=UtcDateTime)
    at: datetime = Field(sa_type=UtcDateTime)


# store/keeping/unreferenced.py
class UnreferencedRow(Table, table=True):
    """A file of the evidence that nothing referred to at a first look; a second one decides."""

    __tablename__ = "unreferenced"

    sha256: str = Field(primary_key=True)
    found_at: datetime = Field(sa_type=UtcDateTime)


# store/keeping/collected.py
class CollectedRow(Table, table=True):
    """How many of a kind were ever collected, how many bytes that gave free, and when it was last looked."""

    __tablename__ = "collected"

    what: str = Field(primary_key=True)
    number: int
    size: int = Field(sa_type=BigInteger)
    looked_at: datetime = Field(sa_type=UtcDateTime)
