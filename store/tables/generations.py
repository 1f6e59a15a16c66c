"""Records written anew beside the old ones: which of them count, and who decided so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, event, func, select
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlmodel import Field, col

from store.engine import UtcDateTime
from store.tables.base import Table
from store.tables.lives import AddendumRow, EventRow, LedgerRow
from store.tables.notices import NoticeRow
from store.tables.proposals import ProposalRow

EVERY_GENERATION = "every_generation"
"""The execution option by which a query sees what counts no more."""


# store/lives/generations.py
class GenerationRow(Table, table=True):
    """From `counts_from` on, of a problem only the records of `generation` count: events, points, notices,
    addenda.

    Append-only. A problem without a row has those of generation 0, as its life wrote them.
    """

    __tablename__ = "generations"

    problem_no: str = Field(primary_key=True)
    generation: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    counts_from: datetime = Field(sa_type=UtcDateTime)


# store/lives/rebuilding.py
class RebuildRow(ProposalRow, table=True):
    """A proposal to write the records of some problems anew, as `generation`; each stands in `rebuilt`.

    `report` is how many differences were shown, by kind; `source` is histories, archive or log.
    """

    __tablename__ = "rebuilds"
    unknown = "rebuild_not_found"
    binding = "content_sha256"

    generation: int = Field(unique=True)
    source: str
    problems: int
    content_sha256: str
    reason: str = Field(sa_type=Text)


# store/lives/rebuilding.py
class RebuiltRow(Table, table=True):
    """The records of one problem as a generation would have them; append-only.

    `base_generation` and `base_seq` are those that counted when it was compared: a problem that has
    gone on since is left as it is.
    """

    __tablename__ = "rebuilt"

    generation: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    problem_no: str = Field(primary_key=True)
    base_generation: int
    base_seq: int
    differences: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)


def counts(row: Any) -> ColumnElement[bool]:
    """Say that a row of events, ledger, notices or addenda is of the generation that counts."""
    latest = select(func.coalesce(func.max(col(GenerationRow.generation)), 0))
    of_problem = latest.where(col(GenerationRow.problem_no) == row.problem_no)
    found: ColumnElement[bool] = row.generation == of_problem.scalar_subquery()
    return found


_ONLY_WHAT_COUNTS = tuple(
    with_loader_criteria(row, counts(row), include_aliases=True)
    for row in (EventRow, LedgerRow, NoticeRow, AddendumRow)
)


# Whoever asks for events, points, notices or addenda means those that count: told once for all readers. It does
# not reach `session.get`, nor an `exists()` that selects no column of theirs.
@event.listens_for(Session, "do_orm_execute")
def _only_what_counts(state: ORMExecuteState) -> None:
    asks = state.is_select or state.is_update or state.is_delete
    if asks and not state.execution_options.get(EVERY_GENERATION, False):
        state.statement = state.statement.options(*_ONLY_WHAT_COUNTS)
