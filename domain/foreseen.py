"""What an act would come to: decided on a copy, with the notices that would follow; nothing is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain import events as e
from domain.agenda import agenda
from domain.commands import Command
from domain.decide import decide, decide_duty
from domain.notices import NoticeOrder, notice_orders
from domain.policy import AccountCap
from domain.problem import Problem
from domain.rules import Rules
from domain.stages import Fact

_GRAVE = (
    e.PointsDeducted,
    e.PlacedOnList,
    e.ListReasonAdded,
    e.LevelRaised,
    e.ProblemWithdrawn,
    e.ProblemMerged,
)
"""What nobody should cause at a slip of the hand: it costs a district, or ends a problem."""

_EVERYDAY = frozenset({Fact.RETURNED, Fact.YELLOW_LIGHT})
"""Facts that are counted and cost nothing by themselves; where a policy prices them, points show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """The events an act would lead to at once, the problem after them, and who would be written to."""

    before: Problem
    after: Problem
    events: tuple[e.Event, ...]
    notices: tuple[NoticeOrder, ...]
    deductions: tuple[tuple[int, e.PointsDeducted], ...]
    caps: tuple[AccountCap, ...]

    @property
    def grave(self) -> bool:
        """Whether it is shown before it is done: by what it brings, or by the fact it states."""
        return any(
            isinstance(one, _GRAVE)
            or (isinstance(one, e.FactEstablished) and one.fact not in _EVERYDAY)
            for one in self.events
        )

    @property
    def points(self) -> Decimal:
        """What would be deducted by its rules, before any cap over the year."""
        return sum((one.points for _, one in self.deductions), Decimal(0))

    @property
    def newly_listed(self) -> bool:
        """Whether the problem would come on the supervisory list."""
        return self.before.entry is None and self.after.entry is not None

    @property
    def level_rises(self) -> bool:
        """Whether supervision would be escalated."""
        return self.after.level > self.before.level


def foresee(problem: Problem, command: Command, now: datetime, rules: Rules) -> Foreseen:
    """Decide a command on a copy, and whatever falls due by it in the same instant; raises Refusal."""
    decision = decide(problem, command, cause="preview", now=now, rules=rules)
    recorded, after, judged_by = list(decision.events), decision.problem, decision.rules
    notices = list(notice_orders(decision.events, after, judged_by))
    while (duty := agenda(after, judged_by)) is not None and duty.at <= now:
        met = decide_duty(after, duty, served=True, now=now, rules=judged_by)
        recorded += met.events
        after, judged_by = met.problem, met.rules
        notices += notice_orders(met.events, after, judged_by)
    deducted = tuple(
        (one.seq, one.event) for one in recorded if isinstance(one.event, e.PointsDeducted)
    )
    priced_by = {event.rule_id for _, event in deducted}
    return Foreseen(
        before=problem,
        after=after,
        events=tuple(one.event for one in recorded),
        notices=tuple({one.key: one for one in notices}.values()),
        deductions=deducted,
        caps=tuple(
            cap for cap in judged_by.policy.account_caps if priced_by.intersection(cap.rules)
        ),
    )
