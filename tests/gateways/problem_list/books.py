"""Workbooks for the tests, made as offices make them and as they should not be made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from gateways.problem_list.reading import ReadList, read_list

Value = str | float | bool | date | datetime | None

TODAY = date(2025, 4, 1)
HEADINGS = ("区县", "企业名称", "存在的环境问题")
GOOD = ("渝中区", "重庆示例餐饮有限公司", "油烟净化器未运行。")


def book(
    rows: Sequence[Sequence[Value]], arrange: Callable[[Worksheet], None] | None = None
) -> bytes:
    """Return a workbook with these rows; a text stays a text, even one that begins with `=`."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value is not None:
                cell = sheet.cell(at, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    if arrange:
        arrange(sheet)
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
    """Return the workbook's bytes."""
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def read(
    rows: Sequence[Sequence[Value]], arrange: Callable[[Worksheet], None] | None = None
) -> ReadList:
    """Read a workbook with these rows."""
    return read_list(book(rows, arrange), today=TODAY)


def read_with(**columns: Value) -> ReadList:
    """Read a list of one good row with more columns, or others, under their Chinese headings."""
    row = {**dict(zip(HEADINGS, GOOD, strict=True)), **columns}
    return read([list(row), list(row.values())])


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the workbook with one part of its archive changed; a missing part is added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            part = old.read(entry)
            new.writestr(entry.filename, change(part) if entry.filename == name else part)
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return out.getvalue()
