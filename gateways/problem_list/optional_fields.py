"""Columns that may stay empty: what officials write there never costs the row.

A placeholder is nothing, a day is read where one is said, and any other phrase is kept as a remark
of which the reader is told. What is written wrong is left to be refused.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from gateways.problem_list.cells import LostDigits, key_of, text_of
from gateways.problem_list.days import day_said, is_phrase
from gateways.problem_list.entries import Entry
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS, REQUIRED
from gateways.problem_list.refusals import broken_remark, shown
from gateways.problem_list.standing_words import is_ditto, is_placeholder
from gateways.problem_list.workbook import Broken, Cell

DAYS = ("found_on", "rectification_due_on", "served_on")
OTHER_CONTENT = frozenset({"其他", "其它", "其他问题", "其它问题"})
YEAR_AND_MONTH = re.compile(r"20\d\d\.(?:[1-9]|1[12])")
"""A month typed with a point, which Excel keeps as a number: in .1 October and January are alike."""
OLD_CODE = re.compile(r"[0-9a-z]{8}-?[0-9x]|\d{13}|\d{15}")
"""An organisation code 组织机构代码 or the number of an old licence, from before the credit code."""


def settled(entry: Entry) -> Entry:
    """Return the entry as its columns will be judged."""
    lost = {name: cell for name, cell in entry.remarks.items() if isinstance(cell, Broken)}
    if lost:
        kept = {name: cell for name, cell in entry.remarks.items() if name not in lost}
        notes = (broken_remark(name, cell) for name, cell in lost.items())
        entry = replace(entry, remarks=kept, notes=(*entry.notes, *notes))
    empty = {f for f, v in entry.values.items() if is_placeholder(v) and f not in REQUIRED}
    if empty:
        filled = {f: v for f, v in entry.values.items() if f not in empty}
        entry = replace(entry, values=filled)
    for field in DAYS:
        entry = _with_day(entry, field)
    return _with_content(_with_code(entry))


def _with_content(entry: Entry) -> Entry:
    cell = entry.values.get("key_content", "")
    if not isinstance(cell, str) or key_of(cell) not in OTHER_CONTENT:
        return entry
    said = f"“{shown(cell)}”未写明属于哪一项重点内容，按一般问题登记；请核对"
    values = {f: v for f, v in entry.values.items() if f != "key_content"}
    note = RowError(LABELS["key_content"], "taken_as_general", said)
    return replace(entry, values=values, notes=(*entry.notes, note))


def _with_day(entry: Entry, field: str) -> Entry:
    cell = entry.values.get(field)
    if isinstance(cell, float) and YEAR_AND_MONTH.fullmatch(str(cell)):
        cell = str(cell)
        if cell.endswith(".1"):
            return _as_remark(entry, field, cell)
    if not isinstance(cell, str) or isinstance(cell, Broken) or is_ditto(cell):
        return entry
    text = text_of(cell)
    said = day_said(text, due=field == "rectification_due_on")
    if said is None:
        return _as_remark(entry, field, text) if text and is_phrase(text) else entry
    day, certain = said
    read = replace(entry, values={**entry.values, field: day})
    return read if certain else _told(read, field, text, day)


def _told(entry: Entry, field: str, text: str, day: date) -> Entry:
    note = RowError(
        LABELS[field], "date_understood", f"“{shown(text)}”按{day}理解，原文已按备注保留；请核对"
    )
    remarks = {**entry.remarks, LABELS[field]: text}
    return replace(entry, remarks=remarks, notes=(*entry.notes, note))


def _with_code(entry: Entry) -> Entry:
    cell = entry.values.get("credit_code")
    if cell is None or isinstance(cell, Broken) or is_ditto(cell):
        return entry
    try:
        text = text_of(cell)
    except LostDigits:
        return entry
    key = key_of(text)
    if not key:
        return entry
    is_words = not re.search(r"[0-9a-z]", key)
    return _as_remark(entry, "credit_code", text) if is_words or OLD_CODE.fullmatch(key) else entry


def _as_remark(entry: Entry, field: str, text: Cell) -> Entry:
    label = LABELS[field]
    wanted = "日期" if field in DAYS else "统一社会信用代码"
    note = RowError(label, "kept_as_remark", f"“{shown(str(text))}”不是{wanted}，已按备注保留")
    values = {f: v for f, v in entry.values.items() if f != field}
    return replace(
        entry,
        values=values,
        remarks={**entry.remarks, label: text},
        notes=(*entry.notes, note),
    )
