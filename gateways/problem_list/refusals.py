"""Why a row cannot be taken over, and what should be looked at: in plain Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from domain.catalogues import key_contents
from domain.catalogues.districts import (
    bears_moved_name,
    district,
    districts_in,
    find_district,
    suggest_districts,
    units_by_place,
)
from gateways.problem_list.cells import ordinals, separate_problems
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS

OLDEST_MAP = date.min
"""A day before every change of the districts' map."""


class Refused(ValueError):
    """A column that cannot be taken over: stable code, and in Chinese why and what to do."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the code for machines and the message for people."""
        super().__init__(message)
        self.code = code
        self.message = message


def shown(text: str) -> str:
    """Return the beginning of somebody's text, for a message."""
    return text if len(text) <= 20 else f"{text[:20]}…"


def several_problems(description: str) -> tuple[RowError, ...]:
    """Warn of a cell that numbers several problems; each should have a row of its own (annex)."""
    count = max(len(separate_problems(description)), ordinals(description))
    if count < 2:
        return ()
    message = f"一格内列有{count}个问题；整改表要求每个问题单独填写，建议拆分为{count}行后再移交"
    return (RowError(LABELS["description"], "several_problems", message),)


def kept_as_remark(column: str, text: str) -> RowError:
    """Warn that a catalogue does not know the text."""
    message = f"“{shown(text)}”不在系统的{column}目录之内，已按备注保留；如需归类请改为目录用语"
    return RowError(column, "kept_as_remark", message)


OWN_FEEDBACK_DATE = "own_feedback_date"


def own_date_differs(column: str, text: str, due: date) -> RowError:
    """Ask about a feedback date of the list's own that is not the one by rule."""
    message = f"清单写“{shown(text)}”，按规则应为{due}；以系统计算的期限为准，请核对"
    return RowError(column, "own_feedback_date_differs", message)


def unknown_dates(column: str) -> RowError:
    """Tell that a column of days is none that we know, and does not start or end anything."""
    if "反馈" in column:
        message = "清单所列反馈时限不作为期限，已按备注保留；反馈期限由系统按规则计算"
        return RowError(column, OWN_FEEDBACK_DATE, message)
    message = "该列未识别为移交日期、发现日期或整改时限，已按备注保留；如属其中一项，请改用规范列名"
    return RowError(column, "unknown_date_column", message)


def number_of_several() -> RowError:
    """Tell that one number merged over several problems can be the number of none."""
    message = "编号由几个问题合用一格，不能区分问题，已按备注保留；各问题由系统另行编号"
    return RowError(LABELS["problem_no"], "number_of_several", message)


def running_number(number: str) -> RowError:
    """Tell that a small number among real ones was taken for a counter."""
    message = f"“{shown(number)}”按行号理解，未作为问题编号；该问题由系统另行编号"
    return RowError(LABELS["problem_no"], "running_number", message)


def words_for_number(column: str) -> RowError:
    """Tell of words in a counter's column."""
    return RowError(column, "kept_as_remark", f"{column}一栏写有文字，已按备注保留；请核对")


NOT_TRANSFERRED = "not_transferred"


def not_yet_transferred(told: Mapping[str, str]) -> RowError:
    """Tell of a row that names a document or a date of a transfer and not its day."""
    words = "、".join(f"{label}“{shown(text)}”" for label, text in told.items())
    message = f"未填移交日期，只登记、不移交；{words}已按备注保留，办理移交时请填写"
    return RowError(LABELS["transferred_on"], NOT_TRANSFERRED, message)


def row_void(column: str, text: str) -> RowError:
    """Refuse a row whose counter says that it holds no longer."""
    return RowError(
        column, "row_void", f"{column}写有“{shown(text)}”，该行未登记；仍需登记的请改正"
    )


def second_column(column: str, taken: str, label: str) -> RowError:
    """Tell of a column that would be the same field as another, which was read as it."""
    message = f"与“{taken}”都可作为{label}，已读取“{taken}”，本列按备注保留；请核对"
    return RowError(column, "second_column", message)


def from_head_line(label: str, text: str) -> RowError:
    """Tell that what stands above the headings was taken for every row."""
    message = f"表头上方写有“{shown(text)}”，已用作本表未填{label}各行的{label}；请核对"
    return RowError(label, "from_head_line", message)


def broken(error: str) -> Refused:
    """Refuse a cell whose value nobody can see: an error, or a formula never worked out."""
    if error:
        return Refused("cell_error", f"单元格为错误值“{error}”；请改正公式，或者直接填写内容")
    message = (
        "单元格只有公式，没有计算结果，视为未填写；请用 Excel 或 WPS 打开保存，或者直接填写内容"
    )
    return Refused("missing", message)


def broken_remark(column: str, error: str) -> RowError:
    """Tell of a remark that was not read for the same reasons."""
    what = f"错误值“{error}”" if error else "没有计算结果的公式"
    return RowError(column, "cell_error", f"单元格为{what}，未读取")


class Hidden(StrEnum):
    """What is done with hidden and filtered rows: asked about, taken like others, or left out."""

    ASK = "ask"
    TAKE = "take"
    LEAVE = "leave"


HIDDEN_ROWS = "hidden_rows"
HIDDEN_LEFT = "该行被隐藏或筛选，按选择不登记"


def hidden_row() -> RowError:
    """Ask whether a hidden row belongs to the list."""
    message = "该行被隐藏或筛选，未登记；应当登记的请取消隐藏和筛选后重新导入，不应登记的请删除该行"
    return RowError("", "hidden_row", message)


def hidden_rows(numbers: Sequence[int]) -> RowError:
    """Ask about all hidden rows of a sheet at once."""
    shown_numbers = "、".join(map(str, numbers[:50])) + ("等" if len(numbers) > 50 else "")
    message = f"第{shown_numbers}行被隐藏或筛选，共{len(numbers)}行，未登记；请核对是否属于清单"
    return RowError("", HIDDEN_ROWS, message)


def hidden_rows_taken(asked: RowError) -> RowError:
    """Tell that hidden rows were read like the others, as was answered."""
    message = f"{asked.message.partition('，未登记')[0]}，按选择与其他行一并登记"
    return RowError("", "hidden_rows_taken", message)


def format_cannot_tell() -> RowError:
    """Tell that this kind of file does not say what is hidden or an error."""
    message = (
        "该格式的文件无法识别隐藏的行和出错的单元格，隐藏的行也已读取；请核对，或另存为“.xlsx”"
    )
    return RowError("", "format_cannot_tell", message)


def hidden_columns(headings: Sequence[str]) -> RowError:
    """Tell that hidden columns were read."""
    message = f"隐藏的列也已读取：{'、'.join(headings)}；请核对"
    return RowError("", "hidden_columns", message)


def days_of_1904(column: str, day: date) -> RowError:
    """Ask about a bare number in a workbook whose days are counted from 1904."""
    message = f"工作簿采用1904日期系统，该数值按{day}理解；请核对"
    return RowError(column, "date_1904", message)


def missing(column: str, text: str = "") -> Refused:
    """Refuse an empty required cell, or one that only says that it holds nothing."""
    said = f"{column}填的是“{shown(text)}”，视为未填写" if text else f"{column}未填写"
    return Refused("missing", f"{said}；与上一行相同的也请填写，或者与上一行合并单元格")


UNLIKELY, IMPLAUSIBLE = timedelta(days=3 * 366), timedelta(days=10 * 365)
"""How far from the transfer a day is asked about, and how far it is surely a slip."""


def is_unlikely(day: date, on: date) -> bool:
    """Say whether a day lies years away from the transfer."""
    return abs(day - on) > UNLIKELY


def far_off(field: str, day: date, on: date) -> RowError:
    """Ask about a day years away from the transfer."""
    years = round(abs((day - on).days) / 365)
    message = f"{day}与移交日期相差约{years}年；请核对年份是否有误"
    return RowError(LABELS[field], "date_unlikely", message)


def refuse_implausible(field: str, day: date | None, on: date) -> None:
    """Refuse a day ten years or more from the transfer: a slip of the keyboard."""
    if day and abs(day - on) > IMPLAUSIBLE:
        message = f"{LABELS[field]}{day}与移交日期相差十年以上；请核对年份"
        raise Refused("date_implausible", message)


def unknown_key_content(text: str) -> Refused:
    """Refuse words that are none of the eleven key contents, with those they may mean."""
    likely = "、".join(f"{entry.number}（{entry.short}）" for entry in key_contents.alike(text))
    hint = f"是否应为{likely}？" if likely else ""
    message = f"“{shown(text)}”不在11项重点内容之内；{hint}请填序号1至11、方案原文，一般问题请留空"
    return Refused("unknown_key_content", message)


def unknown_district(text: str, on: date, address: str = "") -> Refused:
    """Refuse a district that is not valid on the day: by its successor, or with a suggestion.

    Which successor it is, the address says where it names the town.
    """
    several = districts_in(text)
    if several:
        count = "两个" if len(several) == 2 else f"{len(several)}个"
        message = f"“{shown(text)}”写了{count}区县；每行只能由一个区县负责，请按区县拆分为{len(several)}行"
        return Refused("several_districts", message)
    other_day = find_district(text, OLDEST_MAP) or find_district(text, date.max)
    units = "、".join(unit.name for unit in suggest_districts(text, on))
    if other_day is None:
        hint = f"是否应为{units}？请改为规范名称" if units else "请填写区县（自治县）规范名称"
        return Refused("unknown_district", f"没有名为“{shown(text)}”的区县；{hint}")
    if other_day.valid_to and other_day.valid_to < on:
        why = f"{other_day.name}已于{other_day.valid_to + timedelta(days=1)}起撤销"
        heirs = units_by_place(other_day.code, address, on)
        by_place = _by_place(heirs, address) if address else f"请改填{units}"
        return Refused("district_not_valid_on", f"{why}；移交日期为{on}的{by_place}")
    why = f"{other_day.name}自{other_day.valid_from}起才设立"
    return Refused("district_not_valid_on", f"{why}；请核对区县和移交日期{on}")


def _by_place(units: Sequence[str], address: str) -> str:
    names = [district(code).name for code in units]
    if len(names) == 1:
        return f"按地址请改填{names[0]}"
    return f"请按所在街道（镇）改填{'或'.join(names)}（地址“{shown(address)}”不能确定）"


def elsewhere_by_place(unit: str, address: str, on: date) -> tuple[RowError, ...]:
    """Ask about a row whose address holds the name of a town that its unit has given away."""
    units = units_by_place(unit, address, on)
    if units == (unit,) or not bears_moved_name(unit, address):
        return ()
    names = "或".join(district(code).name for code in units)
    if len(units) == 1:
        said = f"地址“{shown(address)}”所在街道（镇）已划归{names}，请核对责任区县"
    else:
        said = f"地址“{shown(address)}”不能确定属{names}，请核实所在街道（镇）和责任区县"
    return (RowError(LABELS["district"], "district_by_place", said),)
