"""One problem registered, from page or REST: checked like a row of a list, numbered, begun once."""

from __future__ import annotations

from dataclasses import replace

from pydantic import ValidationError

from domain.local_time import day_of
from domain.refusals import Refusal
from gateways.problem_list.row_errors import errors_of
from office.answering.answers import Answer, created_body, pending
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from office.registering import intake
from office.registering.cross_district import known_groups, told_unchecked, with_group
from office.registering.duplicates import duplicates
from office.registering.known_problems import standing_of
from office.registering.new_problem import NewProblem
from office.registers import six_batches
from store import idempotency
from store.lives import problems


async def register(services: Services, caller: Caller, key: str, new: NewProblem) -> Answer:
    """Begin a problem's life under the number that its key claims; raises Refused."""
    entrant = await entrant_of(services, caller, new)
    claim = (await intake.claim_numbers(services, [entrant], origin=key))[0]
    if intake.origin_of(claim) != key:
        raise _taken(claim.row.problem_no)
    number = claim.row.problem_no
    if new.problem_no and claim.verdict == "new":
        await _demand_free(services, number)
    begun = await intake.begin(services, entrant, claim)
    if begun.code:
        return pending(key) if begun.unknown else Answer.of(begun)
    number = begun.problem_no
    await idempotency.finish_all(services.db, [claim.row.key])
    alike = await duplicates(services, replace(entrant.foreseen, problem_no=number))
    body = created_body(number, entrant.foreseen) | {
        "possible_duplicates": list(alike),
        "warnings": [one.document for one in entrant.row.warnings],
    }
    return Answer("created", body)


async def entrant_of(services: Services, caller: Caller, new: NewProblem) -> intake.Entrant:
    """Check a new problem by the typed row and the rules; raises Refused."""
    try:
        row = intake.read_problem(
            new, day_of(services.clock()), batches=await six_batches.in_force(services)
        )
    except ValidationError as error:
        errors = [
            {"field": e.column, "code": e.code, "message": f"{e.column}：{e.message}"}
            for e in errors_of(error)
        ]
        raise Refused("invalid_request", errors=errors) from error
    try:
        groups = await known_groups(services)
        row = told_unchecked(with_group(row, groups), groups)
        standing = await standing_of(services, row)
        return intake.check(services, row, caller.actor, standing.key)
    except Refusal as refusal:
        raise Refused.by_rule(refusal) from refusal


async def _demand_free(services: Services, problem_no: str) -> None:
    async with services.db.reading() as session:
        if await problems.row(session, problem_no) is not None:
            raise _taken(problem_no)


def _taken(problem_no: str) -> Refused:
    return Refused("problem_no_taken", problem_no=problem_no)
