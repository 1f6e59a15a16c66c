"""Facts that a person states 人工认定, and a second one approves: criticised, exposed, shirked.

先例: 广元市2018年规则 (被省级及以上通报批评、被省级媒体曝光的亮红灯); 金华市数字城管考核细则 (推诿、拒不办理的
每件扣分).
"""

from __future__ import annotations

from domain.commands import StateFact
from domain.decisions.consequences import establish
from domain.decisions.draft import Draft
from domain.decisions.guard import demand_open
from domain.refusals import WrongContent, WrongMoment
from domain.rules import FAIR_POINTS, Rules
from domain.stages import STATED, Fact


def demand_statable(draft: Draft, act: StateFact) -> None:
    """Refuse what is none of these facts, has no consequence, or is not this district's own."""
    demand_open(draft)
    if act.fact not in STATED:
        raise WrongContent("fact_not_stated", fact=act.fact.label)
    if not act.source.strip():
        raise WrongContent("source_missing")
    if act.fact not in statable(draft.rules):
        raise WrongContent("fact_without_consequence", fact=act.fact.label)
    _demand_day(draft, act)
    if not draft.problem.was_told:
        raise WrongMoment("nothing_served")
    standing = (one for one in draft.problem.grounds if not one.fallen_seq)
    if any((one.fact, one.on) == (act.fact, act.on) for one in standing):
        raise WrongMoment("fact_stated_before", fact=act.fact.label, on=act.on.isoformat())


def state(draft: Draft, act: StateFact, _: str, __: int) -> None:
    """Establish the fact for its own day."""
    demand_statable(draft, act)
    establish(draft, act.fact, stated=act)


def statable(rules: Rules) -> tuple[Fact, ...]:
    """Give the facts on whose statement the policy of a life hangs something."""
    policy = rules.policy
    costly = {fact for rule in policy.deductions for fact in rule.facts}
    listed = {rule.fact for rule in policy.listing if rule.lists}
    known = (fact for fact in Fact if fact in STATED and fact in costly | listed)
    return tuple(known) if rules.since(FAIR_POINTS) else ()


def _demand_day(draft: Draft, act: StateFact) -> None:
    """It happened while the problem was the present district's."""
    since = draft.problem.handed_over_on
    if since is None or not since <= act.on <= draft.today:
        first = since or draft.today
        raise WrongContent("fact_outside_time", on=act.on.isoformat(), since=first.isoformat())
