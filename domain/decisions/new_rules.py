"""A new calendar year or a new policy for a life under way: previewed, approved, recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain import events as e
from domain.agenda import Duty, agenda, level_due_at
from domain.commands import ApplyCalendar, ApplyPolicy
from domain.deadlines import DueDate, due_date, due_instant
from domain.decisions.bureaus_time import count_level_anew
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.guard import demand_open
from domain.decisions.rounds import move_due_date, needs_proof, rule_of
from domain.policy import Policy, has_content_hash
from domain.problem import Problem, Round
from domain.refusals import WrongActor, WrongMoment
from domain.roles import SYSTEM, Actor
from domain.rules import FAIR_POINTS, RULES_VERSION, Rules
from domain.work_calendar import WorkCalendar, years_hash


def apply_calendar(draft: Draft, command: ApplyCalendar) -> None:
    """Count by another calendar from now on; a date already told never moves earlier."""
    demand_open(draft)
    _demand_two(command.proposed_by, command.by)
    calendar = command.calendar
    if years_hash(calendar.years) != command.content_hash:
        raise WrongMoment("approval_is_stale")
    if calendar == draft.rules.calendar:
        raise WrongMoment("nothing_changes")
    before = draft.rules.calendar
    draft.rules = replace(draft.rules, calendar=calendar)
    draft.add(
        e.CalendarApplied(
            calendar_version=calendar.version,
            content_hash=command.content_hash,
            proposed_by=command.proposed_by,
        )
    )
    round_ = draft.problem.open_round
    due = None if round_ is None else recounted(draft, round_, before)
    if round_ is None or due is None:
        return
    if due.due_on > round_.due_on:
        reason = f"{due.due_on.year}年放假安排公布"
        move_due_date(draft, round_, due.due_on, e.MovedWhy.CALENDAR, reason)
    elif round_.provisional and not due.provisional:
        draft.add(
            e.DueDateConfirmed(
                round_no=round_.round_no, due_on=round_.due_on, calendar_version=calendar.version
            )
        )


def recounted(draft: Draft, round_: Round, before: WorkCalendar) -> DueDate | None:
    """Count a round by the present calendar, never earlier than told; None where nothing counts.

    An agreed date stands as it was agreed, an overdue one has had its consequence. A date that an
    extension or a suspension moved only gives way to a rest day that was none `before`: who asked
    for a Saturday keeps it.
    """
    rule, calendar = rule_of(draft, round_), draft.rules.calendar
    if rule is None or round_.overdue_at is not None:
        return None
    due = due_date(round_.counted_from, rule, calendar)
    if due.due_on >= round_.due_on:
        return due
    gives_way = rule.roll_off_rest_days and before.is_workday(round_.due_on)
    due_on = calendar.next_workday(round_.due_on) if gives_way else round_.due_on
    return replace(
        due,
        due_on=due_on,
        due_at=due_instant(due_on, rule),
        provisional=not calendar.is_announced(due_on),
    )


def calendar_effect(problem: Problem, rules: Rules, calendar: WorkCalendar) -> DueDate | None:
    """Preview: the due date of the open round under another calendar, None when it stays.

    It is the same code that applies it; a date that only becomes firm counts as a change.
    """
    round_ = problem.open_round
    if round_ is None:
        return None
    draft = Draft(problem, round_.opened_at, SYSTEM, "preview", replace(rules, calendar=calendar))
    due = recounted(draft, round_, rules.calendar)
    if due is None or (due.due_on == round_.due_on and due.provisional == round_.provisional):
        return None
    return due


def apply_policy(draft: Draft, command: ApplyPolicy) -> None:
    """Judge by another policy from now on; what was decided and told stays.

    What happened before it is no occurrence of the new rules, and where a later version of the rules
    takes the life over, that version judges only what happens after: nothing falls due in the open round
    without proof, nor while a request waits that was asked before. No level rises earlier than it would have
    for days that passed before.
    """
    demand_open(draft)
    _demand_two(command.proposed_by, command.by)
    policy = command.policy
    if not has_content_hash(policy, policy.content_hash):
        raise WrongMoment("approval_is_stale")
    version = max(draft.rules.version, command.rules_version)
    if (policy, version) == (draft.rules.policy, draft.rules.version):
        raise WrongMoment("nothing_changes")
    _judge_by(draft, policy, version, command.proposed_by)


def _judge_by(draft: Draft, policy: Policy, version: int, proposed_by: Actor) -> None:
    taken_over = version > draft.rules.version
    appeal_days = draft.rules.policy.clocks.appeal_working_days
    told = level_due_at(draft.problem, draft.rules)
    draft.rules = replace(draft.rules, policy=policy, version=version)
    round_ = draft.problem.open_round
    waiting = None if round_ is None else round_.asked
    draft.add(
        e.PolicyApplied(
            policy=f"{policy.policy_id}@{policy.version}",
            content_hash=policy.content_hash,
            proposed_by=proposed_by,
            counts_anew=draft.rules.since(FAIR_POINTS),
            rules_version=version if taken_over else 0,
            awaits_proof=round_ is not None and not round_.needs_proof and needs_proof(draft),
            holds_request=waiting is not None and not waiting.holds and taken_over,
            appeal_days=appeal_days if _told_otherwise(draft, appeal_days) else 0,
        )
    )
    anew = level_due_at(draft.problem, draft.rules)
    if anew is not None and draft.rules.since(FAIR_POINTS) and (told is None or anew < told):
        count_level_anew(draft)


def _told_otherwise(draft: Draft, appeal_days: int) -> bool:
    """Say whether deductions were told with other days for their appeal than the policy gives now."""
    otherwise = appeal_days != draft.rules.policy.clocks.appeal_working_days
    return otherwise and bool(draft.problem.deductions) and draft.rules.since(FAIR_POINTS)


def policy_effect(
    problem: Problem, rules: Rules, policy: Policy, now: datetime
) -> tuple[Duty | None, Duty | None]:
    """Preview: the next duty by the present policy and by another; equal when nothing changes.

    With a policy the newest rules take a life over. It is the same code that applies it.
    """
    draft = Draft(problem, now, SYSTEM, "preview", rules)
    _judge_by(draft, policy, max(rules.version, RULES_VERSION), SYSTEM)
    return agenda(problem, rules), agenda(draft.problem, draft.rules)


def _demand_two(proposed_by: Actor, by: Actor) -> None:
    if proposed_by.id == by.id:
        raise WrongActor("second_person_required")


DECISIONS: ByCommand = {
    ApplyCalendar: apply_calendar,
    ApplyPolicy: apply_policy,
}
