"""What a life has come to: its events, its ledger rows, and the problem the lists show."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, Text, UniqueConstraint, false, text
from sqlmodel import Field

from store.engine import Grams, Points, UtcDateTime
from store.tables.base import Table


# store/lives/records.py, store/lives/rebuild.py, store/lives/addenda.py
class ProblemRow(Table, table=True):
    """One problem as the lists show it; `body` is the whole Problem.

    `waiting` names what the bureau owes on it, between bars: `|extension|proposal|`. Policy,
    calendar and `rules_version` are what its life is judged by, as the last record named them; the
    hashes name their books and are empty where a book is not known. Of a life last recorded by an
    older version nothing is known until it is asked (office/rules/rules_of_a_life.py).
    """

    __tablename__ = "problems"
    __table_args__ = (
        Index(None, "district", "problem_no"),
        Index(None, "district", "enterprise", "problem_no"),
        Index(None, "stage", "problem_no"),
        Index(None, "due_at", "problem_no"),
        Index(None, "level", "problem_no"),
        Index(None, "transferred_on", "district"),
        Index(None, "closed_on"),
    )

    problem_no: str = Field(primary_key=True)
    district: str
    enterprise: str
    credit_code: str
    key_content: str | None
    contents: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    six_batch: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    route: str
    clue_source: str
    stage: str
    level: int
    listed: bool = Field(index=True)
    list_reason: str
    list_number: str
    listed_on: date | None
    points: Decimal = Field(sa_type=Points)
    transferred_on: date | None
    document_no: str
    round_no: int
    awaits_proof: bool = Field(
        default=False, index=True, sa_column_kwargs={"server_default": false()}
    )
    due_on: date | None
    due_at: datetime | None = Field(sa_type=UtcDateTime)
    provisional: bool
    closed_on: date | None
    suspended: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    typical: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    merged_into: str = Field(
        default="", index=True, sa_column_kwargs={"server_default": text("''")}
    )
    waiting: str = Field(default="", index=True, sa_column_kwargs={"server_default": text("''")})
    policy: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    policy_hash: str = Field(
        default="", index=True, sa_column_kwargs={"server_default": text("''")}
    )
    calendar: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    calendar_hash: str = Field(
        default="", index=True, sa_column_kwargs={"server_default": text("''")}
    )
    rules_version: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    seq: int
    body: str = Field(sa_type=Text)
    row_key: str | None = Field(unique=True)
    plan: str
    updated_at: datetime = Field(sa_type=UtcDateTime)


# store/lives/texts.py
class ProblemTextRow(Table, table=True):
    """What of a problem is looked through, beside it: without punctuation, in one case.

    On SQLite the virtual table `problem_grams` indexes `grams` by `id`; the migration makes it.
    """

    __tablename__ = "problem_texts"
    __table_args__ = (Index(None, "grams", postgresql_using="gin").ddl_if(dialect="postgresql"),)

    id: int | None = Field(default=None, primary_key=True)
    problem_no: str = Field(unique=True)
    text: str = Field(sa_type=Text)
    grams: list[str] = Field(sa_type=Grams)


# store/lives/event_log.py
class EventRow(Table, table=True):
    """One event in its place; append-only. Which `generation` counts: store/tables/generations.py."""

    __tablename__ = "events"

    problem_no: str = Field(primary_key=True)
    generation: int = Field(
        default=0,
        primary_key=True,
        sa_column_kwargs={"autoincrement": False, "server_default": text("0")},
    )
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    tag: str
    by_id: str
    by_role: str
    cause: str
    body: str = Field(sa_type=Text)


# store/lives/addenda.py
class AddendumRow(Table, table=True):
    """One addition to an ended life, chained to the one before; append-only, with generations."""

    __tablename__ = "addenda"
    __table_args__ = (UniqueConstraint("problem_no", "generation", "cause"),)

    problem_no: str = Field(primary_key=True)
    generation: int = Field(
        default=0,
        primary_key=True,
        sa_column_kwargs={"autoincrement": False, "server_default": text("0")},
    )
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    cause: str
    tag: str
    at: datetime = Field(sa_type=UtcDateTime)
    sha256: str
    body: str = Field(sa_type=Text)


# store/points/ledger.py and store/lives/rebuild.py
class LedgerRow(Table, table=True):
    """One deduction, one reversal of it, or one repricing by which it became smaller; append-only.

    `reverses` is the event number of the deduction that a reversal or a repricing is about, else 0.
    `planned_at` is the instant a row is counted for; `counted` says as which standing occurrence a
    deduction was priced, 0 where its `occurrence` does.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("problem_no", "generation", "rule_id", "occurrence", "kind"),
        Index(None, "year", "district"),
    )

    id: int | None = Field(default=None, primary_key=True)
    problem_no: str
    seq: int
    rule_id: str
    occurrence: int
    fact: str
    district: str
    year: int
    on_day: date
    points: Decimal = Field(sa_type=Points)
    capped: bool
    clause: str
    paper: str
    policy: str
    kind: str = "deduction"
    reverses: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    planned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    counted: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    generation: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
