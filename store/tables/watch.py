"""What was seen when the house looked after itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, text
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


# store/watch/epochs.py
class EpochRow(Table, table=True):
    """The beat by which a restore is known: the one confirmed, since when, and the one about to be written."""

    __tablename__ = "restore_epoch"

    place: str = Field(primary_key=True)
    kept: str = ""
    begun: str = ""
    begun_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/watch/doors.py
class ShutDoorsRow(Table, table=True):
    """Why starts and acts were shut, since when, and who opened them again with which list before him.

    `opened_why` and `found` are on record, and as JSON the `mails` that may have gone out before the restore and
    are not sent again.
    """

    __tablename__ = "shut_doors"

    id: str = Field(primary_key=True)
    shut_at: datetime = Field(sa_type=UtcDateTime)
    why: str
    details: str
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    opened_by_id: str = ""
    opened_why: str = ""
    found: str = Field(default="", sa_type=Text)
    mails: str = Field(
        default="[]", sa_type=Text, sa_column_kwargs={"server_default": text("'[]'")}
    )


# the database's own triggers: migrations/versions/2026_11_28_moves.py
class MoveRow(Table, table=True):
    """One step of a row that changes: how it stood before and after, as JSON. `row_key` names it in `kept_in`."""

    __tablename__ = "moves"
    __table_args__ = (Index("ix_moves_kept_in", "kept_in", "row_key"),)

    id: int | None = Field(default=None, primary_key=True)
    kept_in: str
    row_key: str
    at: datetime = Field(sa_type=UtcDateTime)
    before: str = Field(sa_type=Text)
    after: str = Field(sa_type=Text)


# store/watch/looked_into.py
class LookedIntoRow(Table, table=True):
    """How a problem stood when its histories and files were last read and all agreed; the newest look only.

    `problem_no` is empty for what belongs to no problem. `state` is domain/reconciliation.py's `state_of`.
    """

    __tablename__ = "looked_into"

    problem_no: str = Field(primary_key=True)
    state: str
    looked_at: datetime = Field(sa_type=UtcDateTime)
