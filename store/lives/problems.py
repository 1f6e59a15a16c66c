"""The read model of one problem: its whole value, and the columns the lists search by."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, false, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.bureau import duties_of_bureau, owed_since_before
from domain.problem import Problem
from store.codec import problem_from, to_text
from store.tables import ProblemRow


async def get(session: AsyncSession, problem_no: str) -> Problem | None:
    """Give a problem as its last recorded event left it."""
    found = await row(session, problem_no)
    return problem_from(found.body) if found is not None else None


async def row(session: AsyncSession, problem_no: str) -> ProblemRow | None:
    """Give a problem's row of the list."""
    return await session.get(ProblemRow, problem_no)


async def by_row_key(session: AsyncSession, row_key: str) -> str | None:
    """Give the number of the problem that came from this row of an imported list."""
    found = await session.scalars(
        select(ProblemRow.problem_no).where(col(ProblemRow.row_key) == row_key)
    )
    return found.one_or_none()


async def by_row_keys(session: AsyncSession, keys: Collection[str]) -> dict[str, Problem]:
    """Give the problems that came from these rows of imported lists, by the key of their row."""
    found = await session.scalars(select(ProblemRow).where(col(ProblemRow.row_key).in_(keys)))
    return {row.row_key or "": problem_from(row.body) for row in found}


async def existing(session: AsyncSession, numbers: Sequence[str]) -> set[str]:
    """Give those of the numbers under which a problem stands."""
    query = select(ProblemRow.problem_no).where(col(ProblemRow.problem_no).in_(numbers))
    return set(await session.scalars(query))


async def numbers(session: AsyncSession) -> list[str]:
    """Give the numbers of all problems, in order."""
    number = col(ProblemRow.problem_no)
    return list(await session.scalars(select(number).order_by(number)))


async def by_numbers(session: AsyncSession, numbers: Collection[str]) -> dict[str, Problem]:
    """Give the problems under these numbers, as far as they are there."""
    query = select(ProblemRow.problem_no, ProblemRow.body)
    found = await session.execute(query.where(col(ProblemRow.problem_no).in_(numbers)))
    return {number: problem_from(body) for number, body in found}


async def of_enterprises(
    session: AsyncSession, named: Collection[tuple[str, str]]
) -> dict[tuple[str, str], list[Problem]]:
    """Give the problems of enterprises, as their names are written, by district and name.

    The oldest of each come first.
    """
    # Pair by pair: of a list of pairs, or with an order, SQLite may read the whole table where it
    # believes the index to part little.
    district, enterprise = col(ProblemRow.district), col(ProblemRow.enterprise)
    pairs = [and_(district == unit, enterprise == name) for unit, name in sorted(named)]
    query = select(district, enterprise, col(ProblemRow.problem_no), col(ProblemRow.body))
    found: dict[tuple[str, str], list[Problem]] = {}
    rows = await session.execute(query.where(or_(false(), *pairs)))
    for unit, name, _, body in sorted(rows, key=lambda row: row[2]):
        found.setdefault((unit, name), []).append(problem_from(body))
    return found


def contents_column(codes: Sequence[str]) -> str:
    """Write the codes of key contents so that each is found as a word between blanks."""
    return "".join(f" {code} " for code in codes)


def columns(problem: Problem, updated_at: datetime) -> dict[str, Any]:
    """Give the columns that follow from the problem (all but `row_key`)."""
    return {
        **_facts(problem),
        **_list_entry(problem),
        **_open_round(problem),
        "stage": problem.stage.value,
        "level": problem.level,
        "points": problem.points,
        "transferred_on": problem.transferred_on,
        "document_no": problem.document_no,
        "closed_on": problem.closed_on,
        "suspended": problem.suspension is not None,
        "typical": problem.typical,
        "merged_into": problem.merged_into,
        "waiting": waiting_of(problem),
        "seq": problem.seq,
        "body": to_text(problem),
        "updated_at": updated_at,
    }


def waiting_of(problem: Problem) -> str:
    """Name what the bureau owes on a problem, between bars; empty when it owes nothing."""
    owed = (*duties_of_bureau(problem), *owed_since_before(problem))
    duties = dict.fromkeys(duty.value for duty, _ in owed)
    return f"|{'|'.join(duties)}|" if duties else ""


def _facts(problem: Problem) -> dict[str, Any]:
    facts = problem.facts
    return {
        "problem_no": problem.problem_no,
        "district": problem.district,
        "enterprise": facts.enterprise,
        "credit_code": facts.credit_code,
        "key_content": facts.key_content,
        "contents": contents_column(facts.contents),
        "six_batch": facts.six_batch,
        "route": problem.route,
        "clue_source": facts.clue_source,
        "plan": facts.plan,
    }


def _list_entry(problem: Problem) -> dict[str, Any]:
    """Describe the present stay on the supervisory list, or the last one when it is over."""
    last = problem.entries[-1] if problem.entries else None
    return {
        "listed": problem.entry is not None,
        "list_reason": last.first_reason.value if last else "",
        "list_number": last.number if last else "",
        "listed_on": last.listed_on if last else None,
    }


def _open_round(problem: Problem) -> dict[str, Any]:
    """Give the date the district is held to.

    There is none while the problem is suspended, or while it is undecided whose it is.
    """
    stands = problem.suspension is None and problem.objection is None
    round_ = problem.open_round if stands else None
    return {
        "round_no": len(problem.rounds),
        "awaits_proof": problem.open_round is not None and problem.open_round.unproven,
        "due_on": round_.due_on if round_ else None,
        "due_at": round_.due_at if round_ else None,
        "provisional": round_.provisional if round_ else False,
    }
