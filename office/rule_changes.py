"""New calendar years and policy versions: previewed, proposed, approved, applied to what is open.

The preview is made by the code that applies it. Approved changes count for new lives at once;
an open life takes them as a command of its own, so that its history holds what it was judged by.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from domain.command_ids import of_rule
from domain.commands import ApplyCalendar, ApplyPolicy
from domain.decisions.new_rules import calendar_effect, policy_effect
from domain.local_time import day_of
from domain.outcomes import CommandRefused, NoSuchLife, OutcomeUnknown
from domain.policy import Policy
from domain.problem import Problem
from domain.roles import Actor, Role
from domain.rules import YEARS_RECORDED, Rules
from domain.words.rules import UNKNOWN
from domain.work_calendar import WorkCalendar
from gateways.calendar_files import CalendarFileError, load_calendar, read_calendar_text
from gateways.policy_files import PolicyFileError, read_kept_policy, read_policy_text
from office.ports import Services
from office.refused import Refused
from office.rules_of_a_life import keep, rules_of_all
from office.typed import HASH, NeededProse, Typed
from store import lists, problems, rule_changes
from store.engine import Database
from store.rule_changes import Applied, ChangeKind, ChangeRefused
from store.tables import RuleChangeRow

_AT_ONCE = 8
_TRIES = 20


class ProposalBody(Typed):
    """A calendar year or a policy version as the text of its file, and why it is needed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "calendar",
                    "text": "year: 2099\nnotice: 示例通知\nholidays:\n"
                    "  - {name: 元旦, first: 2099-01-01, last: 2099-01-03}\n",
                    "reason": "年度放假安排公布",
                }
            ]
        }
    )

    kind: ChangeKind
    text: Annotated[str, Field(min_length=1, max_length=100_000)]
    reason: NeededProse


class DecisionBody(Typed):
    """The second person's decision, bound to the hash of what was proposed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"decision": "approve", "content_hash": "0" * 64, "to_open": True}]
        }
    )

    decision: Annotated[str, Field(pattern="^(approve|decline)$")]
    content_hash: Annotated[str, Field(pattern=HASH)]
    to_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a change does to one open problem: `before` and `after` in words, and why."""

    problem_no: str
    district: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """A proposed text, read: its name and what it would put in force."""

    kind: ChangeKind
    name: str
    calendar: WorkCalendar | None = None
    policy: Policy | None = None


def read_change(services: Services, kind: ChangeKind, text: str, *, kept: bool = False) -> Change:
    """Read a proposal; raises Refused saying what is wrong with it.

    What is `kept` in the store already is read even where it relies on what no rule reads.
    """
    read = read_kept_policy if kept else read_policy_text
    try:
        if kind is ChangeKind.CALENDAR:
            year = read_calendar_text(text, "提交的日历")
            known = [one for one in services.calendar.years if one.announced]
            calendar = load_calendar(announced=(*known, year))
            return Change(kind, f"{year.year}年放假安排", calendar=calendar)
        policy = read(text, "提交的口径")
    except (CalendarFileError, PolicyFileError) as error:
        raise Refused("rule_change_unreadable", str(error)) from error
    if policy.policy_id != services.policy.policy_id:
        raise Refused("other_policy", policy_id=services.policy.policy_id)
    return Change(kind, f"{policy.policy_id}@{policy.version}", policy=policy)


async def preview(services: Services, change: Change) -> tuple[Effect, ...]:
    """Say for each open problem what would change, by the rules each was begun with."""
    async with services.db.reading() as session:
        numbers = await lists.going_on(session)
    effects = []
    rules = await rules_of_all(services, numbers)
    for number in numbers:
        async with services.db.reading() as session:
            problem = await problems.get(session, number)
        effect = _effect(change, problem, rules[number]) if problem else None
        if effect is not None:
            effects.append(effect)
    return tuple(effects)


def _effect(change: Change, problem: Problem, rules: Rules | None) -> Effect | None:
    if rules is None:
        return _say(problem, "暂不能确定", "暂不能确定", UNKNOWN)
    if change.calendar is not None:
        due, round_ = calendar_effect(problem, rules, change.calendar), problem.open_round
        if due is None or round_ is None:
            return None
        moved = due.due_on != round_.due_on
        why = "原日期顺延，已告知的日期不提前" if moved else "暂定日期确定，日期不变"
        return _say(problem, _due(round_.due_on, round_.provisional), _due(due.due_on, False), why)
    if change.policy is None or problem.transferred_on is None:
        return None
    before, after = policy_effect(problem, rules, change.policy)
    if before == after:
        return None
    words = [f"{d.kind.label} {day_of(d.at).isoformat()}" if d else "无" for d in (before, after)]
    return _say(problem, words[0], words[1], f"改按{change.name}")


def _due(on: date, provisional: bool) -> str:
    return f"{on.isoformat()}{'（暂定）' if provisional else ''}"


def _say(problem: Problem, before: str, after: str, why: str) -> Effect:
    return Effect(
        problem_no=problem.problem_no,
        district=problem.district,
        before=before,
        after=after,
        why=why,
    )


async def propose(
    services: Services, change_id: str, body: ProposalBody, by: Actor
) -> RuleChangeRow:
    """Keep a proposal that can be read; raises Refused."""
    change = read_change(services, body.kind, body.text)
    return await rule_changes.propose(
        services.db, change_id, body.kind, change.name, body.text, body.reason, by
    )


async def decide(
    services: Services, change_id: str, body: DecisionBody, by: Actor
) -> RuleChangeRow:
    """Approve or decline; what is approved is in force at once and goes on to the open problems."""
    approve = body.decision == "approve"
    if approve:
        await _demand_usable(services, change_id)
    try:
        row = await rule_changes.decide(
            services.db,
            change_id,
            by,
            approve=approve,
            content_hash=body.content_hash,
            to_open=body.to_open,
        )
    except ChangeRefused as refused:
        raise Refused(refused.code, _SENTENCES.get(refused.code, "")) from refused
    await refresh(services)
    begin_applying(services, row)
    return row


async def _demand_usable(services: Services, change_id: str) -> None:
    """Refuse to put in force what was proposed when more was taken than today."""
    async with services.db.reading() as session:
        row = await rule_changes.find(session, change_id)
    if row is not None and row.state == rule_changes.ChangeState.PROPOSED:
        read_change(services, ChangeKind(row.kind), row.content)


_SENTENCES = {
    "second_person_required": "提出人与批准人不得为同一人，请由另一名审批人办理。",
    "approval_is_stale": "拟批准的内容已发生变化，请重新核对后再批准。",
}


async def refresh(services: Services) -> None:
    """Put every approved change in force for what begins from now on."""
    async with services.db.reading() as session:
        rows = await rule_changes.in_force(session)
    names = tuple(row.id for row in rows)
    if names == services.in_force.changes:
        return
    texts = {kind: [row for row in rows if row.kind == kind] for kind in ChangeKind}
    years = [read_calendar_text(row.content, row.name) for row in texts[ChangeKind.CALENDAR]]
    known = [year for year in services.calendar.years if year.announced]
    policies = [read_kept_policy(row.content, row.name) for row in texts[ChangeKind.POLICY]]
    force = services.in_force
    if years:
        force.calendar = await asyncio.to_thread(load_calendar, announced=(*known, *years))
    added = [policy for policy in policies if policy not in force.policies]
    force.policies = tuple(sorted((*force.policies, *added), key=lambda one: one.valid_from))
    force.changes = names


def begin_applying(services: Services, row: RuleChangeRow) -> None:
    """Go on to the open problems in the background, unless that was not wanted."""
    if row.state == rule_changes.ChangeState.APPROVED.value:
        services.imports.begin(f"rules {row.id}", apply(services, row))


async def go_on_applying(services: Services) -> None:
    """Go on with what an earlier process left half applied."""
    async with services.db.reading() as session:
        rows = await rule_changes.in_force(session)
    for row in rows:
        begin_applying(services, row)


async def apply(services: Services, row: RuleChangeRow) -> None:
    """Apply an approved change to every open problem, each once, and note what became of it."""
    numbers: list[str] = []
    if row.to_open:
        async with services.db.reading() as session:
            numbers = await lists.going_on(session)
    change = read_change(services, ChangeKind(row.kind), row.content, kept=True)
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(number: str) -> Applied:
        async with places:
            return await _apply_to(services, row, change, number)

    report = await asyncio.gather(*map(one, numbers))
    await rule_changes.applied(services.db, row.id, report)


async def _apply_to(
    services: Services, row: RuleChangeRow, change: Change, problem_no: str
) -> Applied:
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
    if problem is None:
        return Applied(problem_no=problem_no, code="problem_not_found", message="")
    command = _command(services, row, change, problem)
    await keep(services, command.policy if isinstance(command, ApplyPolicy) else command.calendar)
    for _ in range(_TRIES):
        try:
            await services.desk.command(problem_no, command, of_rule(row.id, problem_no))
        except CommandRefused as refused:
            return Applied(problem_no=problem_no, code=refused.code, message=refused.message)
        except NoSuchLife:
            return Applied(problem_no=problem_no, code="life_ended", message="办理流程已经结束")
        except OutcomeUnknown:
            await asyncio.sleep(1)
        else:
            return Applied(problem_no=problem_no, code="", message="")
    return Applied(problem_no=problem_no, code="unavailable", message="业务服务没有答复")


def _command(
    services: Services, row: RuleChangeRow, change: Change, problem: Problem
) -> ApplyPolicy | ApplyCalendar:
    proposed_by = rule_changes.proposer_of(row)
    by = Actor(row.decided_by, Role.SUPERVISOR)
    if change.policy is not None:
        return ApplyPolicy(policy=change.policy, proposed_by=proposed_by, by=by)
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
            newer = ApplyPolicy(policy=policy, proposed_by=rule_changes.proposer_of(row), by=by)
            await keep(services, policy)
            return row.id, newer
    return None


async def year_missing(db: Database, calendar: WorkCalendar) -> int | None:
    """Name the next year when it should be announced by now and is not in force: from 1 December.

    The notice usually appears in early November (国务院办公厅关于部分节假日安排的通知).
    """
    today = day_of(db.now())
    next_year = today.year + 1
    announced = any(one.year == next_year and one.announced for one in calendar.years)
    return None if announced or today.month < 12 else next_year


def changes_of(rows: Sequence[RuleChangeRow]) -> list[dict[str, object]]:
    """Show changes as REST does, without their texts."""
    return [change_view(row) for row in rows]


def change_view(row: RuleChangeRow) -> dict[str, object]:
    """Show one change and what applying it came to."""
    report = rule_changes.report_of(row)
    return {
        "id": row.id,
        "kind": row.kind,
        "name": row.name,
        "content_hash": row.content_hash,
        "reason": row.reason,
        "state": row.state,
        "proposed_at": row.proposed_at,
        "proposed_by": row.proposed_by,
        "decided_at": row.decided_at,
        "decided_by": row.decided_by,
        "to_open": row.to_open,
        "applied": sum(not one.code for one in report),
        "not_applied": [
            {"problem_no": one.problem_no, "code": one.code, "message": one.message}
            for one in report
            if one.code
        ],
    }
