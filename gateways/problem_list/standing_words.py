"""Words that stand in a cell for the cell above, or for nothing at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from domain.catalogues.entry import squeezed
from gateways.problem_list.entries import Entry
from gateways.problem_list.workbook import Cell

DITTO = re.compile(
    r"[(]?(?:同上(?:一?[行格栏条项家]|述|表|企业|公司|单位|区县|地址|问题)?|同前|上同|ditto|[〃″“”\"'‘’`´″′]+|,,|′′)[)]?"
)
PLACEHOLDERS = frozenset(
    (  # noqa: SIM905 - words are read more easily than quotation marks
        "无 / // \\ - -- — —— – − ― _ * × 空 暂无 暂缺 不详 未知 不明 待定 待补充 待核实 略 未填 没有 "
        "同左 .. ... … -//- 未移交 待移交 尚未移交 暂未移交 "
        "none null nil na n/a n.a ? ?? 无数据"
    ).split()
)
NO_PROBLEM = re.compile(
    r"(?:经?(?:现场)?(?:检查|核查|执法)?[,:]?)?(?:未|没有|没|暂未|暂无|无)(?:发现|见|存在|有)?"
    r"(?:明显|其他|涉气|大气|任何|相关)*(?:环境|环保|违法|生态环境|大气环境)*(?:问题|异常|违法行为)"
    r"|(?:一切|检查|运行)?正常|无异常|合格|达标"
)
ELSEWHERE = re.compile(
    r"(?:详见|见|参见|另见|具体见|详情见)(?:附[件表图页录]|照片|图片?|后附.*|材料|另附.*|笔录|下表)[0-9一二三四五六七八九十]*"
    r"|另附(?:材料|页|表)?"
)
OWN = frozenset({"problem_no"})
"""What no two rows share, so that no row takes it from the row above."""


def is_ditto(cell: Cell) -> bool:
    """Say whether a cell only says that it is as above."""
    return isinstance(cell, str) and 0 < len(cell) < 9 and _is_ditto(cell)


def is_placeholder(cell: Cell) -> bool:
    """Say whether a cell only says that it holds nothing."""
    return isinstance(cell, str) and 0 < len(cell) < 9 and _is_placeholder(cell)


@lru_cache(4096)
def _is_ditto(text: str) -> bool:
    text = text.strip()
    return bool(text) and DITTO.fullmatch(squeezed(text) or text) is not None


@lru_cache(4096)
def _is_placeholder(text: str) -> bool:
    bare = squeezed(text)
    return bare in PLACEHOLDERS or (not bare and bool(text.strip()) and not _is_ditto(text))


def says_no_problem(text: str) -> bool:
    """Say whether the text of a problem says that none was found."""
    return len(text) < 30 and NO_PROBLEM.fullmatch(squeezed(text)) is not None


def points_elsewhere(text: str) -> bool:
    """Say whether the text of a problem only names the paper in which it stands."""
    return len(text) < 30 and ELSEWHERE.fullmatch(squeezed(text).strip("()")) is not None


def filled_from_above(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Give every cell that says 同上 what stands above it; where nothing does, it stays as it is.

    A credit code is taken over for the same enterprise alone, a number of a problem never.
    """
    above = Entry(0, {}, {})
    for entry in entries:
        above = Entry(0, {}, {}) if entry.opens else above
        cells = (*entry.values.values(), *entry.remarks.values())
        above = _filled(entry, above) if any(map(is_ditto, cells)) else entry
        yield above


def _filled(entry: Entry, above: Entry) -> Entry:
    values = {f: _above(cell, above.values.get(f), f) for f, cell in entry.values.items()}
    if "credit_code" in values and values.get("enterprise") != above.values.get("enterprise"):
        values["credit_code"] = entry.values["credit_code"]
    remarks = {n: _above(cell, above.remarks.get(n)) for n, cell in entry.remarks.items()}
    return replace(entry, values=values, remarks=remarks)


def _above(cell: Cell, upper: Cell | None, field: str = "") -> Cell:
    return upper if upper is not None and field not in OWN and is_ditto(cell) else cell
