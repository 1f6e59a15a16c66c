"""Requests under an Idempotency-Key: the same request is done once and answered the same again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.engine import Database
from store.lives import numbers
from store.tables import RequestRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """A request as it came in.

    `body_sha256` is the hash of its content, `command` the canonical text from which it can be
    carried out again. A request that registers a problem leaves `problem_no` empty and names
    `number_year`: it gets a number together with the claim, and keeps it on every repetition.
    """

    key: str
    account_id: str
    route: str
    body_sha256: str
    command: str = ""
    problem_no: str = ""
    number_year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What became of a key: new, the same request again, or taken by another request."""

    verdict: Literal["new", "same", "conflict"]
    row: RequestRow


async def claim(db: Database, request: NewRequest) -> Claim:
    """Claim a key for a request; of several at once, one is new and the others are the same."""
    return (await claim_all(db, [request]))[0]


async def claim_all(db: Database, wanted: Sequence[NewRequest]) -> tuple[Claim, ...]:
    """Claim the keys of several requests in one transaction; the claims come in their order."""
    async with db.writing() as session:
        # Always in the same order, so that two transactions never wait for each other.
        for request in sorted(wanted, key=lambda one: one.key):
            await db.lock(session, f"request:{request.key}")
        return tuple([await _claim(db, session, request) for request in wanted])


async def _claim(db: Database, session: AsyncSession, request: NewRequest) -> Claim:
    found = await session.get(RequestRow, request.key)
    if found is not None:
        return Claim(verdict="same" if _same(found, request) else "conflict", row=found)
    problem_no = request.problem_no
    if request.number_year is not None:
        if problem_no:
            await numbers.reserve(db, session, problem_no)
        else:
            problem_no = await numbers.allocate(db, session, request.number_year)
    row = RequestRow(
        key=request.key,
        account_id=request.account_id,
        route=request.route,
        body_sha256=request.body_sha256,
        problem_no=problem_no,
        command=request.command,
        created_at=db.now(),
    )
    session.add(row)
    return Claim(verdict="new", row=row)


async def renumber(db: Database, key: str, taken: str, year: int) -> str:
    """Give a claim another number, the one it has being another life's; give the number it has now.

    A claim that has another number already, or is finished, keeps it.
    """
    async with db.writing() as session:
        await db.lock(session, f"request:{key}")
        row = await session.get_one(RequestRow, key)
        if row.problem_no == taken and row.state == "open":
            row.problem_no = await numbers.allocate(db, session, year)
        return row.problem_no


async def finish(db: Database, key: str, state: Literal["done", "refused"], response: str) -> None:
    """Keep a request's answer, to be given again; a finished one keeps its first answer."""
    async with db.writing() as session:
        await session.execute(
            update(RequestRow)
            .where(col(RequestRow.key) == key, col(RequestRow.state) == "open")
            .values(state=state, response=response)
        )


async def finish_all(db: Database, keys: Sequence[str]) -> None:
    """Mark several requests done that have no answer of their own to keep."""
    async with db.writing() as session:
        await session.execute(
            update(RequestRow)
            .where(col(RequestRow.key).in_(keys), col(RequestRow.state) == "open")
            .values(state="done")
        )


async def unfinished(session: AsyncSession, before: datetime) -> tuple[str, ...]:
    """Give the keys of people's requests claimed before an instant without an outcome, oldest first.

    All of them: however many stay unknown, none of them keeps a younger one from its turn. A row of
    a list, which no account asked for on its own, and one that says nothing to carry out are left
    to their list.
    """
    query = select(RequestRow.key).where(
        col(RequestRow.state) == "open",
        col(RequestRow.created_at) < before,
        col(RequestRow.account_id) != "",
        col(RequestRow.command) != "",
    )
    return tuple(await session.scalars(query.order_by(col(RequestRow.created_at))))


def _same(row: RequestRow, request: NewRequest) -> bool:
    return (row.account_id, row.route, row.body_sha256) == (
        request.account_id,
        request.route,
        request.body_sha256,
    )
