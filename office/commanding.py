"""Commanding a life, from whichever door it is asked."""

from __future__ import annotations

from domain.commands import Command
from domain.outcomes import LIFE_ENDED, Reply, hear
from office.ports import Services
from office.refused import Refused
from store import problems


async def command_life(
    services: Services, problem_no: str, command: Command, command_id: str
) -> Reply:
    """Apply a command once per id; of a number that nobody knows it is said that it is unknown."""
    reply = await hear(problem_no, services.desk.command(problem_no, command, command_id))
    if reply.code != LIFE_ENDED:
        return reply
    async with services.db.reading() as session:
        known = await problems.row(session, problem_no)
    return no_such_problem(problem_no) if known is None else reply


def no_such_problem(problem_no: str) -> Reply:
    """Say that there is no problem of this number."""
    refused = Refused("problem_not_found", problem_no=problem_no)
    return Reply(problem_no=problem_no, code=refused.code, message=refused.detail)
