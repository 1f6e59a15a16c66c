"""New calendar years and policy versions: previewed, proposed, approved, applied to what is open.

The preview is made by the code that applies it. Approved changes count for new lives at once;
an open life takes them as a command of its own, so that its history holds what it was judged by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from domain.decisions.new_rules import calendar_effect, policy_effect
from domain.local_time import day_of
from domain.problem import Problem
from domain.roles import Actor
from domain.rules import Rules
from domain.words.rules import UNKNOWN
from domain.work_calendar import WorkCalendar
from office.ports import Services
from office.refused import allowed
from office.rules.applying_rules import begin_applying, refresh
from office.rules.reading_rules import Change, read_change
from office.rules.rules_of_a_life import rules_of_all
from office.typed import HASH, NeededProse, Typed
from store import proposals
from store.engine import Database
from store.lives import lists, problems
from store.proposals import ProposalState
from store.registers import rule_changes
from store.registers.rule_changes import ChangeKind
from store.tables import RuleChangeRow


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


async def preview(services: Services, change: Change) -> tuple[Effect, ...]:
    """Say for each open problem what would change, by the rules each was begun with."""
    async with services.db.reading() as session:
        numbers = await lists.going_on(session)
    effects = []
    rules = await rules_of_all(services, numbers)
    for number in numbers:
        async with services.db.reading() as session:
            problem = await problems.get(session, number)
        effect = _effect(change, problem, rules[number], services.clock()) if problem else None
        if effect is not None:
            effects.append(effect)
    return tuple(effects)


def _effect(change: Change, problem: Problem, rules: Rules | None, now: datetime) -> Effect | None:
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
    before, after = policy_effect(problem, rules, change.policy, now)
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
    row = await find(services, change_id)
    if approve and row.state == ProposalState.PROPOSED:
        # What was proposed when more was taken than today is not put in force.
        read_change(services, ChangeKind(row.kind), row.content)
    row = await allowed(
        proposals.decide(
            services.db,
            RuleChangeRow,
            change_id,
            by,
            approve=approve,
            bound_to=body.content_hash,
            to_open=body.to_open and approve,
        )
    )
    await refresh(services)
    if row.state == ProposalState.APPROVED:
        begin_applying(services)
    return row


async def find(services: Services, change_id: str) -> RuleChangeRow:
    """Give a change; raises Refused."""
    async with services.db.reading() as session:
        return await allowed(proposals.find(session, RuleChangeRow, change_id))


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
