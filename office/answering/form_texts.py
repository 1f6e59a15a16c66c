"""What somebody typed into a district's form: read as text, day or telephone, or refused in words."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from pydantic_core import PydanticCustomError

from domain.plain_text import line, prose

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TELEPHONE = re.compile(r"\+?\d[\d\-() 转]{5,28}\d")


def wrong(code: str, message: str) -> PydanticCustomError:
    """Say what is wrong with a field: a stable code and the sentence with its remedy."""
    return PydanticCustomError(code, message)


def typed_prose(value: object) -> str:
    """Read a text of several lines as somebody typed it."""
    return prose(value) if isinstance(value, str) else ""


def typed_line(value: object) -> str:
    """Read a text of one line as somebody typed it."""
    return line(value) if isinstance(value, str) else ""


def half_width(value: object) -> str:
    """Read a text of one line with plain digits and letters."""
    return unicodedata.normalize("NFKC", typed_line(value))


def typed_day(value: object) -> date | None:
    """Read a day however it is written, None where nothing is."""
    typed = half_width(value)
    if not typed:
        return None
    parts = _DAY.fullmatch(typed)
    try:
        return date(*map(int, parts.groups())) if parts else _no_day(typed)
    except ValueError as error:
        raise wrong("day_impossible", "没有这一天，请核对年、月、日。") from error


def _no_day(typed: str) -> date:
    raise ValueError(typed)


def typed_telephone(value: object) -> str:
    """Read a telephone number, which must be there."""
    typed = half_width(value)
    if not typed:
        raise wrong("telephone_missing", "请填写联系电话，便于市级承办人核对。")
    if not _TELEPHONE.fullmatch(typed):
        raise wrong("telephone_impossible", "联系电话请填手机号或带区号的座机号，如 023-00000000。")
    return typed


def short_enough(typed: str, longest: int) -> str:
    """Refuse a text with more characters than its field holds."""
    if len(typed) > longest:
        raise wrong("too_long", f"最多{longest}字，现为{len(typed)}字，请精简；详情可放在附件中。")
    return typed


def named(typed: str) -> str:
    """Refuse a person's name that is missing."""
    if not typed:
        raise wrong("filler_missing", "请填写填报人姓名。")
    return typed
