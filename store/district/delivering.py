"""Bringing a paper from the inbox to its problem's life, and writing down how that ended."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import update
from sqlmodel import col

from domain.command_ids import of_receipt
from domain.commands import Command
from domain.outcomes import LIFE_ENDED, Outcome, Reply, hear
from store.district import inbox
from store.district.inbox import InboxState
from store.engine import Database
from store.lives import problems
from store.tables import InboxRow


async def mark(
    db: Database, receipt_id: str, state: InboxState, code: str = "", message: str = ""
) -> None:
    """Write down how a delivery ended; what has once ended stays as it is."""
    async with db.writing() as session:
        await session.execute(
            update(InboxRow)
            .where(
                col(InboxRow.receipt_id) == receipt_id, col(InboxRow.state) == InboxState.RECEIVED
            )
            .values(
                state=state,
                refusal_code=code,
                refusal_message=message,
                delivered_at=db.now(),
            )
        )


class Desk(Protocol):
    """The counter at which a paper is handed over."""

    async def command(self, problem_no: str, command: Command, command_id: str) -> Outcome:
        """Apply a command once per id; raises CommandRefused, OutcomeUnknown or NoSuchLife."""


async def deliver(db: Database, desk: Desk, row: InboxRow) -> InboxState:
    """Bring a paper to its problem's life, and write down how it ended.

    An unknown outcome leaves it undelivered. A life that cannot be found has ended only if the read
    model says so too; else it will be restored, and the paper waits for it.
    """
    reply = await bring(desk, row)
    if reply.code == LIFE_ENDED:
        if not await _is_over(db, row.problem_no):
            return InboxState.RECEIVED
        state, reply = InboxState.LIFE_ENDED, Reply(problem_no=row.problem_no)
    elif reply.unknown:
        return InboxState.RECEIVED
    else:
        state = InboxState.REFUSED if reply.code else InboxState.APPLIED
    await mark(db, row.receipt_id, state, reply.code, reply.message)
    return state


async def bring(desk: Desk, row: InboxRow) -> Reply:
    """Bring a paper to its problem's life, and hear what it says; brought twice it is applied once."""
    attempt = desk.command(row.problem_no, inbox.to_command(row), of_receipt(row.receipt_id))
    return await hear(row.problem_no, attempt)


async def _is_over(db: Database, problem_no: str) -> bool:
    """Say whether the life has ended: a closed problem still takes appeals until then."""
    async with db.reading() as session:
        problem = await problems.get(session, problem_no)
    return problem is not None and problem.ended
