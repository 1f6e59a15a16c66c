"""Random draws: what was announced and what the seed made of it, both kept as written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.draw.announcing import Announcement, DrawRule, announce, fingerprint, waiting_since
from domain.draw.drawing import DrawResult, conclude
from domain.events import RevisitDrawn
from domain.local_time import day_of
from domain.problem import Problem
from domain.stages import Stage
from store.codec import problem_from, to_text
from store.engine import Database
from store.points import points_accounts
from store.refusing import StoreRefused
from store.registers import inspection_groups, positive_list
from store.tables import DrawResultRow, DrawRow, EventRow, ProblemRow

_ANNOUNCEMENT = TypeAdapter(Announcement)
_RESULT = TypeAdapter(DrawResult)
_LOCK = "draws"
_DRAWN_TAG = RevisitDrawn(draw_id="", drawn=False).tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A draw as it is kept; `result` is None until its seed is known."""

    announcement: Announcement
    announced_by: str
    sha256: str
    result: DrawResult | None = None
    drawn_at: datetime | None = None
    drawn_by: str = ""


async def announce_draw(
    db: Database, draw_id: str, *, seed_source: str, seed_on: date, rule: DrawRule, by_id: str
) -> Draw:
    """Fix a draw among the problems that now await their revisit; once per `draw_id`.

    Raises the rules' Refusal, or StoreRefused when the id stands for another draw.
    """
    async with db.writing() as session:
        await db.lock(session, _LOCK)
        known = await find(session, draw_id)
        if known is not None:
            same = (known.announcement.seed_source, known.announcement.seed_on, known.announced_by)
            if same != (seed_source, seed_on, by_id):
                raise StoreRefused("idempotency_key_reused")
            return known
        now = db.now()
        scores = await points_accounts.scores(session, day_of(now).year)
        made = announce(
            draw_id=draw_id,
            at=now,
            seed_source=seed_source,
            seed_on=seed_on,
            rule=rule,
            problems=await _awaiting_revisit(session),
            points={score.district: score.points for score in scores},
            people=await inspection_groups.inspectors(session),
            listings=await positive_list.approved(session),
        )
        row = DrawRow(
            id=draw_id,
            announced_at=now,
            announced_by=by_id,
            sha256=fingerprint(made),
            body=to_text(made),
        )
        session.add(row)
        return _draw(row, None)


async def conclude_draw(db: Database, draw_id: str, seed: str, by_id: str) -> Draw:
    """Draw with the seed and keep the result; the same seed again gives the same.

    Raises StoreRefused when there is no such draw or another seed was used, Refusal by rule.
    """
    async with db.writing() as session:
        await db.lock(session, _LOCK)
        row = await session.get(DrawRow, draw_id)
        if row is None:
            raise StoreRefused("draw_not_found")
        known = await session.get(DrawResultRow, draw_id)
        if known is not None:
            if known.seed != seed:
                raise StoreRefused("draw_already_made")
            return _draw(row, known)
        result = conclude(_ANNOUNCEMENT.validate_json(row.body), seed, day_of(db.now()))
        kept = DrawResultRow(
            draw_id=draw_id, drawn_at=db.now(), drawn_by=by_id, seed=seed, body=to_text(result)
        )
        session.add(kept)
        return _draw(row, kept)


async def find(session: AsyncSession, draw_id: str) -> Draw | None:
    """Give a draw."""
    row = await session.get(DrawRow, draw_id)
    return _draw(row, await session.get(DrawResultRow, draw_id)) if row is not None else None


async def recent(session: AsyncSession, limit: int = 50) -> tuple[Draw, ...]:
    """Give the last draws, newest first."""
    query = (
        select(DrawRow, DrawResultRow)
        .outerjoin(DrawResultRow, col(DrawResultRow.draw_id) == col(DrawRow.id))
        .order_by(col(DrawRow.announced_at).desc(), col(DrawRow.id))
        .limit(limit)
    )
    return tuple(_draw(row, result) for row, result in await session.execute(query))


async def candidates(session: AsyncSession) -> tuple[Problem, ...]:
    """Give the problems that would take part in a draw now; the rules look at each once more."""
    return tuple(await _awaiting_revisit(session))


async def recorded(session: AsyncSession, draw: Draw) -> frozenset[str]:
    """Give the numbers of the candidates whose lives have this draw's outcome on record."""
    numbers = [one.problem_no for one in draw.announcement.candidates]
    rows = await session.execute(
        select(col(EventRow.problem_no), col(EventRow.body)).where(
            col(EventRow.problem_no).in_(numbers), col(EventRow.tag) == _DRAWN_TAG
        )
    )
    mine = draw.announcement.draw_id
    return frozenset(number for number, body in rows if json.loads(body)["draw_id"] == mine)


async def _awaiting_revisit(session: AsyncSession) -> list[Problem]:
    """Give the problems that await a revisit and stand in no draw because of it."""
    query = select(col(ProblemRow.body)).where(
        col(ProblemRow.stage) == Stage.AWAITING_REVISIT.value
    )
    taken = await _in_draws(session)
    found = [problem_from(body) for body in await session.scalars(query)]
    return [one for one in found if (one.problem_no, waiting_since(one)) not in taken]


async def _in_draws(session: AsyncSession) -> frozenset[tuple[str, datetime]]:
    bodies = await session.scalars(select(col(DrawRow.body)))
    announced = (_ANNOUNCEMENT.validate_json(body) for body in bodies)
    return frozenset(
        (one.problem_no, one.waiting_since) for made in announced for one in made.candidates
    )


def _draw(row: DrawRow, result: DrawResultRow | None) -> Draw:
    return Draw(
        announcement=_ANNOUNCEMENT.validate_json(row.body),
        announced_by=row.announced_by,
        sha256=row.sha256,
        result=_RESULT.validate_json(result.body) if result is not None else None,
        drawn_at=result.drawn_at if result is not None else None,
        drawn_by=result.drawn_by if result is not None else "",
    )
