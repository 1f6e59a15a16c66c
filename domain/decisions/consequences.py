"""What follows when a problem is not resolved on time, genuinely and fully.

方案 三(二) 三是: 移交后仍不能按期完成整改或整改不严不实、不到位的，直接纳入市级“生态环保督察问题
清单”，对相关区县依规则予以扣分并提级督办至问题整改完成为止。
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain import events as e
from domain.commands import RecordListNumber, StateFact
from domain.decisions import points, points_by_moment
from domain.decisions.draft import ByCommand, Draft
from domain.local_time import day_of, last_day_before
from domain.problem import Problem
from domain.refusals import WrongMoment
from domain.rules import FAIR_POINTS
from domain.stages import Fact


def establish(
    draft: Draft,
    fact: Fact,
    round_no: int = 0,
    planned_at: datetime | None = None,
    stated: StateFact | None = None,
    seen_on: date | None = None,
) -> None:
    """Establish a fact and draw every consequence the policy hangs on it.

    It belongs to the day that was missed, that was `stated` or on which it was seen on site: neither the
    midnight after nor an outage moves it into another year.
    """
    fair = draft.rules.since(FAIR_POINTS)
    on = _day_of_fact(draft, planned_at) if fair else draft.today
    if fair:
        on = seen_on or (stated.on if stated is not None else on)
    occurrence = draft.problem.times(fact) + 1
    draft.add(
        e.FactEstablished(
            fact=fact,
            occurrence=occurrence,
            round_no=round_no,
            planned_at=planned_at,
            on=on if fair else None,
            source=stated.source if stated else "",
            stated_by=draft.proposed_by.id if stated and draft.proposed_by else "",
        )
    )
    if fair:
        points.charge(draft, draft.problem.grounds[-1])
    else:
        points_by_moment.charge(draft, fact, occurrence)
    _list(draft, fact, on, planned_at if fair else None)


def _day_of_fact(draft: Draft, planned_at: datetime | None) -> date:
    return draft.today if planned_at is None else last_day_before(planned_at)


def _list(draft: Draft, fact: Fact, on: date, planned_at: datetime | None) -> None:
    rule = draft.rules.policy.listing_rule(fact)
    if rule is None:
        return
    entry = draft.problem.entry
    if entry is None:
        ground = draft.problem.grounds[-1].seq if draft.rules.since(FAIR_POINTS) else 0
        draft.add(e.PlacedOnList(reason=fact, on=on, clause=rule.clause, established=ground))
    elif fact not in entry.reasons:
        draft.add(e.ListReasonAdded(reason=fact, on=on, clause=rule.clause))
    level = draft.rules.policy.level_at(fact) or 1
    if draft.problem.level < level:
        raise_level(draft, level, planned_at)


def raise_level(draft: Draft, level: int, planned_at: datetime | None = None) -> None:
    """Raise the level of supervision 提级督办; nothing above the policy's highest level."""
    rule = draft.rules.policy.level_rule(level)
    fair = draft.rules.since(FAIR_POINTS)
    on = _day_of_fact(draft, planned_at) if fair else draft.today
    if rule is not None:
        draft.add(e.LevelRaised(level=level, title=rule.title, planned_at=planned_at, on=on))


def level_days_used(problem: Problem, draft: Draft, stopped_at: datetime) -> int:
    """Count the working days unrectified at the present level when its clock stops at an instant.

    Only days that have wholly passed: the day of the stop itself is none.
    """
    clock = problem.level_clock
    if clock.running_from is None:
        return clock.used
    if not draft.rules.since(FAIR_POINTS):
        last = draft.today
    else:
        last = max(clock.running_from, day_of(stopped_at) - timedelta(days=1))
    return clock.used + draft.rules.calendar.working_days_between(clock.running_from, last)


def record_list_number(draft: Draft, command: RecordListNumber) -> None:
    """Record the municipal list's own number on the present entry, or on the last one once it is off.

    Before FAIR_POINTS a living problem that had left the list took none.
    """
    problem = draft.problem
    fair = draft.rules.since(FAIR_POINTS) or problem.ended
    if not (problem.entries if fair else problem.entry):
        raise WrongMoment("nothing_listed")
    draft.add(e.ListNumberRecorded(number=command.number))


DECISIONS: ByCommand = {
    RecordListNumber: record_list_number,
}
