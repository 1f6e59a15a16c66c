"""Commanding a life, from whichever door it is asked."""

from __future__ import annotations

from domain.addenda import AFTERWARDS, Afterwards
from domain.commands import Command
from domain.outcomes import LIFE_ENDED, Outcome, Reply, hear
from domain.refusals import Refusal
from office.ports import Services
from office.refused import Refused
from office.rules.rules_of_a_life import rules_of
from store.lives import addenda, problems


async def command_life(
    services: Services, problem_no: str, command: Command, command_id: str
) -> Reply:
    """Apply a command once per id; of a number that nobody knows it is said that it is unknown."""
    reply = await hear(problem_no, services.desk.command(problem_no, command, command_id))
    if reply.code != LIFE_ENDED:
        return reply
    async with services.db.reading() as session:
        known = await problems.row(session, problem_no)
    if known is None:
        return no_such_problem(problem_no)
    if isinstance(command, AFTERWARDS):
        return await _note(services, problem_no, command, command_id) or reply
    return reply


async def _note(
    services: Services, problem_no: str, command: Afterwards, command_id: str
) -> Reply | None:
    """Note an addendum 补记 beside an ended life; None where its end is not recorded yet."""
    rules = await rules_of(services, problem_no) or services.rules
    try:
        row = await addenda.note(services.db, problem_no, command, command_id, rules)
        noted = None if row is None else await _outcome(services, problem_no, command_id)
    except Refusal as refusal:
        return Reply(problem_no=problem_no, code=refusal.code, message=str(refusal))
    return None if noted is None else Reply(problem_no=problem_no, outcome=noted)


async def _outcome(services: Services, problem_no: str, command_id: str) -> Outcome:
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
        added = await addenda.of_problem(session, problem_no)
    if problem is None:
        raise ValueError("an addendum was noted on it")
    return Outcome(
        problem_no=problem_no,
        seq=problem.seq,
        stage=problem.stage,
        level=problem.level,
        events=tuple(one.event.tag for one in added if one.cause == command_id),
    )


def no_such_problem(problem_no: str) -> Reply:
    """Say that there is no problem of this number."""
    refused = Refused("problem_not_found", problem_no=problem_no)
    return Reply(problem_no=problem_no, code=refused.code, message=refused.detail)
