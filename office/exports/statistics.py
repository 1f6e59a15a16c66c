"""The statistics of a year, as the page shows them and as a workbook: each figure with what it means."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from domain.catalogues.clue_sources import CLUE_SOURCES
from domain.catalogues.districts import DISTRICTS, District, district
from domain.catalogues.key_contents import GENERAL, KEY_CONTENTS
from domain.local_time import day_of
from office.exports.assessments import rate
from office.exports.workbooks import Cell, Sheet, workbook
from store.engine import Database
from store.lives import statistics
from store.lives.statistics import Figures, Month
from store.points import points_accounts
from store.registers import six_batches

FEWEST = 5
"""With fewer transferred than that a share says nothing; a dash stands there."""
WEEKS_AHEAD = 6
_FIGURES = ("移交", "在办", "其中逾期", "在督察清单", "已销号", "销号率")
_NOTE = (
    "按移交日期归入年度；已撤回和已合并的不计。在办、逾期、在清单为导出时的状态；"
    "等待市级答复或送达未落实的不计逾期。销号率为已销号占移交的比例，"
    f"移交不足{FEWEST}个的不计算。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One kind of problem and its figures; `asked` is how the problem list is asked for it."""

    name: str
    figures: Figures
    asked: str = ""

    @property
    def closed_rate(self) -> str:
        """The share of the closed in percent; a dash where too few were transferred."""
        many = self.figures.transferred >= FEWEST
        return rate(self.figures.closed, self.figures.transferred) if many else "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine(Line):
    """One unit: beside its figures what it lost, and the median days from transfer to closure."""

    code: str
    points: Decimal
    days: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Everything the page shows of a year, and what falls due in the weeks ahead of `today`."""

    year: int
    today: date
    units: Sequence[UnitLine]
    months: Sequence[Month]
    contents: Sequence[Line]
    sources: Sequence[Line]
    batches: Sequence[Line]
    falling_due: Mapping[date, int]

    @property
    def total(self) -> Figures:
        """All units together."""
        return sum((one.figures for one in self.units), Figures())

    @property
    def weeks(self) -> Sequence[Sequence[tuple[date, int]]]:
        """The weeks ahead, Monday first, each day with what falls due on it."""
        first = _monday(self.today)
        return [
            [(day, self.falling_due.get(day, 0)) for day in _days(first + timedelta(weeks=week))]
            for week in range(WEEKS_AHEAD)
        ]


async def gathered(session: AsyncSession, year: int, now: datetime) -> Statistics:
    """Gather the statistics of a year as they stand at `now`."""
    today = day_of(now)
    first = _monday(today)
    last = first + timedelta(weeks=WEEKS_AHEAD) - timedelta(days=1)
    batches = {one.code: one.label for one in await six_batches.in_force(session)}
    return Statistics(
        year=year,
        today=today,
        units=await _units(session, year, now),
        months=await statistics.by_month(session, year),
        contents=_lines(
            await statistics.by_content(session, year, now),
            {**{one.code: one.short for one in KEY_CONTENTS}, "": GENERAL},
        ),
        sources=_lines(
            await statistics.by_source(session, year, now),
            {**{one.code: one.short for one in CLUE_SOURCES}, "": "未填写"},
        ),
        batches=_lines(
            await statistics.by_batch(session, year, now),
            {**batches, "": "尚未分类"},
            "six_batch",
        ),
        falling_due=await statistics.falling_due(session, first, last),
    )


async def _units(session: AsyncSession, year: int, now: datetime) -> tuple[UnitLine, ...]:
    figures = await statistics.by_district(session, year, now)
    days = await statistics.days_to_closure(session, year)
    points = {one.district: one.points for one in await points_accounts.scores(session, year)}
    shown = figures.keys() | points.keys() | {one.code for one in DISTRICTS if _existed(one, year)}
    order = {one.code: place for place, one in enumerate(DISTRICTS)}
    return tuple(
        UnitLine(
            code=code,
            name=district(code).name,
            figures=figures.get(code, Figures()),
            points=points.get(code, Decimal(0)),
            days=days.get(code),
        )
        for code in sorted(shown, key=lambda code: order[code])
    )


def _existed(unit: District, year: int) -> bool:
    begun = unit.valid_from is None or unit.valid_from <= date(year, 12, 31)
    return begun and (unit.valid_to is None or unit.valid_to >= date(year, 1, 1))


def _lines(
    found: Mapping[str, Figures], names: Mapping[str, str], asked: str = ""
) -> tuple[Line, ...]:
    lines = [
        Line(
            name=names.get(code, code),
            figures=figures,
            asked=f"{asked}={code or 'none'}" if asked else "",
        )
        for code, figures in found.items()
    ]
    return tuple(sorted(lines, key=lambda one: (-one.figures.transferred, one.name)))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _days(first: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range(7))


async def write_statistics(db: Database, path: Path, year: int) -> None:
    """Write the workbook of a year to `path`."""
    now = db.now()
    async with db.reading() as session:
        found = await gathered(session, year, now)
    head = f"{year}年度，导出日期：{day_of(now).isoformat()}"
    content = workbook(*_sheets(found, head))
    await asyncio.to_thread(path.write_bytes, content)


def _sheets(found: Statistics, head: str) -> Iterable[Sheet]:
    units = [
        (*_cells(one), one.points, "—" if one.days is None else str(one.days))
        for one in found.units
    ]
    yield _sheet("各区县情况", "区县", units, head, (("扣分", 8), ("移交至销号天数（中位数）", 14)))
    yield Sheet(
        title="各月情况",
        columns=(("月份", 8), ("移交", 8), ("销号", 8), ("扣分次数", 10)),
        rows=[(one.month, one.transferred, one.closed, one.deductions) for one in found.months],
        note="按移交日期、销号日期、扣分日期分别计入各月。",
        head=head,
    )
    for title, heading, lines in (
        ("按重点内容", "重点内容", found.contents),
        ("按线索来源", "线索来源", found.sources),
        ("按六个一批", "六个一批", found.batches),
    ):
        yield _sheet(title, heading, [_cells(one) for one in lines], head)


def _sheet(
    title: str,
    heading: str,
    rows: Sequence[Sequence[Cell]],
    head: str,
    more: Sequence[tuple[str, int]] = (),
) -> Sheet:
    columns = ((heading, 24), *((name, 10) for name in _FIGURES), *more)
    return Sheet(title=title, columns=columns, rows=rows, note=_NOTE, head=head)


def _cells(one: Line) -> tuple[Cell, ...]:
    figures = one.figures
    return (
        one.name,
        figures.transferred,
        figures.open,
        figures.overdue,
        figures.listed,
        figures.closed,
        one.closed_rate,
    )
