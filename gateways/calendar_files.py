"""Where the working calendar comes from.

Announced years come from chinesecalendar, as far as it knows them, and from `calendars/*.yaml`,
which an administrator writes when the notice for a new year appears (a file takes precedence).
A few years beyond the last announced one are expected from the statutory holidays with the package
holidays, and marked as not announced.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, timedelta
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Annotated, Self

import yaml
from chinese_calendar import constants
from holidays import country_holidays
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from domain.work_calendar import CalendarYear, Holiday, WorkCalendar, unannounced_notice
from gateways.typed_errors import in_words
from gateways.yaml_text import read_kept_yaml, read_yaml

FOLDER = Path(__file__).parent.parent / "calendars"
PROVISIONAL_YEARS = 5

_KNOWN_NOTICES = {2024: "国办发明电〔2023〕7号", 2025: "国办发明电〔2024〕12号"}
_EVE = timedelta(days=3)


class CalendarFileError(ValueError):
    """A file of `calendars/` cannot be used; the message says which, where and what to do."""

    code = "calendar_file_invalid"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _HolidayEntry(_Model):
    name: Annotated[str, Field(min_length=1)]
    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not timedelta() <= self.last - self.first <= timedelta(days=15):
            raise ValueError("放假起止日期（first、last）颠倒或相隔过长")
        return self

    def holiday(self) -> Holiday:
        span = range(self.first.toordinal(), self.last.toordinal() + 1)
        return Holiday(self.name, tuple(date.fromordinal(n) for n in span))


class CalendarFile(_Model):
    """The shape of one `calendars/*.yaml`: the yearly notice, as data."""

    year: Annotated[int, Field(ge=2004, le=2100)]
    notice: Annotated[str, Field(min_length=1)]
    holidays: Annotated[tuple[_HolidayEntry, ...], Field(min_length=1)]
    make_up_workdays: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        off = [day for entry in self.holidays for day in entry.holiday().days]
        outside = [d for d in (*off, *self.make_up_workdays) if not self._covers(d)]
        if outside:
            raise ValueError(f"日期不属于{self.year}年：{_listed(outside)}")
        if len(set(off)) < len(off):
            raise ValueError("同一天列入了两个假期")
        if clash := set(off) & set(self.make_up_workdays):
            raise ValueError(f"既放假又调休上班：{_listed(clash)}")
        if weekdays := [d for d in self.make_up_workdays if d.weekday() < 5]:
            raise ValueError(f"调休上班日应为周六或周日：{_listed(weekdays)}")
        return self

    def _covers(self, day: date) -> bool:
        return date(self.year, 1, 1) - _EVE <= day <= date(self.year, 12, 31)

    def calendar_year(self) -> CalendarYear:
        """Give the file's content as the domain knows it."""
        return CalendarYear(
            year=self.year,
            notice=self.notice,
            announced=True,
            holidays=tuple(entry.holiday() for entry in self.holidays),
            make_up_workdays=tuple(sorted(self.make_up_workdays)),
        )


def load_calendar(
    years: range | None = None, folder: Path = FOLDER, announced: Iterable[CalendarYear] = ()
) -> WorkCalendar:
    """Load the calendar of `years`; by default all announced years and the five after them.

    `announced` are years that people entered and approved; they take precedence over files. Beyond
    all of them the calendar reckons with weekends and fixed holidays, as not announced. Raises
    CalendarFileError when a file cannot be used.
    """
    sources = (*_package_years(), *_file_years(folder), *announced)
    known = {year.year: year for year in sources}
    for year in range(min(known), max(known) + 1 + PROVISIONAL_YEARS):
        if year not in known:
            known[year] = expected_year(year)
    whole = tuple(known[year] for year in sorted(known))
    calendar = WorkCalendar(_version(whole), whole)
    return calendar if years is None else calendar.for_years(years.start, years.stop - 1)


def read_calendar_file(path: Path) -> CalendarYear:
    """Read one `calendars/*.yaml`; raises CalendarFileError with a message in Chinese."""
    try:
        return read_calendar_text(path.read_text("utf-8"), path.name)
    except OSError as error:
        raise CalendarFileError(f"日历文件{path.name}无法读取：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CalendarFileError(f"日历文件{path.name}不是有效的YAML（UTF-8）：{error}") from error


def read_calendar_text(text: str, name: str, *, kept: bool = False) -> CalendarYear:
    """Read the text of a calendar file called `name`, `kept` in force before or new.

    Raises CalendarFileError.
    """
    try:
        values = read_kept_yaml(text) if kept else read_yaml(text)
        return CalendarFile.model_validate(values).calendar_year()
    except ValidationError as error:
        raise CalendarFileError(
            f"日历文件{name}内容有误，请对照calendars/README.md修改：{in_words(error)}"
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # YAML's own reader raises a plain ValueError for a day such as 2027-02-30.
        raise CalendarFileError(f"日历文件{name}不是有效的YAML（UTF-8）：{error}") from error


def _file_years(folder: Path) -> list[CalendarYear]:
    paths = sorted(folder.glob("*.yaml"))
    years = [read_calendar_file(path) for path in paths]
    for year, same in groupby(sorted(zip(years, paths, strict=True), key=_year_of), key=_year_of):
        names = [path.name for _, path in same]
        if len(names) > 1:
            raise CalendarFileError(f"{year}年的日历文件重复，请只保留一份：{'、'.join(names)}")
    return years


def _year_of(read: tuple[CalendarYear, Path]) -> int:
    return read[0].year


def _package_years() -> list[CalendarYear]:
    """Sort the days of chinesecalendar by the notice that arranged them."""
    off: dict[int, dict[str, list[date]]] = defaultdict(lambda: defaultdict(list))
    for day, name in sorted(constants.holidays.items()):
        off[_notice_year(day)][constants.Holiday(name).chinese].append(day)
    worked: dict[int, list[date]] = defaultdict(list)
    for day in sorted(constants.workdays):
        worked[_notice_year(day)].append(day)
    return [
        CalendarYear(
            year=year,
            notice=_notice(year),
            announced=True,
            holidays=tuple(Holiday(name, tuple(days)) for name, days in named.items()),
            make_up_workdays=tuple(worked[year]),
        )
        for year, named in sorted(off.items())
    ]


def _notice_year(day: date) -> int:
    """Give the year whose notice arranged `day`: New Year may reach back into December."""
    return day.year + 1 if day.month == 12 else day.year


def _notice(year: int) -> str:
    number = _KNOWN_NOTICES.get(year)
    title = f"《国务院办公厅关于{year}年部分节假日安排的通知》"
    return f"{title}（{number}）" if number else title


def expected_year(year: int) -> CalendarYear:
    """Expect of an unannounced year the statutory holidays and the days given in lieu."""
    expected = country_holidays("CN", years=year, language="zh_CN")
    days = sorted(day for day in expected if day.year == year)
    return CalendarYear(
        year=year,
        notice=unannounced_notice(year),
        announced=False,
        holidays=tuple(Holiday(expected[day].replace("; ", "、"), (day,)) for day in days),
        make_up_workdays=(),
    )


def _version(years: Iterable[CalendarYear]) -> str:
    content = json.dumps([asdict(year) for year in years], default=str, ensure_ascii=False)
    return sha256(content.encode()).hexdigest()[:12]


def _listed(days: Iterable[date]) -> str:
    return "、".join(day.isoformat() for day in sorted(days))
