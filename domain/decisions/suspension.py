"""Suspension 暂缓办理: what cannot be worked on this season waits, and its clocks with it.

先例: 数字化城市管理的挂账、缓办. Never retroactive: the clocks stop at the approval, what is left
then is what is left afterwards.
"""

from __future__ import annotations

from datetime import date, timedelta

from domain import events as e
from domain.commands import ResumeProblem, SuspendProblem
from domain.deadlines import DayCount
from domain.decisions.bureaus_time import settle
from domain.decisions.consequences import level_days_used
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.guard import demand_not_suspended, demand_reason, demand_stage
from domain.decisions.rounds import date_counted_from, move_due_date, recount, rule_of
from domain.local_time import day_of, midnight_ending
from domain.problem import Round, Suspension
from domain.refusals import WrongContent, WrongMoment
from domain.stages import Stage


def demand_suspendable(draft: Draft, act: SuspendProblem) -> None:
    """Refuse a suspension that cannot begin now."""
    demand_stage(draft, Stage.AWAITING_FEEDBACK, Stage.RECTIFYING, Stage.AWAITING_REVISIT)
    demand_not_suspended(draft)
    if draft.problem.objection is not None:
        raise WrongMoment("objection_waits", receipt_id=draft.problem.objection.receipt_id)
    if draft.problem.proposal is not None:
        raise WrongMoment("not_in_this_stage", stage="待销号审批")
    limit = draft.today + timedelta(days=draft.rules.policy.limits.suspension_max_days)
    if not draft.today < act.review_on <= limit:
        raise WrongContent(
            "review_date_too_late", on=act.review_on.isoformat(), limit=limit.isoformat()
        )


def suspend(draft: Draft, act: SuspendProblem, reason: str, _: int) -> None:
    """Stop the clocks now."""
    demand_suspendable(draft, act)
    settle(draft)
    round_ = draft.problem.open_round
    draft.add(
        e.ProblemSuspended(
            on=draft.today,
            review_on=act.review_on,
            reason=reason,
            round_no=len(draft.problem.rounds),
            days_left=_days_left(draft, round_),
            level_days_used=level_days_used(draft.problem, draft, draft.now),
            in_working_days=round_ is not None and _in_working_days(draft, round_),
        )
    )


def _days_left(draft: Draft, round_: Round | None) -> int | None:
    """Count what is left of an open round, in its own unit; None when nothing runs any more."""
    if round_ is None or round_.overdue_at is not None or round_.due_at <= draft.now:
        return None
    if _in_working_days(draft, round_):
        return draft.rules.calendar.working_days_between(draft.today, round_.due_on)
    return (round_.due_on - draft.today).days


def _in_working_days(draft: Draft, round_: Round) -> bool:
    rule = rule_of(draft, round_)
    return rule is not None and rule.unit is DayCount.WORKING_DAYS


def resume(draft: Draft, command: ResumeProblem) -> None:
    """Let the clocks go on with what was left."""
    if draft.problem.suspension is None:
        raise WrongMoment("not_suspended")
    demand_reason(command.reason)
    go_on(draft, command.reason)


def go_on(draft: Draft, reason: str) -> None:
    """End the present suspension, by a person's word or by the district's answer.

    Where the district was told only meanwhile its days begin now, unless a later date was granted: then
    it has what was left of that.
    """
    suspension = draft.problem.suspension
    if suspension is None:
        return
    days = (draft.today - suspension.on).days
    draft.add(
        e.ProblemResumed(
            on=draft.today,
            reason=reason,
            days_suspended=days,
            rectification_due_on=_transfer_date(draft, suspension, days),
        )
    )
    round_ = draft.problem.open_round
    what_was_left = _with_what_was_left(draft, suspension)
    if round_ is not None and _begins_now(draft, round_, suspension, what_was_left):
        recount(draft, round_, draft.today, e.MovedWhy.RESUMED, e.MovedWhy.RESUMED.label)
    elif round_ is not None and days and what_was_left is not None:
        until = max(what_was_left, round_.due_on)
        move_due_date(draft, round_, until, e.MovedWhy.SUSPENSION, reason)
    _move_revisit(draft, suspension)


def _begins_now(
    draft: Draft, round_: Round, suspension: Suspension, what_was_left: date | None
) -> bool:
    """Say whether the whole days of a round begin with its going on: told meanwhile, and no less."""
    if not _told_meanwhile(draft, round_, suspension):
        return False
    whole = date_counted_from(draft, round_, draft.today)
    return what_was_left is None or what_was_left <= whole


def _told_meanwhile(draft: Draft, round_: Round, suspension: Suspension) -> bool:
    """Say whether the first proof of a round came, later than tolerated, while its clock stood still."""
    if round_.proof is None or round_.overdue_at is not None or not round_.needs_proof:
        return False
    told_on = day_of(round_.proof.at)
    tolerated = draft.rules.policy.limits.service_tolerance_working_days
    late = told_on > draft.rules.working_days_after(round_.counted_from, tolerated)
    return late and told_on >= suspension.on and not round_.agreed


def _transfer_date(draft: Draft, suspension: Suspension, days: int) -> date | None:
    """Give the transfer's own date with the days of the pause, and of before where nobody was told."""
    due_on, round_ = draft.problem.rectification_due_on, draft.problem.open_round
    if due_on is None or draft.problem.transfer_date_missed:
        return None
    if round_ is not None and _told_meanwhile(draft, round_, suspension):
        return due_on + (draft.today - round_.counted_from)
    return None if due_on < suspension.on else due_on + timedelta(days=days)


def _with_what_was_left(draft: Draft, suspension: Suspension) -> date | None:
    """Give the last day of the open round, counted on from today; None where no days were left."""
    round_ = draft.problem.open_round
    if round_ is None or suspension.days_left is None or round_.round_no != suspension.round_no:
        return None
    rule, calendar = rule_of(draft, round_), draft.rules.calendar
    if suspension.in_working_days:
        due_on = calendar.add_working_days(draft.today, suspension.days_left)
    else:
        due_on = draft.today + timedelta(days=suspension.days_left)
    if rule is not None and rule.roll_off_rest_days:
        due_on = calendar.next_workday(due_on)
    return due_on


def _move_revisit(draft: Draft, suspension: Suspension) -> None:
    """The bureau's own revisit waits as many working days as were left of it."""
    problem, calendar = draft.problem, draft.rules.calendar
    if problem.stage is not Stage.AWAITING_REVISIT or problem.revisit_due_at is None:
        return
    last_day = day_of(problem.revisit_due_at - timedelta(seconds=1))
    before = problem.revisit_on or last_day
    left = calendar.working_days_between(suspension.on, before)
    left_of_all = calendar.working_days_between(suspension.on, last_day)
    on = calendar.add_working_days(draft.today, left)
    due_on = calendar.add_working_days(draft.today, left_of_all)
    if (on, due_on) != (problem.revisit_on, last_day):
        draft.add(e.RevisitPlanned(on=on, due_at=midnight_ending(due_on)))


DECISIONS: ByCommand = {
    ResumeProblem: resume,
}
