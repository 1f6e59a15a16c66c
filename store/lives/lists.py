"""The lists people search: ledger page, supervisory list, dashboard."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import QueryableAttribute, defer
from sqlmodel import col

from domain.events import BureauDuty
from domain.stages import ENDED, Stage
from store.codec import json_text
from store.lives import texts
from store.lives.problems import contents_column
from store.tables import ProblemRow

SOON = timedelta(days=3)
"""How near a due date the dashboard calls near."""

UNSORTED = "none"
"""Asks for what is in none of the six batches 六个一批."""


_BODY = cast("QueryableAttribute[str]", ProblemRow.body)


class CursorInvalid(ValueError):
    """A cursor that none of our pages gave out."""

    code = "cursor_invalid"

    def __init__(self) -> None:
        """Say so in Chinese."""
        super().__init__("翻页标记无效，请从第一页重新查询。")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemFilter:
    """What to show; None and empty mean no restriction.

    `general` is True for problems without key content, `six_batch` a code or `UNSORTED`.
    `overdue` needs `now`: the district's open round has passed its due instant. The words of `text`
    are looked for in what store/lives/texts.py keeps of a problem.
    """

    district: str = ""
    stage: Stage | None = None
    level: int | None = None
    listed: bool | None = None
    key_content: str = ""
    six_batch: str = ""
    general: bool | None = None
    overdue: bool = False
    now: datetime | None = None
    text: str = ""
    due_after: datetime | None = None
    due_before: datetime | None = None

    @property
    def by_due(self) -> bool:
        """Whether the rows come with the nearest due instant first, not the newest number."""
        return self.overdue or self.due_after is not None or self.due_before is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows (without `body`), the cursor of the next page, and how many there are in all."""

    rows: tuple[ProblemRow, ...]
    next_cursor: str | None
    total: int | None = None


async def page(
    session: AsyncSession,
    wanted: ProblemFilter,
    cursor: str | None = None,
    limit: int = 50,
    *,
    with_total: bool = False,
) -> Page:
    """Give one page; raises CursorInvalid for a cursor that is not ours."""
    held = conditions(session, wanted)
    after = [_after(wanted, cursor)] if cursor else []
    query = without_body().where(*held, *after).order_by(*_order(wanted)).limit(limit + 1)
    rows = tuple(await session.scalars(query))
    total = await count(session, held) if with_total else None
    more = len(rows) > limit
    return Page(
        rows=rows[:limit],
        next_cursor=_cursor(wanted, rows[limit - 1]) if more else None,
        total=total,
    )


async def supervisory_list(session: AsyncSession) -> tuple[ProblemRow, ...]:
    """Give the problems that stand on the supervisory list, in the order they were listed."""
    rows = await session.scalars(
        select(ProblemRow)
        .where(col(ProblemRow.listed).is_(True))
        .order_by(col(ProblemRow.listed_on), col(ProblemRow.problem_no))
    )
    return tuple(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The dashboard's numbers; `by_stage` and `by_level` hold only what occurs."""

    total: int
    by_stage: dict[Stage, int]
    by_level: dict[int, int]
    listed: int
    overdue: int


async def counts(session: AsyncSession, now: datetime) -> Counts:
    """Count the problems as they stand at `now`."""
    overdue = case((is_late(now), 1), else_=0)
    groups = (col(ProblemRow.stage), col(ProblemRow.level), col(ProblemRow.listed))
    query = select(*groups, func.count(), func.sum(overdue)).group_by(*groups)
    found = (await session.execute(query)).all()
    by_stage: dict[Stage, int] = {}
    by_level: dict[int, int] = {}
    for stage, level, _, number, *_ in found:
        by_stage[Stage(stage)] = by_stage.get(Stage(stage), 0) + number
        by_level[level] = by_level.get(level, 0) + number
    return Counts(
        total=sum(by_stage.values()),
        by_stage=by_stage,
        by_level=by_level,
        listed=sum(row[3] for row in found if row[2]),
        overdue=sum(int(row[4]) for row in found),
    )


def without_body() -> Select[ProblemRow]:
    """Ask for rows without the whole problems, which no list needs."""
    return select(ProblemRow).options(defer(_BODY, raiseload=True))


async def count(session: AsyncSession, conditions: list[ColumnElement[bool]]) -> int:
    """Count the problems of which all conditions hold."""
    query = select(func.count()).select_from(ProblemRow).where(*conditions)
    return (await session.scalars(query)).one()


def conditions(session: AsyncSession, wanted: ProblemFilter) -> list[ColumnElement[bool]]:
    """Give what must hold of a problem that is wanted."""
    equal: dict[Any, Any] = {
        ProblemRow.district: wanted.district or None,
        ProblemRow.stage: wanted.stage and wanted.stage.value,
        ProblemRow.level: wanted.level,
        ProblemRow.listed: wanted.listed,
    }
    held = [col(column) == value for column, value in equal.items() if value is not None]
    if wanted.key_content:
        held.append(_has_content(wanted.key_content))
    if wanted.six_batch:
        code = "" if wanted.six_batch == UNSORTED else wanted.six_batch
        held.append(col(ProblemRow.six_batch) == code)
    if wanted.general is not None:
        no_key = col(ProblemRow.key_content).is_(None)
        held.append(no_key if wanted.general else ~no_key)
    if wanted.text:
        held.append(texts.holds(session, wanted.text))
    return [*held, *_due_conditions(wanted)]


def _has_content(code: str) -> ColumnElement[bool]:
    return col(ProblemRow.contents).contains(contents_column((code,)), autoescape=True)


def is_late(now: datetime) -> ColumnElement[bool]:
    """Say whether a date has passed that counts.

    Nobody is late while service is unproven, while the bureau owes another date, or while a request
    for more time waits: one that does not hold ends with its date.
    """
    for_us = [
        col(ProblemRow.waiting).contains(f"|{duty.value}|", autoescape=True)
        for duty in (BureauDuty.NEW_DATE, BureauDuty.EXTENSION)
    ]
    return and_(
        col(ProblemRow.due_at) <= now, not_(or_(*for_us)), not_(col(ProblemRow.awaits_proof))
    )


def _due_conditions(wanted: ProblemFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.overdue:
        if wanted.now is None:
            raise ValueError("overdue needs an instant to be judged at")
        conditions.append(is_late(wanted.now))
    if wanted.due_after is not None:
        conditions.append(col(ProblemRow.due_at) > wanted.due_after)
    if wanted.due_before is not None:
        conditions.append(col(ProblemRow.due_at) < wanted.due_before)
    return conditions


def _order(wanted: ProblemFilter) -> tuple[Any, ...]:
    if wanted.by_due:
        return (col(ProblemRow.due_at), col(ProblemRow.problem_no))
    return (col(ProblemRow.problem_no).desc(),)


def _cursor(wanted: ProblemFilter, last: ProblemRow) -> str:
    due_text = last.due_at.isoformat() if wanted.by_due and last.due_at else ""
    return base64.urlsafe_b64encode(json_text([due_text, last.problem_no]).encode()).decode()


def _after(wanted: ProblemFilter, cursor: str) -> ColumnElement[bool]:
    due_text, problem_no = _read_cursor(cursor)
    number = col(ProblemRow.problem_no)
    if not wanted.by_due:
        if due_text:
            raise CursorInvalid  # given out for another order
        return number < problem_no
    due, due_at = col(ProblemRow.due_at), _instant(due_text)
    return or_(due > due_at, and_(due == due_at, number > problem_no))


def _read_cursor(cursor: str) -> tuple[str, str]:
    try:
        due_text, problem_no = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeDecodeError, ValueError, TypeError) as error:
        raise CursorInvalid from error
    if not isinstance(due_text, str) or not isinstance(problem_no, str):
        raise CursorInvalid
    return due_text, problem_no


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CursorInvalid from error


async def alike(
    session: AsyncSession, enterprise: str, contents: Sequence[str], district: str
) -> list[str]:
    """Give the numbers of open problems of the same enterprise and district that share a content, or
    have none either, oldest first.

    Names are compared as written; the rules compare them once more without width and spaces.
    """
    same_content = (
        col(ProblemRow.key_content).is_(None) if not contents else or_(*map(_has_content, contents))
    )
    over = [stage.value for stage in ENDED]
    found = await session.scalars(
        select(col(ProblemRow.problem_no))
        .where(
            col(ProblemRow.district) == district,
            col(ProblemRow.enterprise) == enterprise,
            same_content,
            col(ProblemRow.stage).not_in(over),
        )
        .order_by(col(ProblemRow.problem_no))
        .limit(20)
    )
    return list(found)


async def going_on(session: AsyncSession) -> list[str]:
    """Give the numbers of all problems that are not over, oldest first."""
    over = [stage.value for stage in ENDED]
    query = select(col(ProblemRow.problem_no)).where(col(ProblemRow.stage).not_in(over))
    return list(await session.scalars(query.order_by(col(ProblemRow.problem_no))))
