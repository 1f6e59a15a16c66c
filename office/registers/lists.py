"""A list of a register read from a workbook into the bodies that make its entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gateways.list_rooms import read_apart
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


@dataclass(frozen=True, slots=True)
class ReadList(Generic[Body]):
    """The rows of a list; `unread` names what else stands in the workbook."""

    rows: tuple[ReadRow[Body], ...]
    unread: tuple[str, ...]

    @property
    def bodies(self) -> tuple[Body, ...]:
        """Give the bodies of the rows that make one."""
        return tuple(one.body for one in self.rows if one.body is not None)


async def read_rows(content: bytes, columns: Columns[Body]) -> ReadList[Body]:
    """Read a workbook row by row; raises Refused where it is no list of the register."""
    if not content:
        raise Refused("list_missing")
    try:
        read = await read_apart(read_plain, content, columns.in_a_list)
    except ListError as error:
        raise Refused("invalid_request", error.message) from error
    return ReadList(tuple(_read(row, columns) for row in read.rows), read.unread)


async def read_whole(content: bytes, columns: Columns[Body]) -> ReadList[Body]:
    """Read a workbook whole; raises Refused naming every row that makes no entry."""
    read = await read_rows(content, columns)
    if not read.rows:
        raise Refused("invalid_request", f"{columns.what}的表头下没有内容。")
    if len(read.rows) > MOST:
        said = f"清单有{len(read.rows)}条，一次至多登记{MOST}条；请分成几份。"
        raise Refused("invalid_request", said)
    wrong = [f"{one.sheet}第{one.row}行：{one.wrong}" for one in read.rows if one.wrong]
    if wrong:
        errors = [{"field": "", "code": "invalid", "message": told} for told in wrong]
        raise Refused("invalid_request", errors=errors)
    return read


def _read(row: PlainRow, columns: Columns[Body]) -> ReadRow[Body]:
    if row.wrong:
        return ReadRow(row.sheet, row.row, None, row.wrong)
    try:
        typed = {name: text for name, text in row.values.items() if text}
        return ReadRow(row.sheet, row.row, columns.body.model_validate(typed))
    except ValidationError as error:
        wrong = "；".join(_in_words(one, columns) for one in error.errors())
        return ReadRow(row.sheet, row.row, None, wrong)


def _in_words(found: ErrorDetails, columns: Columns[Body]) -> str:
    column = columns.of(str(found["loc"][0]))
    if found["type"] == "enum":
        return f"{column.heading}：应为{'、'.join(label for _, label in column.choices)}"
    return f"{column.heading}：{said(found)}"
