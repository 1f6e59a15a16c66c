"""Which rows of one list are the same problem, though one of them tells less than the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS
from gateways.problem_list.identity import document_key, folded
from gateways.problem_list.rows import ListRow, row_key

Transfer = tuple[date | None, str | None]
"""The day of a transfer and its document, as they are compared."""


def transfer_of(row: ListRow) -> Transfer:
    """Give what a row tells of its transfer."""
    return row.transferred_on, document_key(row.document_no) or None


def tells(transfer: Transfer) -> bool:
    """Say whether anything is told of a transfer."""
    return any(part is not None for part in transfer)


def same_transfer(ours: Transfer, theirs: Transfer) -> bool:
    """Say whether transfers agree in what both sides tell of them, and that is something."""
    told = [(a, b) for a, b in zip(ours, theirs, strict=True) if a is not None and b is not None]
    return bool(told) and all(a == b for a, b in told)


@dataclass(frozen=True, slots=True)
class Twin:
    """The row before that is the same problem, under whose `key`; `refused` why that cannot be said."""

    row: ListRow
    key: str
    said: tuple[RowError, ...] = ()
    refused: RowError | None = None


@dataclass(slots=True)
class RowsBefore:
    """The rows of a list that were judged, by what they are about."""

    by_words: dict[tuple[str, str, str], list[ListRow]] = field(default_factory=dict)

    def add(self, row: ListRow) -> None:
        """Remember a row."""
        self.by_words.setdefault(_words_of(row), []).append(row)

    def twin(self, row: ListRow) -> Twin | None:
        """Give the row before that tells of the same problem, the first of them."""
        found = (_twin(row, before) for before in self.by_words.get(_words_of(row), ()))
        return next((one for one in found if one is not None), None)


def _words_of(row: ListRow) -> tuple[str, str, str]:
    return row.district, folded(row.enterprise), folded(row.description)


def _twin(row: ListRow, before: ListRow) -> Twin | None:
    ours, theirs = transfer_of(row), transfer_of(before)
    if same_transfer(ours, theirs):
        return Twin(before, row_key(before), _told(row, before))
    if tells(ours) and tells(theirs):
        return None
    if not tells(ours):
        unnumbered = not row.problem_no or row.problem_no == before.problem_no
        return Twin(before, row_key(before), _told(row, before)) if unnumbered else None
    message = f"与第{before.row}行的区县、企业、问题内容一致，该行未填移交；请并为一行"
    column = LABELS["transferred_on"]
    refused = RowError(column, "registered_not_transferred", message)
    return Twin(before, row_key(before), refused=refused)


def _told(row: ListRow, before: ListRow) -> tuple[RowError, ...]:
    number = ""
    if row.problem_no and row.problem_no != before.problem_no:
        number = f"，编号{row.problem_no}未采用"
    again = "" if tells(transfer_of(row)) else "；如系再次发现，请补填移交日期或移交文号"
    said = [RowError("", "same_as_row", f"与第{before.row}行相同，按同一问题处理{number}{again}")]
    due_on = row.rectification_due_on
    if due_on and due_on != before.rectification_due_on:
        message = f"整改时限{due_on}与第{before.row}行不同，未采用；请核对"
        said.append(RowError(LABELS["rectification_due_on"], "due_differs", message))
    return tuple(said)
