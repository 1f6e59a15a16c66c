"""One act over many problems: previewed by the rules, then done once each, with a result per problem.

What is done is bound to the numbers that the preview named, for the filter would match others once
the first of them have changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from domain.command_ids import of_batch
from domain.commands import Command
from domain.decide import decide
from domain.inspection_groups import InspectionGroup
from domain.local_time import day_of
from domain.outcomes import Reply
from domain.problem import Problem
from domain.refusals import Refusal
from domain.roles import Actor
from domain.rules import Rules
from domain.stages import Stage
from domain.words.rules import UNKNOWN
from office import once
from office.acts import OVER_MANY
from office.acts.act import AskedOfMany
from office.caller import Caller
from office.commanding import no_such_problem
from office.people_first import few
from office.ports import Services
from office.registering.cross_district import demand_own_group_may, known_groups
from office.rules.rules_of_a_life import rules_of_all
from office.typed import Line, NeededLine, Prose, Typed
from store.lives import lists, problems
from store.lives.lists import ProblemFilter

MOST = 500


def _over_many(name: str) -> str:
    if name not in OVER_MANY:
        raise ValueError(f"不在可选范围内（{'、'.join(OVER_MANY)}）")
    return name


class BatchFilter(Typed):
    """Which problems: all given conditions together."""

    district: Line = ""
    stage: Stage | None = None
    listed: bool | None = None
    overdue: bool = False
    key_content: Line = ""
    text: Line = ""


class BatchActBody(Typed):
    """What is to be done; `days` for extend, `to_district` for reassign.

    `extend` proposes a later due date for each; a second person approves each one by itself.
    `succeed` hands each over to the unit that took its place's part, by the address (district map
    of 2025-11-06).
    """

    act: Annotated[str, AfterValidator(_over_many), Field(json_schema_extra={"enum": [*OVER_MANY]})]
    reason: Prose = ""
    to_district: Line = ""
    because: Literal["correction", "successor"] = "correction"
    days: Annotated[int, Field(ge=1, le=180)] = 7


class BatchPreviewBody(BatchActBody):
    """The act and the filter to try it on; nothing changes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"act": "remind", "filter": {"district": "500103", "overdue": True}}]
        }
    )

    where: BatchFilter = Field(alias="filter")


class BatchDoBody(BatchActBody):
    """The act and the problems it is done to, as the preview named them."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"act": "remind", "problems": ["CQ2024-0001"]}]}
    )

    problems: Annotated[tuple[NeededLine, ...], Field(min_length=1, max_length=MOST)]


async def preview(services: Services, caller: Caller, body: BatchPreviewBody) -> list[Reply]:
    """Try the act on every problem of the filter by the pure rules."""
    wanted = ProblemFilter(
        district=body.where.district,
        stage=body.where.stage,
        listed=body.where.listed,
        overdue=body.where.overdue,
        key_content=body.where.key_content,
        text=body.where.text,
        now=services.clock(),
    )
    async with services.db.reading() as session:
        numbers = [row.problem_no for row in (await lists.page(session, wanted, limit=MOST)).rows]
    return [reply for _, reply in await preview_of(services, caller, body, numbers)]


async def preview_of(
    services: Services, caller: Caller, body: BatchActBody, numbers: Sequence[str]
) -> list[tuple[Problem, Reply]]:
    """Try the act on these problems, as far as they are there, by the pure rules."""
    async with services.db.reading() as session:
        known = await problems.by_numbers(session, numbers)
    found = [known[number] for number in dict.fromkeys(numbers) if number in known]
    rules = await rules_of_all(services, numbers)
    groups = await known_groups(services)
    return [
        (one, _try(services, caller.actor, body, one, rules[one.problem_no], groups))
        for one in found
    ]


def _try(
    services: Services,
    by: Actor,
    body: BatchActBody,
    problem: Problem,
    rules: Rules | None,
    groups: Sequence[InspectionGroup],
) -> Reply:
    if rules is None:
        return Reply(problem_no=problem.problem_no, code="rules_unknown", message=UNKNOWN)
    try:
        command = _command(services, by, body, problem)
        demand_own_group_may(problem, command, groups)
        decide(problem, command, cause="preview", now=services.clock(), rules=rules)
    except Refusal as refusal:
        return Reply(problem_no=problem.problem_no, code=refusal.code, message=str(refusal))
    return Reply(problem_no=problem.problem_no)


async def do(services: Services, caller: Caller, key: str, body: BatchDoBody) -> list[Reply]:
    """Do it to each problem once; the same key again gives the same results."""
    places = few()

    async def one(problem_no: str) -> Reply:
        async with services.people.behind(places):
            return await _do_one(services, caller, key, body, problem_no)

    return list(await asyncio.gather(*map(one, dict.fromkeys(body.problems))))


async def _do_one(
    services: Services, caller: Caller, key: str, body: BatchActBody, problem_no: str
) -> Reply:
    """Do one problem's part, a request of its own under a key that no person can send.

    Its command is kept: made anew after it was done, it would be another one.
    """
    own_key = f"batch {caller.account.id} {key} {problem_no}"
    known = await once.again(services, caller, own_key)
    if known is not None:
        return known.reply(problem_no)
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
    if problem is None:
        return no_such_problem(problem_no)
    try:
        command = _command(services, caller.actor, body, problem)
    except Refusal as refusal:
        return Reply(problem_no=problem_no, code=refusal.code, message=str(refusal))
    asked = body.model_dump_json()
    named = of_batch(caller.account.id, key, problem_no)
    answer = await once.act(
        services, caller, own_key, problem_no, command, asked=asked, command_id=named
    )
    return answer.reply(problem_no)


def _command(services: Services, by: Actor, body: BatchActBody, problem: Problem) -> Command:
    asked = AskedOfMany(
        problem=problem,
        by=by,
        today=day_of(services.clock()),
        reason=body.reason,
        to_district=body.to_district,
        because=body.because,
        days=body.days,
    )
    return OVER_MANY[body.act].make(asked)
