"""Read one workbook from standard input and write its sheets as JSON to standard output.

Runs as a process of its own: the reader lays a sheet out as one dense block, so that a single
cell in the last corner asks for half a terabyte and ends the process it lives in. Here that
process has limits and nothing to lose. It imports nothing of ours.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
from datetime import date, datetime, time
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20


def main() -> None:
    """Read the sheets within the limits given as arguments: rows, columns, cells."""
    limit(resource.RLIMIT_AS, MEMORY_BYTES)
    limit(resource.RLIMIT_CPU, CPU_SECONDS)
    rows, columns, cells = (int(argument) for argument in sys.argv[1:4])
    answer: dict[str, object]
    try:
        answer = read(sys.stdin.buffer.read(), rows, columns, cells)
    except CalamineError as error:
        answer = {"unreadable": str(error)}
    except OverflowError as error:
        answer = {"too_large": str(error)}
    json.dump(answer, sys.stdout, ensure_ascii=True, default=plain)


def limit(kind: int, amount: int) -> None:
    """Set a limit where the system knows it."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (amount, amount))


def read(content: bytes, rows: int, columns: int, cells: int) -> dict[str, object]:
    """Return the visible worksheets and the names of the hidden ones.

    Raise OverflowError with the name of one that is too large.
    """
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets, hidden = [], []
    for meta in workbook.sheets_metadata:
        if meta.typ is not SheetTypeEnum.WorkSheet:
            continue
        if meta.visible is not SheetVisibleEnum.Visible:
            hidden.append(meta.name)
        else:
            sheet = workbook.get_sheet_by_name(meta.name)
            height, width = extent(sheet)
            if height > rows or width > columns or height * width > cells:
                raise OverflowError(f"{meta.name}（{height}行、{width}列）")
            sheets.append(as_dict(sheet))
    return {"sheets": sheets, "hidden": hidden}


def extent(sheet: CalamineSheet) -> tuple[int, int]:
    """Return the last row and the last column that hold something, counted from 1."""
    end = sheet.end
    return (end[0] + 1, end[1] + 1) if end else (0, 0)


def as_dict(sheet: CalamineSheet) -> dict[str, Any]:
    """Return name, cells from A1 on, and merged ranges of a sheet."""
    return {
        "name": sheet.name,
        "rows": sheet.to_python(skip_empty_area=False),
        "merged": sheet.merged_cell_ranges or [],
    }


def plain(value: object) -> object:
    """Give dates a form of their own; times of day and durations are of no use to a list."""
    if isinstance(value, datetime):
        at = value.time().replace(second=0, microsecond=0)
        clock = {"at": at.isoformat("minutes")} if at != time() else {}
        return {"day": value.date().isoformat(), **clock}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return str(value)


if __name__ == "__main__":
    main()
