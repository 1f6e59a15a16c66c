"""Whether what a life is judged by was ever in force: an invented policy or holiday is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from temporalio.client import WorkflowHistory

from audit.derive import Differs
from audit.recording import Answered, Asked, Recording
from domain.commands import ApplyCalendar, ApplyPolicy
from domain.policy import Policy
from domain.work_calendar import WorkCalendar
from gateways.known_rules import KnownPolicy, KnownRules, KnownYear


def demand_known(history: WorkflowHistory, run: Recording, known: KnownRules) -> None:
    """Raise `Differs` when a run is judged by what the register does not know, or not yet."""
    in_demonstration = bool(run.start.clock_shift_seconds)
    for event_id, rules in _rules_of(run):
        # A clock moved for a demonstration tells no day on which anything came into force.
        event = history.events[event_id - 1]
        used_at = None if in_demonstration else event.event_time.ToDatetime(tzinfo=UTC)
        if isinstance(rules, Policy):
            _demand_policy(rules, used_at, known)
        else:
            _demand_calendar(rules, used_at, known)


def _rules_of(run: Recording) -> Iterator[tuple[int, Policy | WorkCalendar]]:
    """Give what a run began with, and what was put in force under way; what was refused never was."""
    yield from ((1, run.start.policy), (1, run.start.calendar))
    refused = {
        one.command_id for one in run.happenings if isinstance(one, Answered) and not one.outcome
    }
    for one in run.happenings:
        if isinstance(one, Asked) and one.command_id not in refused:
            if isinstance(one.command, ApplyPolicy):
                yield one.event_id, one.command.policy
            elif isinstance(one.command, ApplyCalendar):
                yield one.event_id, one.command.calendar


def _demand_policy(policy: Policy, used_at: datetime | None, known: KnownRules) -> None:
    name, found = f"政策 {policy.policy_id}@{policy.version}", known.policy(policy)
    if found is None:
        raise Differs(f"{name}（{policy.content_hash[:12]}…）不在口径登记中，未见其施行或经批准")
    _demand_in_force(name, found, used_at)


def _demand_calendar(calendar: WorkCalendar, used_at: datetime | None, known: KnownRules) -> None:
    for year in calendar.years:
        name, found = f"日历 {calendar.version} 的 {year.year} 年", known.year(year)
        if found is None:
            raise Differs(f"{name}不在口径登记中，未见其公布或经批准")
        _demand_in_force(name, found, used_at)


def _demand_in_force(name: str, found: KnownPolicy | KnownYear, used_at: datetime | None) -> None:
    since = found.since if found.source == "approved" else None
    if used_at is not None and isinstance(since, datetime) and used_at < since - _SKEW:
        raise Differs(
            f"{name}于 {since.isoformat()} 批准，流程却已于 {used_at.isoformat()} 依其办理"
        )


_SKEW = timedelta(minutes=1)
"""How far the server's clock may be behind the store's, by which an approval is dated."""
