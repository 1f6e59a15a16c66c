"""A list of another time as if it were transferred today, to today's districts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.catalogues.districts import district
from gateways.problem_list.rows import ListRow


def redated(rows: Sequence[ListRow], today: date) -> list[ListRow]:
    """Return the rows transferred on `today`, with every distance in days kept.

    Abolished districts give way to their first successor; numbers begin with SL and the day, so
    that a list taken over on another day is another list. Rows without a 移交日期 get one.
    """
    return [redated_row(row, number, today) for number, row in enumerate(rows, 1)]


def redated_row(row: ListRow, number: int, today: date) -> ListRow:
    """Return one row moved to `today`."""
    moved = today - (row.transferred_on or today)
    changes = {
        "transferred_on": today,
        "found_on": row.found_on and row.found_on + moved,
        "rectification_due_on": row.rectification_due_on and row.rectification_due_on + moved,
        "served_on": row.served_on and row.served_on + moved,
        "district": successor(row.district, today),
        "problem_no": f"SL{today:%Y%m%d}-{number:04d}",
        "document_no": row.document_no.replace(f"〔{(today - moved).year}〕", f"〔{today.year}〕"),
    }
    return row.model_copy(update=changes)


def successor(code: str, on: date) -> str:
    """Return the unit that stands on that day for the one with this code."""
    unit = district(code)
    while not unit.is_valid(on) and unit.successors:
        unit = district(unit.successors[0])
    return unit.code
