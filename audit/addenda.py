"""What was noted after a life's end: its chain, and each addendum decided once more by the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from audit.compare import first_difference
from audit.derive import Differs
from domain.addenda import Addendum, add, command_of, with_addenda
from domain.events import Recorded
from domain.fold import fold
from domain.problem import Problem
from domain.refusals import Refusal
from domain.rules import Rules

_SKEW = timedelta(minutes=1)
"""How far the store's clock, by which addenda are dated, may be behind the server's."""


def demand_chained(added: Sequence[Addendum], recorded: Sequence[Recorded], rules: Rules) -> None:
    """Hold the addenda of a life against its events; raises `Differs` at the first difference."""
    for place, one in enumerate(added):
        try:
            _demand_right(one, added[:place], recorded, rules)
        except (Differs, Refusal) as found:
            raise Differs(f"第 {place + 1} 项补记：{found}") from None


def _demand_right(
    one: Addendum, earlier: Sequence[Addendum], recorded: Sequence[Recorded], rules: Rules
) -> None:
    life = recorded[: one.after_seq]
    if len(life) < one.after_seq or not life:
        raise Differs(f"所接续的第 {one.after_seq} 号事件不在历史中")
    before = max([life[-1].at, *(added.at for added in earlier)])
    if one.at < before - _SKEW:
        raise Differs(f"补记时刻 {one.at.isoformat()} 早于此前的 {before.isoformat()}")
    if any(added.cause == one.cause for added in earlier):
        raise Differs(f"指令 {one.cause} 被办理了两次")
    problem = _as_it_ended(life, earlier)
    if not problem.ended:
        raise Differs(f"第 {one.after_seq} 号事件时流程尚未结束")
    again = add(
        problem, life[-1], earlier, command_of(one), cause=one.cause, now=one.at, rules=rules
    )
    difference = first_difference(one, again)
    if difference is not None:
        raise Differs(difference)


def _as_it_ended(life: Sequence[Recorded], earlier: Sequence[Addendum]) -> Problem:
    problem: Problem | None = None
    for recorded in life:
        problem = fold(recorded, problem)
        passed = [one for one in earlier if one.after_seq == recorded.seq]
        problem = with_addenda(problem, passed)
    if problem is None:
        raise Differs("没有任何事件")
    return problem
