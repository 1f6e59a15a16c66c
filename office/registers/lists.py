"""A list of a register read from a workbook into the bodies that make its entries."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Generic

from pydantic import ValidationError

from gateways.plain_lists import PlainRow, read_plain
from gateways.problem_list.errors import ListError
from gateways.typed_errors import said
from office.refused import Refused
from office.registers.columns import Body, Columns

MOST = 1000
"""How many entries one list or one request may hold."""


@dataclass(frozen=True, slots=True)
class ReadRow(Generic[Body]):
    """One row of a list: the body it makes, or what is wrong with it."""

    sheet: str
    row: int
    body: Body | None
    wrong: str = ""


async def read_rows(content: bytes, columns: Columns[Body]) -> tuple[ReadRow[Body], ...]:
    """Read a workbook row by row; raises Refused where it is no list of the register."""
    if not content:
        raise Refused("list_missing")
    try:
        rows = await asyncio.to_thread(read_plain, content, columns.in_a_list)
    except ListError as error:
        raise Refused("invalid_request", error.message) from error
    return tuple(_read(row, columns) for row in rows)


async def read_whole(content: bytes, columns: Columns[Body]) -> tuple[Body, ...]:
    """Read a workbook whole; raises Refused naming every row that makes no entry."""
    rows = await read_rows(content, columns)
    if not rows:
        raise Refused("invalid_request", f"{columns.what}的表头下没有内容。")
    if len(rows) > MOST:
        raise Refused("invalid_request", f"清单有{len(rows)}条，一次至多登记{MOST}条；请分成几份。")
    wrong = [f"{one.sheet}第{one.row}行：{one.wrong}" for one in rows if one.wrong]
    if wrong:
        errors = [{"field": "", "code": "invalid", "message": told} for told in wrong]
        raise Refused("invalid_request", errors=errors)
    return tuple(one.body for one in rows if one.body is not None)


def _read(row: PlainRow, columns: Columns[Body]) -> ReadRow[Body]:
    try:
        typed = {name: text for name, text in row.values.items() if text}
        return ReadRow(row.sheet, row.row, columns.body.model_validate(typed))
    except ValidationError as error:
        found = [(columns.heading_of(str(one["loc"][0])), said(one)) for one in error.errors()]
        wrong = "；".join(f"{heading}：{what}" for heading, what in found)
        return ReadRow(row.sheet, row.row, None, wrong)
