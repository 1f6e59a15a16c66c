"""Words that stand in a cell for the cell above, or for nothing at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from domain.catalogues.entry import squeezed
from gateways.problem_list.entries import Entry
from gateways.problem_list.workbook import Cell

_OF_WHAT = (
    r"(?:的)?(?:表|企业|公司|单位|区县|地址|问题|日期|时间|时限|文号|内容|情况|要求|来源|检查组)?"
)
_ABOVE = r"上(?:一?[行格栏条项家列例个]|一|面|述)?"
DITTO = re.compile(
    rf"[(]?(?:同{_ABOVE}{_OF_WHAT}|同前|同样|上同|ditto|ibid|↑+|⇑|,,|′′"
    rf"|[如见依按照]{_ABOVE}|[与和跟]{_ABOVE}{_OF_WHAT}(?:相同|一致|一样|同)"
    r"|[-—–]*[〃″“”\"'‘’`´″′]+[-—–]*)[)]?"
)
LEFT = re.compile(
    r"[(]?(?:[与和跟]?左(?:[栏列格])?(?:相同|一致|同)|同左(?:[栏列格])?|←+|[〃″]+)[)]?"
)
POINTS = re.compile(
    r"[(]?(?:同|与|见|如|参见|参照)(?:左|右|下|前)(?:一?[行列格栏条])?(?:相?同|一致)?[)]?"
    r"|[(]?(?:同|与|见|如|参见)(?:第|序号|编号|no\.?)?[(]?\d{1,4}[)]?(?:[行条号项])?(?:相?同|一致)?[)]?"
    r"|同上[(].*[)]|←+|→+|↓+"
)
"""What points to a cell that cannot be told: left, right, below, or a row by its number."""
PLACEHOLDERS = frozenset(
    (  # noqa: SIM905 - words are read more easily than quotation marks
        "无 / // \\ - -- — —— – − ― _ * × 空 暂无 暂缺 不详 未知 不明 待定 待补充 待核实 略 未填 没有 "
        ".. ... … -//- 未移交 待移交 尚未移交 暂未移交 "
        "none null nil na n/a n.a ? ?? 无数据"
    ).split()
)
NO_PROBLEM = re.compile(
    r"(?:经?(?:现场)?(?:检查|核查|执法)?[,:]?)?(?:未|没有|没|暂未|暂无|无)(?:发现|见|存在|有)?"
    r"(?:明显|其他|涉气|大气|任何|相关)*(?:环境|环保|违法|生态环境|大气环境)*(?:问题|异常|违法行为)"
    r"|(?:一切|检查|运行)?正常|无异常(?:情况|问题)?|合格|达标|不存在(?:环境|涉气|环保|违法)*问题|未发现|未见异常"
)
ELSEWHERE = re.compile(
    r"(?:详见|见|参见|另见|具体见|详情见)(?:附[件表图页录]|照片|图片?|后附.*|材料|另附.*|笔录|下表)[0-9一二三四五六七八九十]*"
    r"|另附(?:材料|页|表)?|附后|后附|(?:问题|内容|具体)*(?:详见|见|参见)(?:备注|附件|照片|图片|通知|笔录|右|后|另表)"
)
SAYS_NOTHING = re.compile(r"[\d.,、()√×✓✔☑○●△*#-]*|有|是|否|存在|同意|待定|待核实")
"""The text of a problem that does not say which: a mark, a number, a yes."""
LONGEST_WORD = 13
OWN = frozenset({"problem_no"})
"""What no two rows share, so that no row takes it from the row above."""


class Unclear(str):
    """A word for the cell above where a hidden row stands between: which of two, nobody can see."""

    __slots__ = ("below",)
    below: Cell

    @classmethod
    def of(cls, word: str, below: Cell) -> Unclear:
        """Keep the word, and what it would be if the hidden row belongs to the list."""
        unclear = cls(word)
        unclear.below = below
        return unclear


def is_ditto(cell: Cell) -> bool:
    """Say whether a cell only says that it is as above."""
    return isinstance(cell, str) and 0 < len(cell) < LONGEST_WORD and _is_ditto(cell)


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


def points_away(cell: Cell) -> bool:
    """Say whether a cell points to a cell beside or below it, or to a row by its number."""
    return isinstance(cell, str) and 0 < len(cell) < LONGEST_WORD and _points_away(cell)


@lru_cache(4096)
def _points_away(text: str) -> bool:
    return POINTS.fullmatch(squeezed(text)) is not None


def says_nothing(text: str) -> bool:
    """Say whether the text of a problem does not say which problem."""
    return len(text) < LONGEST_WORD and SAYS_NOTHING.fullmatch(squeezed(text)) is not None


def filled_from_above(
    entries: Iterable[Entry], unseen: Collection[int] = (), *, lying: bool = False
) -> Iterator[Entry]:
    """Give every cell that says 同上 what stands above it; where nothing does, it stays as it is.

    A credit code is taken over for the same enterprise alone, a number of a problem never. Where an
    `unseen` row stands between and says something else, the cell is `Unclear`. In a list `lying` on
    its side the row before stands to the left.
    """
    above = seen = Entry(0, {}, {})
    for entry in entries:
        if entry.opens:
            above = seen = Entry(0, {}, {})
        cells = (*entry.values.values(), *entry.remarks.values())
        if any(_says_same(cell, lying=lying) for cell in cells):
            visible = seen if entry.number not in unseen else above
            entry = _filled(entry, above, visible, lying=lying)  # noqa: PLW2901 - one by one
        above = entry
        seen = seen if entry.number in unseen else entry
        yield entry


def with_hidden_above(entry: Entry) -> Entry:
    """Return an entry whose cells follow hidden rows as well: these belong to the list."""
    if not any(isinstance(c, Unclear) for c in (*entry.values.values(), *entry.remarks.values())):
        return entry
    return replace(
        entry,
        values={f: c.below if isinstance(c, Unclear) else c for f, c in entry.values.items()},
        remarks={n: c.below if isinstance(c, Unclear) else c for n, c in entry.remarks.items()},
    )


def _says_same(cell: Cell, *, lying: bool) -> bool:
    if not lying:
        return is_ditto(cell)
    return isinstance(cell, str) and 0 < len(cell) < LONGEST_WORD and _is_left(cell)


@lru_cache(4096)
def _is_left(text: str) -> bool:
    return LEFT.fullmatch(squeezed(text)) is not None


def _filled(entry: Entry, above: Entry, seen: Entry, *, lying: bool) -> Entry:
    def from_above(cell: Cell, upper: Cell | None, visible: Cell | None) -> Cell:
        if upper is None or not _says_same(cell, lying=lying):
            return cell
        return upper if upper == visible else Unclear.of(str(cell), upper)

    values = {
        field: cell
        if field in OWN
        else from_above(cell, above.values.get(field), seen.values.get(field))
        for field, cell in entry.values.items()
    }
    if "credit_code" in values and values.get("enterprise") != above.values.get("enterprise"):
        values["credit_code"] = entry.values["credit_code"]
    remarks = {
        name: from_above(cell, above.remarks.get(name), seen.remarks.get(name))
        for name, cell in entry.remarks.items()
    }
    return replace(entry, values=values, remarks=remarks)
