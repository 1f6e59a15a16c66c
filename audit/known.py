"""Whether what a life is judged by was ever in force: an invented policy or holiday is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from temporalio.client import WorkflowHistory

from audit.derive import Differs
from audit.recording import Answered, Asked, Recording
from domain.commands import ApplyCalendar, ApplyPolicy
from domain.policy import Policy
from domain.work_calendar import WorkCalendar
from gateways.known_rules import KnownRules


def demand_known(history: WorkflowHistory, run: Recording, known: KnownRules) -> None:
    """Raise `Differs` when a run is judged by what the register does not know."""
    begun_at = history.events[0].event_time.ToDatetime(tzinfo=UTC)
    # A clock moved for a demonstration tells no day on which anything came into force.
    _demand_policy(run.start.policy, None if run.start.clock_shift_seconds else begun_at, known)
    _demand_calendar(run.start.calendar, known)
    for command in _applied(run):
        if isinstance(command, ApplyPolicy):
            _demand_policy(command.policy, None, known)
        else:
            _demand_calendar(command.calendar, known)


def _applied(run: Recording) -> Iterator[ApplyPolicy | ApplyCalendar]:
    """Give the new rules that were put in force under way; what was refused never was."""
    refused = {
        one.command_id for one in run.happenings if isinstance(one, Answered) and not one.outcome
    }
    for one in run.happenings:
        if (
            isinstance(one, Asked)
            and isinstance(one.command, ApplyPolicy | ApplyCalendar)
            and one.command_id not in refused
        ):
            yield one.command


def _demand_policy(policy: Policy, begun_at: datetime | None, known: KnownRules) -> None:
    found = known.policy(policy)
    if found is None:
        raise Differs(
            f"政策 {policy.policy_id}@{policy.version}（{policy.content_hash[:12]}…）不在口径登记中，"
            "未见其施行或经批准"
        )
    since = found.since if found.source == "approved" else None
    if begun_at is not None and isinstance(since, datetime) and begun_at < since:
        raise Differs(
            f"政策 {policy.policy_id}@{policy.version} 于 {since.isoformat()} 批准，"
            f"流程却已于 {begun_at.isoformat()} 依其开始"
        )


def _demand_calendar(calendar: WorkCalendar, known: KnownRules) -> None:
    for year in calendar.years:
        if not known.knows_year(year):
            raise Differs(
                f"日历 {calendar.version} 的 {year.year} 年不在口径登记中，未见其公布或经批准"
            )
