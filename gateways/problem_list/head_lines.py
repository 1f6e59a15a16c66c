"""What the lines above the headings say of every row below: its district, its transfer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.catalogues.districts import is_district
from gateways.problem_list.cells import is_blank, key_of, text_of
from gateways.problem_list.days import day_in
from gateways.problem_list.entries import Entry
from gateways.problem_list.heading_rows import HEADINGS_WITHIN, Headings
from gateways.problem_list.workbook import Broken, Cell, Sheet

HEAD_LINE = re.compile(r"^(?P<district>[^:]*?)区\(县\)填报人")
NAMED_DISTRICT = re.compile(r"^(?:区县|区\(县\)|属地):(?P<district>[^:]+?)(?:填报人.*)?$")
REPORTING_UNIT = re.compile(
    r"(?:填报|填表|报送|上报|编制|责任|制表)(?:单位|区县|地区)(?:\([^)]*\))?:"
    r"(?P<district>.+?)(?:\([^)]*\))?(?=填报|填表|联系|报送|上报|制表|审核|负责|日期|时间|电话|$)"
)
AROUND_NAME = re.compile(
    r"^[\d.、_()-]+|(?:\(\d*(?:个|家|项|件|条)?(?:问题|企业)?\)|[\d_-])+$"
    r"|\d+(?:个|家|项|件|条)(?:问题|企业)?$|(?:(?:大气|涉气|环境|突出)*问题)?(?:清单|台账|汇总表|表)$"
    r"|(?:大气|涉气|环境|突出)*问题$"
)

SAID_ABOVE = {
    "transferred_on": re.compile(
        r"(?:移交|交办|转办|下发|发函)(?:日期|时间)[:：]?\s*(?P<said>\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?)"
    ),
    "document_no": re.compile(
        r"(?:移交|交办|转办|发函)?(?:函|文件)?(?:文号|函号)[:：]\s*(?P<said>\S*?\d{4}\S*?号)"
    ),
}
"""Lines that give every row its day of transfer and its document."""

Said = Mapping[str, tuple[Cell, str]]


def said_above(rows: Sequence[Sequence[Cell]], headings: Headings) -> Said:
    """Return what the lines above say of fields: the value, and the words that say it.

    A line that names several is taken for none.
    """
    lines = ["  ".join(map(plain_text, row)) for row in rows]
    said: dict[str, tuple[Cell, str]] = {}
    for field, pattern in SAID_ABOVE.items():
        found = [one for line in lines for one in pattern.finditer(line)]
        values = {one["said"]: one[0] for one in found}
        if len(values) == 1 and field not in headings.columns:
            ((text, words),) = values.items()
            value = day_in(text) if field == "transferred_on" else text
            if value is not None:
                said[field] = (value, words)
    return said


def plain_text(cell: Cell) -> str:
    """Return a cell of such a line as text, a label and its day side by side as one."""
    if isinstance(cell, Broken) or is_blank(cell):
        return ""
    return text_of(cell).replace("\n", " ")


def with_said(entry: Entry, said: Said) -> Entry:
    """Return the entry with what the lines above say, where it says nothing itself."""
    above = {field: value for field, (value, _) in said.items() if field not in entry.values}
    return replace(entry, values={**entry.values, **above}) if above else entry


def district_of(sheet: Sheet) -> str:
    """Return the district of the head line, such as the annex's `渝北区 区（县） 填报人：`.

    Where none is written there, the name of the sheet may be one. Else nothing.
    """
    for row in sheet.rows[:HEADINGS_WITHIN]:
        line = key_of("".join(cell for cell in row if isinstance(cell, str)))
        found = HEAD_LINE.search(line) or NAMED_DISTRICT.search(line)
        if found:
            return found["district"].strip("_")
        unit = REPORTING_UNIT.search(line)
        if unit and is_district(unit["district"].strip("_")):
            return unit["district"].strip("_")
    name = AROUND_NAME.sub("", AROUND_NAME.sub("", key_of(sheet.name)))
    return name if is_district(name) else ""
