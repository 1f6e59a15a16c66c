"""The scoreboard of the bureau itself: what it owed in a year, and how much of it was late.

None of it ever stands on a district's account.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.events import BureauDuty
from domain.local_time import midnight_ending
from store.tables import EventRow

_LATE = ("bureau:overdue", "bureau:reminded")
_BEGINS: dict[BureauDuty, tuple[str, ...]] = {
    BureauDuty.REVIEW: ("feedback:received",),
    BureauDuty.REVISIT: ("revisit:planned",),
    BureauDuty.APPROVAL: ("closure:proposed",),
    BureauDuty.EXTENSION: ("extension:requested",),
    BureauDuty.OBJECTION: ("objection:raised",),
    BureauDuty.APPEAL: ("appeal:filed",),
    BureauDuty.PROPOSAL: ("act:proposed",),
    BureauDuty.SUSPENSION: ("problem:suspended",),
}
"""The events each of which makes the bureau owe something once; other duties arise without one."""

_TO_BE_SERVED = ("round:opened", "fact:held", "service:failed", "bureau:reminded")
"""Events that tell of a round whose service is owed: opened unproven, held, come back, reminded of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauScore:
    """One kind of duty in a year: how often it arose (None: not counted), how often it was late."""

    duty: BureauDuty
    arose: int | None
    late: int


async def board(session: AsyncSession, year: int) -> tuple[BureauScore, ...]:
    """Give every duty that arose or was late in `year`, in the order of the duties."""
    first, last = _bounds(year)
    within = (col(EventRow.at) >= first, col(EventRow.at) < last)
    counted = await session.execute(
        select(col(EventRow.tag), func.count()).where(*within).group_by(col(EventRow.tag))
    )
    by_tag: dict[str, int] = {tag: int(number) for tag, number in counted}
    bodies = await session.scalars(
        select(col(EventRow.body)).where(*within, col(EventRow.tag).in_(_LATE))
    )
    late = Counter(content["duty"] for content in map(json.loads, bodies) if _is_first(content))
    arose = {duty: sum(by_tag.get(tag, 0) for tag in tags) for duty, tags in _BEGINS.items()}
    arose[BureauDuty.SERVICE] = await _to_be_served(session, within)
    scores = (
        BureauScore(duty=duty, arose=arose.get(duty), late=late[duty.value]) for duty in BureauDuty
    )
    return tuple(score for score in scores if score.arose or score.late)


async def _to_be_served(session: AsyncSession, within: tuple[ColumnElement[bool], ...]) -> int:
    """Count the rounds whose service was owed, each once; of before FAIR_POINTS only what failed."""
    found = await session.execute(
        select(col(EventRow.problem_no), col(EventRow.tag), col(EventRow.body)).where(
            *within, col(EventRow.tag).in_(_TO_BE_SERVED)
        )
    )
    owed = {(problem_no, _round_to_serve(tag, json.loads(body))) for problem_no, tag, body in found}
    return sum(round_no is not None for _, round_no in owed)


def _round_to_serve(tag: str, content: dict[str, Any]) -> int | None:
    if tag == "bureau:reminded":
        served = content["duty"] == BureauDuty.SERVICE
        return int(content["ref"].removeprefix("r")) if served else None
    if tag == "round:opened" and not content.get("needs_proof"):
        return None
    return int(content["round_no"])


def _bounds(year: int) -> tuple[datetime, datetime]:
    eve = timedelta(days=1)
    return (
        midnight_ending(date(year, 1, 1) - eve),
        midnight_ending(date(year + 1, 1, 1) - eve),
    )


def _is_first(content: dict[str, object]) -> bool:
    """A duty is late once, however often the bureau is reminded of it."""
    return content.get("step", 1) == 1
