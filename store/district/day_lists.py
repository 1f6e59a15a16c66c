"""What a district's day lists, and how far each problem of it has come.

It is what the day's mail told of, what the district owes an answer to now, and what it has answered since the
list was first made: an answered problem stays, so that the list shows how much is done.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.problem import Problem
from store.district import links
from store.district.inbox import InboxState
from store.district.papers import PaperKind
from store.lives import problems
from store.tables import DraftRow, InboxRow, LinkRow, ProblemRow


@dataclass(frozen=True, slots=True)
class OnList:
    """One problem of the list.

    `answered` where nothing is owed now, or what was handed in is on its way to the life; `reported`
    where progress was told and the round is still open; `drafted` where the reader's form is begun.
    """

    problem: Problem
    answered: bool
    reported: bool
    drafted: bool


async def of_day(session: AsyncSession, day: LinkRow) -> list[OnList]:
    """Give the list behind the link of a day: what is still owed first, by date."""
    found = await _problems(session, day)
    waiting, told = await _handed_in(session, day.district, found)
    drafted = await _drafted(session, day, found)
    listed = []
    for one in found.values():
        key = (one.problem_no, len(one.rounds))
        answered = one.open_round is None or key in waiting
        listed.append(OnList(one, answered, not answered and key in told, key in drafted))
    return sorted(listed, key=_order)


def _order(one: OnList) -> tuple[bool, object, str]:
    return one.answered, one.problem.rounds[-1].due_at, one.problem.problem_no


async def _problems(session: AsyncSession, day: LinkRow) -> dict[str, Problem]:
    told = await links.problems_of_day(session, day.district, day.day)
    owed = select(col(ProblemRow.problem_no)).where(
        col(ProblemRow.district) == day.district, col(ProblemRow.due_at).is_not(None)
    )
    since = select(col(InboxRow.problem_no)).where(
        col(InboxRow.district) == day.district,
        col(InboxRow.kind) == PaperKind.ANSWER,
        col(InboxRow.received_at) >= day.issued_at,
    )
    wanted = {*told, *await session.scalars(owed), *await session.scalars(since)}
    found = await problems.by_numbers(session, wanted)
    return {no: one for no, one in found.items() if one.rounds and one.district == day.district}


Rounds = set[tuple[str, int]]


async def _handed_in(
    session: AsyncSession, district: str, numbers: Collection[str]
) -> tuple[Rounds, Rounds]:
    """Give the rounds whose answer is on its way, and those of which a life took one."""
    rows = await session.execute(
        select(col(InboxRow.problem_no), col(InboxRow.round_no), col(InboxRow.state)).where(
            col(InboxRow.district) == district,
            col(InboxRow.kind) == PaperKind.ANSWER,
            col(InboxRow.problem_no).in_(numbers),
        )
    )
    waiting, told = set(), set()
    for number, round_no, state in rows:
        if state == InboxState.RECEIVED:
            waiting.add((number, round_no))
        elif state == InboxState.APPLIED:
            told.add((number, round_no))
    return waiting, told


async def _drafted(session: AsyncSession, day: LinkRow, numbers: Collection[str]) -> Rounds:
    """Give the rounds of which the day's own reader has begun the form."""
    rows = await session.execute(
        select(col(LinkRow.problem_no), col(LinkRow.round_no))
        .join(DraftRow, col(DraftRow.link_jti) == col(LinkRow.jti))
        .where(
            col(DraftRow.form) == PaperKind.ANSWER,
            col(LinkRow.district) == day.district,
            col(LinkRow.recipient) == day.recipient,
            col(LinkRow.problem_no).in_(numbers),
        )
    )
    return {(number, round_no) for number, round_no in rows}
