"""What people wrote to the sender's address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/mail/letters.py
class LetterRow(Table, table=True):
    """One mail that somebody at the bureau has to look at; `id` is the SHA-256 of its bytes.

    `problem_no` is empty where nothing tells what it is about. `files` are the attachments kept as evidence,
    `left_out` the others' names, each with the reason. `erased_at` is when its words and files were erased.
    """

    __tablename__ = "letters"

    id: str = Field(primary_key=True)
    kind: str
    arrived_at: datetime = Field(sa_type=UtcDateTime, index=True)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sender: str
    subject: str
    text: str = Field(sa_type=Text)
    problem_no: str = Field(index=True)
    files: str = Field(sa_type=Text)
    left_out: str = Field(sa_type=Text)
    done_by: str = ""
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
