"""Which days the authorities work.

Saturdays and Sundays are rest days (国务院关于职工工作时间的规定 第七条); the yearly notice of the
State Council's office adds holidays and names weekend days that are worked instead. A year whose
notice is not out yet is *not announced*: its days follow from weekends and the statutory holidays,
and every date resting on it is provisional.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate

from domain.canonical import digest
from domain.recorded_forms import CALENDAR

STATUTORY_SOURCE = "《全国年节及纪念日放假办法》（2024年修订）"

# The statutory holidays with a fixed date; the others follow the lunar calendar or a solar term.
FIXED_HOLIDAYS = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}

# From this day on, December may be rearranged by the notice of the following year: Monday
# 2018-12-31 became a day off, and Saturday 2018-12-29 a workday, by the notice for 2019.
_YEAR_END = (12, 29)

_ONE_DAY = timedelta(days=1)


class DayKind(StrEnum):
    """What a day is; workdays and make-up workdays are worked."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP_WORKDAY = "make_up_workday"

    @property
    def label(self) -> str:
        """The kind's name in Chinese."""
        return _LABELS[self]


_LABELS = {
    DayKind.WORKDAY: "工作日",
    DayKind.WEEKEND: "休息日",
    DayKind.HOLIDAY: "法定节假日",
    DayKind.MAKE_UP_WORKDAY: "调休上班日",
}
_WORKED = (DayKind.WORKDAY, DayKind.MAKE_UP_WORKDAY)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday with all days off that belong to it, weekends among them included."""

    name: str
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """What one yearly notice says, or, not `announced`, what the statute lets us expect.

    A notice may reach back into the last days of the December before its year.
    """

    year: int
    notice: str
    announced: bool
    holidays: tuple[Holiday, ...]
    make_up_workdays: tuple[date, ...]


class _Tabled:
    """Room for the tables a calendar keeps beside its data; they are no part of its value."""

    __slots__ = ("_tables",)
    _tables: dict[int, _YearTable]


@dataclass(frozen=True, slots=True)
class WorkCalendar(_Tabled):
    """The calendar of several years; `version` is a hash of all the data it was cut from.

    A cut recorded with a life also has the hash of its own years. Lives recorded before cuts were
    hashed have none.
    """

    version: str
    years: tuple[CalendarYear, ...]
    content_hash: str = ""

    @property
    def name(self) -> str:
        """What a record order calls the calendar: its version, and what was cut from it."""
        return f"{self.version}#{self.content_hash[:12]}" if self.content_hash else self.version

    def __hash__(self) -> int:
        """Hash by version: a calendar may be part of a cache key."""
        return hash(self.version)

    def kind(self, day: date) -> DayKind:
        """Say what `day` is."""
        table = self._table(day.year)
        return table.kinds[day.toordinal() - table.first]

    def is_workday(self, day: date) -> bool:
        """Tell whether `day` is worked."""
        return self.kind(day) in _WORKED

    def next_workday(self, day: date) -> date:
        """Give the first working day from `day` on, `day` included."""
        return self.add_working_days(day - _ONE_DAY, 1)

    def previous_workday(self, day: date) -> date:
        """Give the last working day up to `day`, `day` included."""
        table = self._table(day.year)
        count = table.worked_through(day)
        if count == 0:
            table = self._table(day.year - 1)
            count = table.total
        return table.working_day(count)

    def add_working_days(self, day: date, n: int) -> date:
        """Give the `n`-th working day after `day`; for 0, `day` itself.

        Raises ValueError for a negative `n`.
        """
        if n < 0:
            raise ValueError(f"cannot add {n} working days")
        if n == 0:
            return day
        table = self._table(day.year)
        count = table.worked_through(day) + n
        while count > table.total:
            count -= table.total
            table = self._table(table.year + 1)
        return table.working_day(count)

    def working_days_between(self, after: date, through: date) -> int:
        """Count the working days later than `after`, up to and including `through`.

        The count is 0 when `through` is not later.
        """
        if through <= after:
            return 0
        whole_years = sum(self._table(year).total for year in range(after.year, through.year))
        return (
            whole_years
            + self._table(through.year).worked_through(through)
            - self._table(after.year).worked_through(after)
        )

    def is_announced(self, day: date) -> bool:
        """Tell whether the notices that decide over `day` are out."""
        announced = self._table(day.year).announced
        if announced and (day.month, day.day) >= _YEAR_END:
            return self._table(day.year + 1).announced
        return announced

    def announced_until(self, day: date) -> date:
        """Give the first day from `day` on over which no notice decides yet."""
        while self.is_announced(day):
            day += _ONE_DAY
        return day

    def holiday_name(self, day: date) -> str | None:
        """Name the holiday to which the day off `day` belongs, or None."""
        return self._table(day.year).names.get(day)

    def notice(self, day: date) -> str:
        """Name the notice by which `day` is what it is."""
        table = self._table(day.year)
        return table.notices.get(day, table.notice)

    def for_years(self, first: int, last: int) -> WorkCalendar:
        """Cut out the years `first` to `last`, to be recorded with a life.

        The year after `last` comes along, since its notice decides over the end of December.
        """
        return _cut(self, first, last)

    def _table(self, year: int) -> _YearTable:
        # A calendar read back from a record is built without __init__, hence filled on first use.
        try:
            return self._tables[year]
        except AttributeError:
            object.__setattr__(self, "_tables", {})
        except KeyError:
            pass
        data = tuple(y for y in self.years if y.year in (year, year + 1))
        return self._tables.setdefault(year, _year_table(year, data))


# Every new life begins with one of a few cuts; hashing its years anew each time is half a millisecond.
@lru_cache(maxsize=64)
def _cut(calendar: WorkCalendar, first: int, last: int) -> WorkCalendar:
    years = tuple(y for y in calendar.years if first <= y.year <= last + 1)
    return WorkCalendar(calendar.version, years, years_hash(years))


def years_hash(years: tuple[CalendarYear, ...]) -> str:
    """Hash what the years say; SHA-256 in hex."""
    return digest(years, CALENDAR)


@dataclass(frozen=True, slots=True)
class _YearTable:
    """One year worked out day by day; `worked[i]` counts the working days of its first i days."""

    year: int
    first: int
    announced: bool
    notice: str
    kinds: tuple[DayKind, ...]
    worked: tuple[int, ...]
    names: dict[date, str]
    notices: dict[date, str]

    @property
    def total(self) -> int:
        return self.worked[-1]

    def worked_through(self, day: date) -> int:
        return self.worked[day.toordinal() - self.first + 1]

    def working_day(self, n: int) -> date:
        return date.fromordinal(self.first + bisect_left(self.worked, n) - 1)


@lru_cache(maxsize=512)
def _year_table(year: int, data: tuple[CalendarYear, ...]) -> _YearTable:
    own = next((y for y in data if y.year == year), _unknown_year(year))
    sources = (own, *(y for y in data if y.year == year + 1))
    names = {day: h.name for y in sources for h in y.holidays for day in h.days}
    make_up = {day for y in sources for day in y.make_up_workdays}
    notices = {day: y.notice for y in sources for h in y.holidays for day in h.days}
    notices |= {day: y.notice for y in sources for day in y.make_up_workdays}
    first = date(year, 1, 1).toordinal()
    days = map(date.fromordinal, range(first, date(year, 12, 31).toordinal() + 1))
    kinds = tuple(_kind(day, names, make_up) for day in days)
    worked = tuple(accumulate((kind in _WORKED for kind in kinds), initial=0))
    return _YearTable(year, first, own.announced, own.notice, kinds, worked, names, notices)


def _kind(day: date, names: dict[date, str], make_up: set[date]) -> DayKind:
    if day in make_up:
        return DayKind.MAKE_UP_WORKDAY
    if day in names:
        return DayKind.HOLIDAY
    return DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY


def _unknown_year(year: int) -> CalendarYear:
    """Expect of a year without data the weekends and the holidays with a fixed date."""
    holidays = tuple(
        Holiday(name, (date(year, month, day),)) for (month, day), name in FIXED_HOLIDAYS.items()
    )
    return CalendarYear(year, unannounced_notice(year), False, holidays, ())


def unannounced_notice(year: int) -> str:
    """Name the source of a year whose notice is not out."""
    return f"{STATUTORY_SOURCE}（{year}年放假安排尚未公布，暂按法定节日推算）"
