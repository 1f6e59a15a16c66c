"""What pydantic finds wrong with something typed, said in Chinese: one table for every way in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

_UNKNOWN = "取值不正确"
_DAY = "应为日期，如 2024-06-24"
_INSTANT = "应为时刻，如 2024-06-24T09:00:00+08:00"
_WHOLE = "应为整数"
_YES_OR_NO = "应为 true 或 false"
_CHOICE = "不在可选范围内（{expected}）"
_OBJECT = "应为 JSON 对象"

SENTENCES: Mapping[str, str] = {
    "missing": "必须填写",
    "extra_forbidden": "没有这个字段，请删去或更正名称",
    "string_type": "应为文字",
    "string_too_long": "过长，最多{max_length}个字",
    "string_too_short": "不能为空",
    "string_unicode": "不是有效的 UTF-8 文字",
    "string_pattern_mismatch": "格式不正确",
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": "应为日期，不带时间",
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "time_type": "应为时刻，如 09:00",
    "time_parsing": "应为时刻，如 09:00",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": "数字过大",
    "int_from_float": _WHOLE,
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "finite_number": "应为数字",
    "decimal_type": "应为数字",
    "decimal_parsing": "应为数字",
    "decimal_max_places": "最多{decimal_places}位小数",
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "greater_than_equal": "不得小于{ge}",
    "less_than_equal": "不得大于{le}",
    "too_long": "项数过多，最多{max_length}项",
    "too_short": "至少填写{min_length}项",
    "tuple_type": "应为列表",
    "list_type": "应为列表",
    "model_type": "应为一组“名称: 值”",
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "json_invalid": "不是有效的 JSON：{error}",
}
"""Type of error to what is wrong, without a full stop; the braces take the error's own context."""

_SHOWN = 40
_REASON = 200
_SHOW_NOTHING = frozenset({"missing", "extra_forbidden", "value_error"})


def said(found: Mapping[str, Any]) -> str:
    """Say what one finding of pydantic means."""
    if found["type"] == "value_error":
        reason = str(found["ctx"]["error"])
        # A library's own words are English; ours may show the value, however long.
        return _UNKNOWN if reason.isascii() else beginning_of(reason, _REASON)
    return SENTENCES.get(str(found["type"]), _UNKNOWN).format_map(found.get("ctx") or {})


def in_words(error: ValidationError) -> str:
    """Say all that is wrong with a file: each place, what is wrong, and what stands there now."""
    return "；".join(f"{_place(found['loc'])}：{_with_value(found)}" for found in error.errors())


def settings_in_words(error: ValidationError) -> str:
    """Say what is wrong with the settings, by the names under which they are set; no value of a secret."""
    return "；".join(
        f"BIHUAN_{str(found['loc'][0]).upper()}：{_with_value(found)}"
        if found["loc"]
        else said(found)
        for found in error.errors()
    )


def _place(where: tuple[int | str, ...]) -> str:
    """Name the place; entries of a list are counted from 1 as people do."""
    parts = (f"第{part + 1}项" if isinstance(part, int) else beginning_of(part) for part in where)
    return ".".join(parts) or "全文"


def _with_value(found: Mapping[str, Any]) -> str:
    value = found["input"]
    shown = isinstance(value, str | int | float | date) and found["type"] not in _SHOW_NOTHING
    return f"{said(found)}，现为{beginning_of(value)}" if shown else said(found)


def beginning_of(value: str | float | date, longest: int = _SHOWN) -> str:
    """Show the beginning of a long value; a number may have more digits than Python prints."""
    if isinstance(value, int) and value.bit_length() > 64:
        return "超出范围的整数"
    text = str(value)
    return text if len(text) <= longest else f"{text[:longest]}……"
