"""Writing a decision down: events, read model, ledger and notices, in one transaction, once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.events import ProblemReassigned, ProblemRegistered, Recorded
from domain.fold import fold
from domain.notices import NoticeKind, NoticeOrder
from domain.policy import Position
from domain.problem import Problem
from domain.stages import Light
from store.codec import json_text, problem_from
from store.engine import Database
from store.lives import event_log, generations, problems, texts
from store.points import ledger
from store.registers import rule_books
from store.tables import LinkRow, NoticeRow, ProblemRow


class RecordConflict(Exception):
    """What should be recorded contradicts what stands there already: two truths of one problem."""

    code = "record_conflict"

    def __init__(self, problem_no: str, why: str) -> None:
        """Name the problem and the contradiction."""
        super().__init__(f"问题 {problem_no} 的记录与库中已有记录不一致：{why}")
        self.problem_no = problem_no


async def record(
    db: Database,
    problem_no: str,
    recorded: Sequence[Recorded],
    notices: Sequence[NoticeOrder],
    row_key: str | None = None,
    judged_by: rule_books.Named | None = None,
) -> int:
    """Record a decision under the problem's lock and give the number of its last event.

    `judged_by` names what the life is judged by from now on; without it that stays as it is.
    Recording it again changes nothing. Raises RecordConflict when another event stands under one
    of the numbers, when a number is missing in between, or when the ledger or `row_key` would be
    written twice; then nothing is written.
    """
    try:
        async with db.writing() as session:
            await db.lock_problem(session, problem_no)
            row = await problems.row(session, problem_no)
            fresh = await _not_yet_there(session, row, problem_no, recorded)
            if fresh:
                await _write(db, session, row, problem_no, fresh, notices)
                await _mark(session, row, problem_no, row_key, judged_by)
            return recorded[-1].seq if recorded else (row.seq if row else 0)
    except IntegrityError as error:
        raise RecordConflict(problem_no, str(error.orig)) from error


async def _not_yet_there(
    session: AsyncSession, row: ProblemRow | None, problem_no: str, recorded: Sequence[Recorded]
) -> list[Recorded]:
    """Give the events after those already there; these must be the same."""
    last = row.seq if row is not None else 0
    if recorded and recorded[0].seq <= last:
        there = await event_log.since(session, problem_no, recorded[0].seq)
        for old, new in zip(there, recorded, strict=False):
            if old != new:
                raise RecordConflict(problem_no, f"第{new.seq}号事件已记为{old.event.tag}")
    return [one for one in recorded if one.seq > last]


async def _write(
    db: Database,
    session: AsyncSession,
    row: ProblemRow | None,
    problem_no: str,
    fresh: Sequence[Recorded],
    notices: Sequence[NoticeOrder],
) -> None:
    before = problem_from(row.body) if row is not None else None
    problem = _folded(problem_no, before, fresh)
    generation = await generations.of_problem(session, problem_no)
    await event_log.append(session, problem_no, generation, fresh)
    await _save(session, problem, fresh[-1].at, row)
    await texts.keep(session, problem, before)
    await ledger.post(session, problem_no, generation, fresh)
    await _cut_off(session, problem_no, fresh, db.now())
    ordered = [notice_values(order, generation, fresh[-1].at) for order in notices]
    await db.insert_new(session, NoticeRow, ordered)


async def _cut_off(
    session: AsyncSession, problem_no: str, fresh: Sequence[Recorded], now: datetime
) -> None:
    """Revoke the links of a district that no longer has the problem, in the same instant."""
    events = (one.event for one in fresh)
    former = [e.from_district for e in events if isinstance(e, ProblemReassigned)]
    if former:
        await session.execute(
            update(LinkRow)
            .where(
                col(LinkRow.problem_no) == problem_no,
                col(LinkRow.district).in_(former),
                col(LinkRow.revoked_at).is_(None),
            )
            .values(revoked_at=now, revoked_why="reassigned")
            .execution_options(synchronize_session=False)
        )


def _folded(problem_no: str, problem: Problem | None, fresh: Sequence[Recorded]) -> Problem:
    for one in fresh:
        if isinstance(one.event, ProblemRegistered) and one.event.problem_no != problem_no:
            raise RecordConflict(problem_no, f"登记的是{one.event.problem_no}")
        try:
            problem = fold(one, problem)
        except ValueError as error:
            raise RecordConflict(problem_no, str(error)) from error
    if problem is None:
        raise ValueError("there is nothing to record")
    return problem


async def _save(
    session: AsyncSession,
    problem: Problem,
    updated_at: datetime,
    row: ProblemRow | None,
) -> None:
    values = problems.columns(problem, updated_at)
    if row is None:
        await session.execute(insert(ProblemRow).values(**values, row_key=None))
        return
    session.expunge(row)
    await session.execute(
        update(ProblemRow)
        .where(col(ProblemRow.problem_no) == problem.problem_no)
        .values(values)
        .execution_options(synchronize_session=False)
    )


async def _mark(
    session: AsyncSession,
    row: ProblemRow | None,
    problem_no: str,
    row_key: str | None,
    judged_by: rule_books.Named | None,
) -> None:
    """Note on the row what does not follow from the events: its list, and what judges its life."""
    values = {} if row is not None else {"row_key": row_key}
    if judged_by is not None:
        values |= await rule_books.columns(session, row, judged_by)
    if values:
        await session.execute(
            update(ProblemRow)
            .where(col(ProblemRow.problem_no) == problem_no)
            .values(values)
            .execution_options(synchronize_session=False)
        )


def notice_values(order: NoticeOrder, generation: int, ordered_at: datetime) -> dict[str, Any]:
    """Give the row of a notice ordered at an instant; it waits to be handed over."""
    return {
        "key": order.key,
        "generation": generation,
        "kind": order.kind.value,
        "problem_no": order.problem_no,
        "district": order.district,
        "round_no": order.round_no,
        "rung": order.rung,
        "light": order.light.value if order.light else None,
        "audience": json_text([position.value for position in order.audience]),
        "not_before": order.not_before,
        "due_on": order.due_on,
        "details": json_text([list(pair) for pair in order.details]),
        "ordered_at": ordered_at,
        "state": "waiting",
        "obsolete_why": "",
    }


def order_of(row: NoticeRow) -> NoticeOrder:
    """Read the order back from its row."""
    return NoticeOrder(
        key=row.key,
        kind=NoticeKind(row.kind),
        problem_no=row.problem_no,
        district=row.district,
        audience=tuple(Position(value) for value in json.loads(row.audience)),
        round_no=row.round_no,
        not_before=row.not_before,
        due_on=row.due_on,
        light=Light(row.light) if row.light else None,
        rung=row.rung,
        details=tuple((name, text) for name, text in json.loads(row.details)),
    )
