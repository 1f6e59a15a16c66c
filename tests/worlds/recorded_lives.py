"""Whole lives, driven by the rules, to be recorded by the tests of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from functools import cache
from typing import Any

from sqlmodel import select

from domain import commands as c
from domain.events import ProblemRegistered, Recorded
from domain.notices import NoticeOrder
from store.engine import Database
from store.lives import records
from store.tables import ProblemRow
from tests.worlds.life import Life, transferred


@cache
def closed_life() -> Life:
    """A life with all there is: silence, the list, levels, a false answer, revisits, closure."""
    life = transferred()
    life.until(date(2024, 8, 1))
    life.answer()
    life.review(c.Verdict.FOUND_FALSE, reason="台账与现场不符")
    life.until(date(2024, 8, 6))
    life.answer()
    life.review()
    life.until(date(2024, 8, 22))
    life.revisit(c.RevisitResult.NOT_IN_PLACE)
    life.until(date(2024, 8, 27))
    life.answer()
    life.review()
    life.until(date(2024, 9, 12))
    life.revisit()
    life.approve()
    life.until(date(2024, 12, 1))
    assert life.problem.ended
    return life


@cache
def waiting_life() -> Life:
    """A life that waits for its first answer."""
    return transferred()


@cache
def listed_life() -> Life:
    """A life that stands on the list because the district kept silent."""
    life = transferred()
    life.until(date(2024, 7, 12), time(8))
    return life


def under_number(history: Sequence[Recorded], problem_no: str) -> tuple[Recorded, ...]:
    """Give the same history for another problem."""
    first = history[0].event
    assert isinstance(first, ProblemRegistered)
    return (replace(history[0], event=replace(first, problem_no=problem_no)), *history[1:])


def notices_under_number(notices: Sequence[NoticeOrder], number: str) -> list[NoticeOrder]:
    """Give the same notices for another problem."""
    return [
        replace(order, problem_no=number, key=order.key.replace("CQ2024-0001", number))
        for order in notices
    ]


async def keep(db: Database, life: Life, problem_no: str = "CQ2024-0001") -> None:
    """Record a whole life, one decision after the other."""
    for decision in decisions(under_number(life.history, problem_no)):
        await records.record(db, problem_no, decision, [])


def decisions(history: Sequence[Recorded]) -> list[list[Recorded]]:
    """Split a history into the decisions it was made in."""
    split: list[list[Recorded]] = []
    for one in history:
        if split and (split[-1][-1].cause, split[-1][-1].at) == (one.cause, one.at):
            split[-1].append(one)
        else:
            split.append([one])
    return split


async def problem_rows(db: Database) -> list[dict[str, Any]]:
    """Give the whole read model."""
    async with db.reading() as session:
        rows = await session.scalars(select(ProblemRow).order_by(ProblemRow.problem_no))
        return [row.model_dump() for row in rows]
