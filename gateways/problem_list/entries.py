"""What stands in one row of a list, before any column is judged."""

from __future__ import annotations

from dataclasses import dataclass

from gateways.problem_list.errors import RowError
from gateways.problem_list.workbook import Cell


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in one row (transposed: one column), `number` as the sheet counts it.

    `notes` is what the reader should be told of how the row was read; `opens` says that it is the first
    of a section, above which nothing is meant.
    """

    number: int
    values: dict[str, Cell]
    remarks: dict[str, Cell]
    notes: tuple[RowError, ...] = ()
    opens: bool = False
