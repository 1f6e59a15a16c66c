"""Where the histories of closed runs lie."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/watch/archive_index.py
class ArchiveRow(Table, table=True):
    """One run whose history was exported, and where to."""

    __tablename__ = "archive"

    run_id: str = Field(primary_key=True)
    workflow_id: str = Field(index=True)
    problem_no: str = Field(index=True)
    sha256: str
    events: int
    close_type: str
    path: str
    archived_at: datetime = Field(sa_type=UtcDateTime)
    continued_from: str = ""
