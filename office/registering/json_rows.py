"""A list that came as JSON, checked as a workbook would be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import ValidationError

from domain.catalogues.six_batches import SIX_BATCHES, Batches
from gateways.problem_list.errors import RowError
from gateways.problem_list.reading import ReadList, RefusedRow, contradicts, number_repeated
from gateways.problem_list.refusals import running_number
from gateways.problem_list.row_errors import errors_of
from gateways.problem_list.rows import ListRow, row_key
from gateways.problem_list.running_numbers import is_running
from office.registering.intake import read_problem
from office.registering.new_problem import NewProblem


def read_rows(news: Sequence[NewProblem], today: date, batches: Batches = SIX_BATCHES) -> ReadList:
    """Check a list that came as JSON, as a workbook would be."""
    rows: list[ListRow] = []
    refused: list[RefusedRow] = []
    numbered: dict[str, ListRow] = {}
    numbers = [new.problem_no for new in news if new.problem_no]
    counted = len(set(numbers)) > 1 and is_running(numbers, proper=True)
    for number, new in enumerate(news, 1):
        try:
            row = read_problem(new, today, number, batches)
        except ValidationError as error:
            refused.append(_refused(number, new, errors_of(error)))
            continue
        row = without_counter(row) if counted and row.problem_no else row
        first = numbered.setdefault(row_key(row), row)
        if row.problem_no and contradicts(row, first):
            refused.append(_refused(number, new, (number_repeated(first),)))
        else:
            rows.append(row)
    return ReadList(tuple(rows), tuple(refused), read_on=today)


def _refused(number: int, new: NewProblem, errors: tuple[RowError, ...]) -> RefusedRow:
    return RefusedRow("", number, new.problem_no, errors, new.district, new.enterprise)


def without_counter(row: ListRow) -> ListRow:
    """Give a row without the number that only counts the rows of its list."""
    warnings = (*row.warnings, running_number(row.problem_no))
    return row.model_copy(update={"problem_no": "", "warnings": warnings})
