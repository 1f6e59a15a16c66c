"""Write rows as a problem list that reads back equal."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from domain.catalogues import clue_sources, key_contents, key_objects, six_batches
from domain.catalogues.districts import district
from domain.words.facts import found_words
from gateways.problem_list.headings import LABELS, SELDOM
from gateways.problem_list.rows import ListRow

WIDTHS = {
    "enterprise": 30,
    "description": 60,
    "credit_code": 22,
    "address": 26,
    "key_content": 28,
    "key_object": 28,
    "clue_source": 16,
    "document_no": 26,
    "requirement": 36,
    "inspection_group": 18,
}
TITLE_ROWS = 1


def list_workbook(rows: Sequence[ListRow], title: str) -> bytes:
    """Return an xlsx with a title row, the headings and one row a problem.

    The same rows give the same bytes.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": title, "created": datetime(2024, 6, 21, tzinfo=UTC)})
        sheet = workbook.add_worksheet("问题清单")
        big = workbook.add_format({"bold": True, "font_size": 16, "align": "center"})
        bold = workbook.add_format({"bold": True, "border": 1, "text_wrap": True})
        cell = workbook.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        day = workbook.add_format({"border": 1, "valign": "top", "num_format": "yyyy-mm-dd"})
        columns = columns_for(rows)
        sheet.merge_range(0, 0, 0, len(columns) - 1, title, big)
        for column, (field, label) in enumerate(columns.items()):
            sheet.set_column(column, column, WIDTHS.get(field, 13))
            sheet.write_string(TITLE_ROWS, column, label, bold)
        for at, row in enumerate(rows, TITLE_ROWS + 1):
            for column, value in enumerate(cells_of(row, columns)):
                if isinstance(value, date):
                    sheet.write_datetime(at, column, value, day)
                else:
                    sheet.write_string(at, column, value, cell)
        arrange(sheet, TITLE_ROWS + len(rows), len(columns))
    return out.getvalue()


def columns_for(rows: Sequence[ListRow]) -> dict[str, str]:
    """Return the columns to write: those seldom filled only where a row says something in them."""
    said = {"longitude", "latitude"} if any(row.coordinates for row in rows) else set()
    if any(row.inside_key_region is not None for row in rows):
        said.add("key_region")
    for field in ("served_on", "served_by", "six_batch"):
        if any(getattr(row, field) for row in rows):
            said.add(field)
    return {f: label for f, label in LABELS.items() if f not in SELDOM or f in said}


def arrange(sheet: Worksheet, last_row: int, columns: int) -> None:
    """Make the sheet pleasant to read, filter and print."""
    sheet.freeze_panes(TITLE_ROWS + 1, 2)
    sheet.autofilter(TITLE_ROWS, 0, last_row, columns - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(TITLE_ROWS)
    sheet.set_footer("第&P页 共&N页")


def cells_of(row: ListRow, columns: Mapping[str, str]) -> list[str | date]:
    """Return the row's values in the order of the columns, in the words of the catalogues."""
    point = row.coordinates
    region = {None: "", True: "是", False: "否"}[row.inside_key_region]
    words: dict[str, str | date] = {
        "district": district(row.district).name,
        "key_content": key_contents.words(row.facts.contents) if row.key_content else "",
        "longitude": f"{point.longitude:f}" if point else "",
        "latitude": f"{point.latitude:f}" if point else "",
        "key_region": region,
        "key_object": key_objects.by_code(row.key_object).label if row.key_object else "",
        "six_batch": six_batches.by_code(row.six_batch).label if row.six_batch else "",
        "clue_source": clue_sources.by_code(row.clue_source).label if row.clue_source else "",
    }
    if row.found_time:
        words["found_on"] = found_words(row.facts)
    return [words[f] if f in words else getattr(row, f) or "" for f in columns]
