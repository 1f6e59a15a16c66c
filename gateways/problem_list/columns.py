"""The contents a cell may have: a name, a longer text, a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

from gateways.problem_list.cells import LostDigits, day_of, is_blank, text_of
from gateways.problem_list.refusals import Refused, broken, shown
from gateways.problem_list.standing_words import Unclear, is_ditto, points_away
from gateways.problem_list.workbook import Broken, Cell

LONGEST_TEXT = 4_000
LONGEST_NAME = 200


def _read_text(cell: Cell) -> str:
    try:
        return text_of(cell)
    except LostDigits as error:
        raise Refused(
            "number_lost_digits",
            "该单元格按数值存放，末几位数字已经丢失；请将单元格格式设为“文本”后重新填写",
        ) from error


def _text(cell: Cell, longest: int) -> str:
    text = _read_text(cell)
    if len(text) > longest:
        message = f"内容有{len(text)}字，超过上限{longest}字；请精简，其余内容另附材料"
        raise Refused("too_long", message)
    return text


def _own(cell: Cell) -> Cell:
    if isinstance(cell, Broken):
        raise broken(cell)
    if isinstance(cell, Unclear):
        raise Refused("nothing_above", f"上一行被隐藏或筛选，“{cell}”指哪一行不明确；请填写完整")
    if cell and points_away(cell):
        message = f"“{shown(str(cell).strip())}”指向别处，无法沿用；请填写完整"
        raise Refused("nothing_above", message)
    if cell and is_ditto(cell):
        message = f"“{shown(str(cell).strip())}”上方没有可沿用的内容；请填写完整"
        raise Refused("nothing_above", message)
    return cell


def _name(cell: Cell) -> str:
    return _text(_own(cell), LONGEST_NAME).replace("\n", "")


def _long_text(cell: Cell) -> str:
    return _text(_own(cell), LONGEST_TEXT)


def _heading(cell: Cell) -> str:
    return _text(cell, LONGEST_NAME).replace("\n", "")


def _remark(cell: Cell) -> str:
    return _text(cell, LONGEST_TEXT)


def _day(cell: Cell | None) -> date | None:
    if cell is None or is_blank(cell):
        return None
    _own(cell)
    day = day_of(cell) if isinstance(cell, date) else day_of(_read_text(cell))
    if day is None:
        message = f"“{shown(_read_text(cell))}”不是能识别的日期；请写成2024-6-24或2024年6月24日"
        raise Refused("date_unreadable", message)
    return day


Name = Annotated[str, BeforeValidator(_name)]
LongText = Annotated[str, BeforeValidator(_long_text)]
Heading = Annotated[str, BeforeValidator(_heading)]
Remark = Annotated[str, BeforeValidator(_remark)]
Day = Annotated[date | None, BeforeValidator(_day)]
