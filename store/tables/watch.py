"""What was seen when the house looked after itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/watch/loop_failures.py
class LoopFailureRow(Table, table=True):
    """How often a side loop failed and was begun again, and how it failed the last time."""

    __tablename__ = "loop_failures"

    name: str = Field(primary_key=True)
    failures: int
    last_failed_at: datetime = Field(sa_type=UtcDateTime)
    last_error: str


# store/watch/reconciliations.py
class ReconciliationRow(Table, table=True):
    """What the last look of its kind found when everything was held against everything else."""

    __tablename__ = "reconciliations"

    kind: str = Field(primary_key=True)
    looked_at: datetime = Field(sa_type=UtcDateTime)
    body: str = Field(sa_type=Text)


# store/watch/life_troubles.py
class LifeTroubleRow(Table, table=True):
    """A deed that a life orders in vain: how often it was tried, and how it failed the last time."""

    __tablename__ = "life_troubles"

    problem_no: str = Field(primary_key=True)
    deed: str = Field(primary_key=True)
    since: datetime = Field(sa_type=UtcDateTime)
    attempts: int
    last_failed_at: datetime = Field(sa_type=UtcDateTime)
    last_error: str
