"""Letting records written anew count: each problem whole, and the old ones untouched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, literal, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.events import ProblemReassigned
from domain.notices import is_resend, not_sent_again
from domain.problem import Problem
from store import proposals
from store.codec import json_text, problem_from
from store.engine import Database
from store.lives import addenda, event_log, generations, numbers, texts
from store.lives.as_lived import Lived, NoticeLine, from_text, problem_row
from store.lives.comparing import UNKNOWN, in_order, last_seq
from store.lives.rebuilding import demand_as_proposed
from store.lives.records import order_of
from store.lives.stored import rows_of
from store.mail.notice_log import DeliveryState, NoticeState
from store.mail.settling import settle
from store.points import ledger
from store.proposals import ProposalState
from store.refusing import StoreRefused
from store.tables import (
    AddendumRow,
    DeliveryRow,
    EventRow,
    GenerationRow,
    LinkRow,
    NoticeRow,
    ProblemRow,
    RebuildRow,
    RebuiltRow,
)

_CARRIED = tuple(asdict(UNKNOWN))
_COME_TO = ("state", "obsolete_why", "digest_id")
"""What became of a notice; its life does not know."""
_NOTICE = tuple(
    one.name for one in NoticeRow.metadata.tables["notices"].columns if one.name != "generation"
)

Switched = Callable[[int, int], None]
"""Is told how many problems were dealt with, of how many."""


async def switch(
    db: Database, rebuild_id: str, switched: Switched = lambda _done, _of: None
) -> tuple[int, list[str]]:
    """Let an approved generation count, problem by problem; whoever reads sees each whole.

    Give how many count now, and the numbers of those left as they are: they have gone on since they
    were compared, or another problem came from their row. Done again it goes on where it was. Raises
    StoreRefused, also where the generation no longer holds what was approved.
    """
    async with db.reading() as session:
        row = await proposals.find(session, RebuildRow, rebuild_id)
        if row.state not in (ProposalState.APPROVED, ProposalState.APPLIED):
            raise StoreRefused("rebuild_not_approved")
        found = await demand_as_proposed(session, row)
    left: list[str] = []
    for place, number in enumerate(found, start=1):
        if not await _switch(db, row.generation, number):
            left.append(number)
        switched(place, len(found))
    async with db.writing() as session:
        row = await proposals.find(session, RebuildRow, rebuild_id)
        row.state = ProposalState.APPLIED.value
        row.report = json_text({"switched": len(found) - len(left), "left": left})
        session.add(row)
    return len(found) - len(left), left


async def _switch(db: Database, generation: int, problem_no: str) -> bool:
    try:
        async with db.writing() as session:
            await db.lock_problem(session, problem_no)
            if await session.get(GenerationRow, (problem_no, generation)) is not None:
                return True
            kept = await session.get_one(RebuiltRow, (generation, problem_no))
            if not await _is_as_compared(session, kept):
                return False
            await _write(db, session, kept, from_text(kept.body))
    except IntegrityError:
        return False
    return True


async def _is_as_compared(session: AsyncSession, kept: RebuiltRow) -> bool:
    seqs = select(col(EventRow.seq)).where(col(EventRow.problem_no) == kept.problem_no)
    seq = last_seq(await session.scalars(seqs))
    counting = await generations.of_problem(session, kept.problem_no)
    return (counting, seq) == (kept.base_generation, kept.base_seq)


async def _write(db: Database, session: AsyncSession, kept: RebuiltRow, lived: Lived) -> None:
    number, generation, recorded = kept.problem_no, kept.generation, lived.recorded
    old = await _come_to(session, number)
    there = await rows_of(session, AddendumRow, [number])
    added = addenda.counting(lived.addenda, in_order(there.get(number, ())))
    values = problem_row(recorded, added, await _carried(session, lived))
    asked = [key for key in old if lived.notices is None or is_resend(key)]
    await _copy_notices(session, kept, asked)
    generations.begin(session, number, generation, db.now())
    await session.flush()
    await event_log.append(session, number, generation, recorded)
    await ledger.post(session, number, generation, recorded)
    await addenda.append(session, added, generation)
    await session.execute(delete(ProblemRow).where(col(ProblemRow.problem_no) == number))
    await session.execute(insert(ProblemRow).values(values))
    problem = problem_from(values["body"])
    await texts.keep(session, problem, None)
    ordered = [_ordered(db, generation, problem, one, old) for one in lived.notices or ()]
    if ordered:
        await session.execute(insert(NoticeRow), ordered)
    await _follow_deliveries(session, {*asked, *(row["key"] for row in ordered)}, set(old))
    if any(isinstance(one.event, ProblemReassigned) for one in recorded):
        await _cut_off(db, session, problem)
    await numbers.reserve(db, session, number)


async def _carried(session: AsyncSession, lived: Lived) -> dict[str, Any]:
    """Give what stands on the row beside the events: as the life tells it, else as it stood there."""
    if lived.carried is not None:
        return {name: getattr(lived.carried, name) for name in _CARRIED}
    columns = [getattr(ProblemRow, name) for name in _CARRIED]
    found = await session.execute(
        select(*columns).where(col(ProblemRow.problem_no) == lived.problem_no)
    )
    row = found.mappings().one_or_none()
    return dict(row) if row is not None else asdict(UNKNOWN)


async def _come_to(session: AsyncSession, number: str) -> dict[str, dict[str, Any]]:
    """Say what became of each notice of a problem; whoever is about to write that goes first."""
    columns = [getattr(NoticeRow, name) for name in ("key", *_COME_TO)]
    wanted = select(*columns).where(col(NoticeRow.problem_no) == number).with_for_update()
    return {row["key"]: dict(row) for row in (await session.execute(wanted)).mappings()}


async def _copy_notices(session: AsyncSession, kept: RebuiltRow, keys: Sequence[str]) -> None:
    """Take notices over as they stand, those that districts asked for once more among them."""
    columns = [getattr(NoticeRow, name) for name in _NOTICE]
    stand = select(literal(kept.generation), *columns).where(
        col(NoticeRow.problem_no) == kept.problem_no,
        col(NoticeRow.generation) == kept.base_generation,
        col(NoticeRow.key).in_(keys),
    )
    if keys:
        await session.execute(insert(NoticeRow).from_select(["generation", *_NOTICE], stand))


def _ordered(
    db: Database,
    generation: int,
    problem: Problem,
    order: NoticeLine,
    old: Mapping[str, dict[str, Any]],
) -> dict[str, Any]:
    """Give the row of what was ordered, with what became of it."""
    known = old.get(order.key)
    if known is not None:
        return NoticeRow(**asdict(order) | known, generation=generation).model_dump()
    row = NoticeRow(**asdict(order), generation=generation)
    why = not_sent_again(order_of(row), problem, db.now())
    row.state, row.obsolete_why = NoticeState.OBSOLETE if why else NoticeState.WAITING, why
    return row.model_dump()


async def _follow_deliveries(session: AsyncSession, keys: set[str], before: set[str]) -> None:
    """Let a notice that was lost follow from its deliveries, and send nothing that nobody ordered."""
    key = col(DeliveryRow.notice_key)
    sent = select(key).where(key.in_(keys - before)).distinct()
    await settle(session, list(await session.scalars(sent)))
    await session.execute(
        update(DeliveryRow)
        .where(key.in_(before - keys), col(DeliveryRow.state) == DeliveryState.WAITING)
        .values(state=DeliveryState.OBSOLETE, last_error="流程记录中没有这份通知")
        .execution_options(synchronize_session=False)
    )


async def _cut_off(db: Database, session: AsyncSession, problem: Problem) -> None:
    """Revoke what a district still holds that no longer has the problem."""
    await session.execute(
        update(LinkRow)
        .where(
            col(LinkRow.problem_no) == problem.problem_no,
            col(LinkRow.district) != problem.district,
            col(LinkRow.revoked_at).is_(None),
        )
        .values(revoked_at=db.now(), revoked_why="reassigned")
        .execution_options(synchronize_session=False)
    )
