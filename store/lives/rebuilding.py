"""Records written anew beside the old: proposed by one person, switched to once a second approves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import delete, func, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.events import ProblemReassigned
from domain.notices import is_resend, not_sent_again
from domain.problem import Problem
from domain.roles import Actor
from store import proposals
from store.codec import json_text, problem_from
from store.engine import Database
from store.lives import addenda, event_log, generations, numbers
from store.lives.as_lived import Lived, NoticeLine, from_text, problem_row, to_text
from store.lives.comparing import UNKNOWN, Compared
from store.lives.records import order_of
from store.mail.notice_log import DeliveryState, NoticeState
from store.mail.settling import settle
from store.people.security_log import Happened, note
from store.points import ledger
from store.proposals import ProposalState
from store.refusing import StoreRefused
from store.tables import (
    DeliveryRow,
    EventRow,
    GenerationRow,
    LinkRow,
    NoticeRow,
    ProblemRow,
    RebuildRow,
    RebuiltRow,
)

_REBUILD = "rebuild"
_CARRIED = tuple(asdict(UNKNOWN))


async def next_generation(session: AsyncSession) -> int:
    """Give a number that no generation bears yet."""
    last = await session.scalar(select(func.max(col(RebuiltRow.generation))))
    return int(last or 0) + 1


async def keep(db: Database, generation: int, found: Sequence[Compared]) -> None:
    """Keep the records of some lives as a generation would have them; they do not count yet."""
    rows = [
        {
            "generation": generation,
            "problem_no": one.lived.problem_no,
            "base_generation": one.base_generation,
            "base_seq": one.base_seq,
            "differences": json_text([asdict(each) for each in one.differences]),
            "body": to_text(one.lived),
        }
        for one in found
    ]
    if rows:
        async with db.writing() as session:
            await session.execute(insert(RebuiltRow), rows)


async def propose(
    db: Database, rebuild_id: str, generation: int, source: str, reason: str, by: Actor
) -> RebuildRow:
    """Propose that what was kept as a generation shall count; raises StoreRefused."""
    async with db.writing() as session:
        await db.lock(session, _REBUILD)
        content, problems = await _content(session, generation)
        row = RebuildRow(
            id=rebuild_id,
            report="{}",
            proposed_at=db.now(),
            proposed_by=by.id,
            proposed_role=by.role.value,
            generation=generation,
            source=source,
            problems=problems,
            content_sha256=content,
            reason=reason,
        )
        session.add(row)
        note(db, session, Happened.REBUILD_PROPOSED, rebuild_id, content, by_id=by.id)
    return row


async def _content(session: AsyncSession, generation: int) -> tuple[str, int]:
    """Hash all that was kept as a generation, in the order of the problems' numbers."""
    digest, count = hashlib.sha256(), 0
    bodies = select(RebuiltRow.problem_no, RebuiltRow.body)
    of_generation = bodies.where(col(RebuiltRow.generation) == generation)
    found = await session.stream(of_generation.order_by(col(RebuiltRow.problem_no)))
    async for number, body in found:
        digest.update(f"{number}\n{body}\n".encode())
        count += 1
    return digest.hexdigest(), count


async def decide(
    db: Database, rebuild_id: str, by: Actor, *, approve: bool, content_sha256: str
) -> RebuildRow:
    """Approve a generation or decline it, with what it holds; raises StoreRefused."""
    async with db.reading() as session:
        row = await proposals.find(session, RebuildRow, rebuild_id)
        holds, _ = await _content(session, row.generation)
    if approve and holds != row.content_sha256:
        raise StoreRefused("approval_is_stale")
    decided = await proposals.decide(
        db, RebuildRow, rebuild_id, by, approve=approve, bound_to=content_sha256
    )
    async with db.writing() as session:
        done = "approve" if approve else "decline"
        note(db, session, Happened.REBUILD_DECIDED, rebuild_id, done, by_id=by.id)
    return decided


async def switch(db: Database, rebuild_id: str) -> tuple[int, list[str]]:
    """Let an approved generation count, problem by problem; whoever reads sees each whole.

    Give how many count now, and the numbers of those left as they are: they have gone on since they
    were compared, or another problem came from their row. Done again it goes on where it was.
    """
    async with db.reading() as session:
        row = await proposals.find(session, RebuildRow, rebuild_id)
        of_generation = col(RebuiltRow.generation) == row.generation
        listed = select(col(RebuiltRow.problem_no)).where(of_generation)
        found = list(await session.scalars(listed.order_by(col(RebuiltRow.problem_no))))
    if row.state not in (ProposalState.APPROVED, ProposalState.APPLIED):
        raise StoreRefused("rebuild_not_approved")
    left = [number for number in found if not await _switch(db, row.generation, number)]
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
            await _write(db, session, generation, from_text(kept.body))
    except IntegrityError:
        return False
    return True


async def _is_as_compared(session: AsyncSession, kept: RebuiltRow) -> bool:
    last = select(func.max(col(EventRow.seq))).where(col(EventRow.problem_no) == kept.problem_no)
    seq = await session.scalar(last) or 0
    counting = await generations.of_problem(session, kept.problem_no)
    return (counting, seq) == (kept.base_generation, kept.base_seq)


async def _write(db: Database, session: AsyncSession, generation: int, lived: Lived) -> None:
    number, recorded = lived.problem_no, lived.recorded
    old = list(await session.scalars(select(NoticeRow).where(col(NoticeRow.problem_no) == number)))
    for one in old:
        session.expunge(one)
    added = await addenda.of_problem(session, number)
    row = await session.get(ProblemRow, number)
    carried = lived.carried or UNKNOWN
    beside = {name: getattr(carried, name) for name in _CARRIED}
    if row is not None and lived.carried is None:
        beside = {name: getattr(row, name) for name in _CARRIED}
    values = problem_row(recorded, added, beside)
    generations.begin(session, number, generation, db.now())
    await session.flush()
    await event_log.append(session, number, generation, recorded)
    await ledger.post(session, number, generation, recorded)
    await session.execute(delete(ProblemRow).where(col(ProblemRow.problem_no) == number))
    await session.execute(insert(ProblemRow).values(values))
    problem = problem_from(values["body"])
    await _notices(db, session, generation, problem, lived.notices, old)
    if any(isinstance(one.event, ProblemReassigned) for one in recorded):
        await _cut_off(db, session, problem)
    await numbers.reserve(db, session, number)


async def _notices(
    db: Database,
    session: AsyncSession,
    generation: int,
    problem: Problem,
    ordered: Sequence[NoticeLine] | None,
    old: Sequence[NoticeRow],
) -> None:
    """Write what was ordered, with what became of it; what districts asked for once more stays."""
    there = {row.key: row for row in old}
    again = [row.model_dump() for row in old if ordered is None or is_resend(row.key)]
    rows = [{**row, "generation": generation} for row in again]
    for one in ordered or ():
        row = NoticeRow(**asdict(one), generation=generation)
        known = there.get(one.key)
        if known is None:
            why = not_sent_again(order_of(row), problem, db.now())
            row.state = NoticeState.OBSOLETE if why else NoticeState.WAITING
            row.obsolete_why = why
        else:
            row.state, row.obsolete_why = known.state, known.obsolete_why
            row.digest_id = known.digest_id
        rows.append(row.model_dump())
    if rows:
        await session.execute(insert(NoticeRow), rows)
    await _follow_deliveries(session, {row["key"] for row in rows}, set(there))


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
