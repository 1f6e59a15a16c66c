"""The level of supervision, in the one form that pages, mails and exports use."""

from __future__ import annotations

_NUMERALS = "零一二三四五六七八九十"


def level_text(level: int, title: str = "") -> str:
    """Write a level of supervision 督办层级: 第二级（督办函）; 未提级 for none."""
    if not level:
        return "未提级"
    number = _NUMERALS[level] if level < len(_NUMERALS) else str(level)
    return f"第{number}级（{title}）" if title else f"第{number}级"
