"""What stands in one row of a list, before any column is judged."""

from __future__ import annotations

from dataclasses import dataclass

from gateways.problem_list.errors import RowError
from gateways.problem_list.workbook import Cell


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in one row (transposed: one column), `number` as the sheet counts it.

    `notes` is what the reader should be told of how the row was read.
    """

    number: int
    values: dict[str, Cell]
    remarks: dict[str, Cell]
    notes: tuple[RowError, ...] = ()
