"""Approved changes of the rules: put in force, and applied to what is open, each problem once."""

from __future__ import annotations

import asyncio
from datetime import date

from domain.command_ids import of_rule
from domain.commands import ApplyCalendar, ApplyPolicy
from domain.local_time import day_of
from domain.outcomes import Reply, no_answer
from domain.problem import Problem
from domain.roles import Actor, Role
from domain.rules import RULES_VERSION, YEARS_RECORDED
from gateways.calendar_files import load_calendar, read_calendar_text
from gateways.policy_files import read_kept_policy
from office.commanding import command_life, no_such_problem
from office.people_first import few
from office.ports import Services
from office.rules.reading_rules import Change, read_change
from office.rules.rules_of_a_life import keep
from store.lives import lists, problems
from store.proposals import ProposalState, proposer_of
from store.registers import rule_changes
from store.registers.rule_changes import ChangeKind
from store.tables import RuleChangeRow


async def refresh(services: Services) -> None:
    """Put every approved change in force for what begins from now on."""
    async with services.db.reading() as session:
        rows = await rule_changes.in_force(session)
    names = tuple(row.id for row in rows)
    if names == services.in_force.changes:
        return
    texts = {kind: [row for row in rows if row.kind == kind] for kind in ChangeKind}
    years = [
        read_calendar_text(row.content, row.name, kept=True) for row in texts[ChangeKind.CALENDAR]
    ]
    known = [year for year in services.calendar.years if year.announced]
    policies = [read_kept_policy(row.content, row.name) for row in texts[ChangeKind.POLICY]]
    force = services.in_force
    if years:
        force.calendar = await asyncio.to_thread(load_calendar, announced=(*known, *years))
    added = [policy for policy in policies if policy not in force.policies]
    force.policies = tuple(sorted((*force.policies, *added), key=lambda one: one.valid_from))
    force.changes = names


def begin_applying(services: Services) -> None:
    """Go on to the open problems in the background; where that is under way, it goes on as it is."""
    services.imports.begin("rules", apply_all(services))


async def go_on_applying(services: Services) -> None:
    """Go on with what is approved and not applied to every open problem yet."""
    if await _approved(services):
        begin_applying(services)


async def apply_all(services: Services) -> None:
    """Apply what is approved in the order of its approval, as far as the lives answer.

    A life that does not answer to a change is asked again another time, and for no later change before.
    """
    late: set[str] = set()
    for row in await _approved(services):
        late |= await _apply(services, row, late)


async def _approved(services: Services) -> list[RuleChangeRow]:
    async with services.db.reading() as session:
        rows = await rule_changes.in_force(session)
    return [row for row in rows if row.state == ProposalState.APPROVED]


async def _apply(services: Services, row: RuleChangeRow, late: set[str]) -> set[str]:
    """Apply a change to the open problems that did not answer yet, each once; give those that do not.

    What became of each is noted; the change is applied once all have answered.
    """
    numbers: list[str] = []
    if row.to_open:
        async with services.db.reading() as session:
            numbers = await lists.going_on(session)
    change = read_change(services, ChangeKind(row.kind), row.content, kept=True)
    places = few()

    async def one(number: str) -> Reply:
        if number in late:
            return no_answer(number)
        async with services.people.behind(places):
            return await _apply_to(services, row, change, number)

    told = {one.problem_no: one for one in rule_changes.report_of(row) if not one.unknown}
    asked = await asyncio.gather(*(one(number) for number in numbers if number not in told))
    told |= {reply.problem_no: reply for reply in asked}
    silent = {reply.problem_no for reply in asked if reply.unknown}
    await rule_changes.noted(services.db, row.id, list(told.values()), all_told=not silent)
    return silent


async def _apply_to(
    services: Services, row: RuleChangeRow, change: Change, problem_no: str
) -> Reply:
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
    if problem is None:
        return no_such_problem(problem_no)
    command = _command(services, row, change, problem)
    await keep(services, command.policy if isinstance(command, ApplyPolicy) else command.calendar)
    reply = await command_life(services, problem_no, command, of_rule(row.id, problem_no))
    # A life that began meanwhile has it already.
    return Reply(problem_no=problem_no) if reply.code == "nothing_changes" else reply


def _command(
    services: Services, row: RuleChangeRow, change: Change, problem: Problem
) -> ApplyPolicy | ApplyCalendar:
    proposed_by = proposer_of(row)
    by = Actor(row.decided_by, Role.SUPERVISOR)
    if change.policy is not None:
        return ApplyPolicy(
            policy=change.policy, proposed_by=proposed_by, by=by, rules_version=RULES_VERSION
        )
    today = day_of(services.clock())
    first = (problem.transferred_on or today).year
    years = services.calendar.for_years(first, max(first, today.year) + YEARS_RECORDED)
    return ApplyCalendar(
        calendar=years, content_hash=years.content_hash, proposed_by=proposed_by, by=by
    )


async def policy_for(services: Services, on: date) -> tuple[str, ApplyPolicy] | None:
    """Give the change and version that count for a transfer on a day; None for the first one.

    A problem registered earlier began with the version of its day: it is transferred by this one.
    """
    policy = services.in_force.on(on).policy
    async with services.db.reading() as session:
        rows = await rule_changes.in_force(session)
    for row in rows:
        if row.kind == ChangeKind.POLICY and row.name == f"{policy.policy_id}@{policy.version}":
            by = Actor(row.decided_by, Role.SUPERVISOR)
            newer = ApplyPolicy(policy=policy, proposed_by=proposer_of(row), by=by)
            await keep(services, policy)
            return row.id, newer
    return None
