"""The days of a list: one in any of its spellings, and what official phrases say of one."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, time, timedelta

from domain.local_time import SHANGHAI
from domain.local_time import day_of as local_day

SERIAL_ZERO = date(1899, 12, 30)
SERIALS = range(36_526, 73_051)
"""Excel serials from 2000-01-01 to 2100-01-01; other bare numbers are not read as days."""

_DAY = r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?"
_TIME = (
    r"(?:[\sT]*(?:(?:上午|下午|凌晨|早上|早|中午|晚上|晚|夜间)?\s*"
    r"(?:\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?|\d{1,2}[时点](?:\d{1,2}分?)?(?:\d{1,2}秒)?)"
    r"|上午|下午|凌晨|早上|中午|晚上|夜间))?"
)
WRITTEN = re.compile(rf"{_DAY}\.?(?:\s*\(?(?:星期|周)[一二三四五六日天]\)?)?{_TIME}")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
ZONED = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})")
DASHES = re.compile(r"[‐‑‒–—―−]")

_WORDS = "〇○零一二三四五六七八九"
_DIGITS = str.maketrans(_WORDS, "000123456789")
IN_WORDS = re.compile(
    rf"([{_WORDS}]{{4}})年([{_WORDS}十]{{1,3}})月(?:([{_WORDS}十]{{1,4}})[日号])?"
)
SHORT = re.compile(r"(\d{2})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?")
DONE = re.compile(r"已.*(?:完成|整改|办结|销号)")
SHAPE = re.compile(r"\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?\.?|\d{8}")
INSIDE = re.compile(_DAY)
VERBS = re.compile(r"(?:全部|基本|须|应)*(?:完成|整改|整治|治理|办结|落实|到位|任务|工作|销号)+$")
LEADS = re.compile(r"^(?:要求|限期?|力争|确保|计划|预计|争取|原则上|拟|须|应|务必)+")
BY = re.compile(r"^(?:不迟于|最迟|截至|截止到?|截至到|至|到|于|在)?(.+?)(?:以前|之前|前|止|为止)?$")
MONTH = re.compile(r"(\d{4})[年./-](\d{1,2})月?(?:份|底|末|月底|月末|内)?")
YEAR = re.compile(r"(\d{4})年?(?:年?底|末|底)")
SPAN = re.compile(rf"{_DAY}\s*(?:至|到|-|~)+\s*{_DAY}")
SHORT_SPAN = re.compile(
    r"(\d{4})[年./-](\d{1,2})[月./-]\d{1,2}日?(?:至|到|-|~)+(?:(\d{1,2})[月./-])?(\d{1,2})日?"
)
NUMERIC_SPAN = re.compile(r"[\d./]+\s*[-~至到]+\s*[\d./]+")
BEHIND = re.compile(
    r"(?<![\d年月./-])(上午|下午|凌晨|早上|早|中午|晚上|晚|夜间)?\s*"
    r"(\d{1,2})(?::(\d{2})(?::\d{2}(?:\.\d+)?)?|[时点](?:(\d{1,2})分?)?(?:\d{1,2}秒)?)$"
)
_AFTER_NOON, _NOON = frozenset({"下午", "中午", "晚上", "晚", "夜间"}), 12
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def day_in(text: str) -> date | None:
    """Return the single day that a text is, or None; a day without its year is not guessed.

    Read are 2024年6月24日, 2024-6-24, 2024.6.24, 2024/6/24 and 20240624, with a weekday or a time of
    day after it, Excel serials, and instants with a zone, which are days in Shanghai.
    """
    text = plain(text)
    if ZONED.fullmatch(text):
        return local_day(datetime.fromisoformat(text))
    serial = SERIAL.fullmatch(text)
    if serial:
        return day_of_serial(int(serial[1]))
    written = WRITTEN.fullmatch(text) or COMPACT.fullmatch(text)
    return _date(*written.groups()) if written else None


def time_in(text: str) -> time | None:
    """Return the hour and minute behind a day, None where there are none or they cannot be.

    Midnight is what programs write behind a day without a time.
    """
    text = plain(text)
    if ZONED.fullmatch(text):
        return (
            datetime.fromisoformat(text)
            .astimezone(SHANGHAI)
            .time()
            .replace(second=0, microsecond=0)
        )
    found = BEHIND.search(text) if INSIDE.search(text) else None
    if found is None:
        return None
    part, hour, minute = found[1] or "", int(found[2]), int(found[3] or found[4] or 0)
    if part in _AFTER_NOON and hour < _NOON:
        hour += _NOON
    known = hour < 24 and minute < 60 and (hour, minute) != (0, 0)
    return time(hour, minute) if known else None


def day_said(text: str, *, due: bool) -> tuple[date, bool] | None:
    """Return the day that an official phrase names, and whether it names it without doubt.

    The end of a month or a year is its last day; of a span, where it is `due`, its end. A year of two
    digits is one of this century, with doubt. Words that name no day, such as 立行立改 or a quarter,
    give None; so does, where it is `due`, what is done already.
    """
    text = plain(text).replace(" ", "")
    exact = day_in(text) or day_in(BY.sub(r"\1", text))
    if exact:
        return exact, True
    if due and DONE.search(text):
        return None
    core = BY.sub(r"\1", LEADS.sub("", VERBS.sub("", text)))
    short = SHORT.fullmatch(core)
    if short:
        day = _date(f"20{short[1]}", short[2], short[3])
        return (day, False) if day else None
    about = (_end_of_span(core) if due else None) or _end_of(core) or _only_day(text)
    return (about, False) if about else None


def _end_of_span(text: str) -> date | None:
    span, short = SPAN.fullmatch(text), SHORT_SPAN.fullmatch(text)
    if span:
        return _date(*span.groups()[3:])
    return _date(short[1], short[3] or short[2], short[4]) if short else None


def is_phrase(text: str) -> bool:
    """Say whether a text may stand where a day does: words or a span, no day written wrong."""
    text = plain(text)
    if SHAPE.fullmatch(BY.sub(r"\1", text)):
        return False
    return bool(CHINESE.search(text)) or NUMERIC_SPAN.fullmatch(text) is not None


def plain(text: str) -> str:
    """Return a text with one kind of digits, dashes and points."""
    text = DASHES.sub("-", unicodedata.normalize("NFKC", text)).replace("。", ".").strip()
    return IN_WORDS.sub(_in_digits, text)


def _in_digits(words: re.Match[str]) -> str:
    year = words[1].translate(_DIGITS)
    day = f"{_number(words[3])}日" if words[3] else ""
    return f"{year}年{_number(words[2])}月{day}"


def _number(words: str) -> int:
    """Read a number below a hundred: 十二, 三十一, or digits one by one."""
    if "十" not in words:
        return int(words.translate(_DIGITS))
    tens, _, ones = words.partition("十")
    return int(tens.translate(_DIGITS) or 1) * 10 + int(ones.translate(_DIGITS) or 0)


def day_of_serial(serial: int) -> date | None:
    """Return the day of an Excel serial (1900 system)."""
    return SERIAL_ZERO + timedelta(days=serial) if serial in SERIALS else None


def _end_of(text: str) -> date | None:
    month = MONTH.fullmatch(text)
    if month and 1 <= int(month[2]) <= 12 and int(month[1]) > 0:
        year, of_year = int(month[1]), int(month[2])
        return date(year, of_year, monthrange(year, of_year)[1])
    year_end = YEAR.fullmatch(text)
    return date(int(year_end[1]), 12, 31) if year_end and int(year_end[1]) else None


def _only_day(text: str) -> date | None:
    found = INSIDE.search(text)
    if found is None or re.search(r"\d", text[: found.start()] + text[found.end() :]):
        return None
    return _date(*found.groups())


def _date(*parts: str) -> date | None:
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None
