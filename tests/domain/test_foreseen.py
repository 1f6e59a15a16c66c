"""What an act would come to is decided by the rules themselves, and nothing is done."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from domain import commands as c
from domain.foreseen import foresee
from domain.notices import NoticeKind
from domain.policy import AccountCap, Within
from tests.worlds.life import OFFICER, Life, transferred


def verdict(life: Life, said: c.Verdict) -> c.ReviewFeedback:
    """An officer's verdict on the answer under review."""
    waiting = life.problem.under_review
    assert waiting is not None
    return c.ReviewFeedback(
        receipt_id=waiting.receipt_id, verdict=said, reason="示例：照片与现场不符。", by=OFFICER
    )


def test_what_a_false_answer_costs_is_foreseen_as_it_then_comes() -> None:
    life = transferred()
    life.answer()
    command = verdict(life, c.Verdict.FOUND_FALSE)
    before, told = life.problem, len(life.notices)
    ahead = foresee(before, command, life.now, life.rules)
    assert ahead.grave
    assert (ahead.newly_listed, ahead.level_rises) == (True, True)
    assert life.problem is before
    life.do(command)
    assert ahead.points == life.problem.points > Decimal(0)
    assert [one.event for one in life.history[before.seq :]] == list(ahead.events)
    assert life.notices[told:] == list(ahead.notices)
    assert NoticeKind.POINTS_DEDUCTED in {one.kind for one in ahead.notices}
    assert ahead.caps == ()


def test_the_caps_named_are_those_of_the_rules_that_are_priced() -> None:
    life = transferred()
    life.answer()
    command = verdict(life, c.Verdict.FOUND_FALSE)
    (_, priced), *_ = foresee(life.problem, command, life.now, life.rules).deductions
    cap = AccountCap(rules=(priced.rule_id,), points=Decimal(5), within=Within.YEAR, clause="示例")
    other = replace(cap, rules=("another",))
    policy = replace(life.rules.policy, account_caps=(cap, other))
    ahead = foresee(life.problem, command, life.now, replace(life.rules, policy=policy))
    assert ahead.caps == (cap,)


def test_an_answer_that_is_taken_is_nothing_grave() -> None:
    life = transferred()
    life.answer()
    ahead = foresee(life.problem, verdict(life, c.Verdict.ACCEPT_DONE), life.now, life.rules)
    assert not ahead.grave
    assert (ahead.points, ahead.newly_listed, ahead.level_rises) == (Decimal(0), False, False)


def test_what_falls_due_by_an_act_in_the_same_instant_belongs_to_it() -> None:
    life = transferred()
    life.until(life.problem.rounds[0].due_on)
    duty = life.problem.rounds[0].due_at
    act = c.SendReminder(by=OFFICER)
    assert not foresee(life.problem, act, life.now, life.rules).grave
    assert foresee(life.problem, act, duty, life.rules).grave


def test_an_answer_returned_for_more_is_an_everyday_act_unless_it_is_priced() -> None:
    life = transferred()
    life.answer()
    returned = verdict(life, c.Verdict.RETURN_FOR_SUPPLEMENT)
    assert not foresee(life.problem, returned, life.now, life.rules).grave
