"""The column that counts the rows 序号: what stands in it besides numbers is said of the row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gateways.problem_list.cells import is_blank, key_of
from gateways.problem_list.entries import Entry
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import COUNTERS, heading_key
from gateways.problem_list.refusals import row_void
from gateways.problem_list.running_numbers import counted_by
from gateways.problem_list.workbook import Broken, Cell

WORDS = re.compile(r"[\u4e00-\u9fff]")
ONLY_COUNTED = re.compile(
    r"(?:第|no\.?|序号)?[(]?[\d一二三四五六七八九十百]+(?:[.-]\d+)*[)]?[.、号项条个]?"
)
VOID = re.compile(r"作废|删除|撤销|撤回|取消|销号|不再移交|勿移交")


def counters_of(names: Sequence[str], fields: Mapping[int, str]) -> frozenset[int]:
    """Return the columns that count the rows."""
    keys = ((at, heading_key(name)) for at, name in enumerate(names) if name)
    return frozenset(at for at, key in keys if key in COUNTERS and at not in fields)


def in_words(cell: Cell) -> bool:
    """Say whether a counter's cell says more than a number."""
    if not isinstance(cell, str) or isinstance(cell, Broken) or not WORDS.search(cell):
        return False
    return ONLY_COUNTED.fullmatch(key_of(cell)) is None


def said_void(entry: Entry) -> RowError | None:
    """Refuse a row whose counter says that it holds no longer."""
    for name, cell in entry.remarks.items():
        if heading_key(name) in COUNTERS and isinstance(cell, str) and VOID.search(key_of(cell)):
            return row_void(name, cell)
    return None


def numbers_columns(row: Sequence[Cell]) -> bool:
    """Say whether the row below the headings numbers the columns: 1, 2, 3 … or 一, 二, 三 …."""
    cells = [cell for cell in row if not is_blank(cell)]
    places = [counted_by(cell) for cell in cells]
    first = places[0] if places else None
    if len(cells) < 3 or first not in (0, 1):
        return False
    return places == list(range(first, first + len(places)))
