"""Lives of which each tells its date in another way: counted, agreed, moved, ended at a cut-off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from domain import commands as c
from domain.commands import RectificationState, Verdict
from domain.deadlines import DayCountRule
from domain.rules import Rules
from tests.worlds.life import MONDAY, OFFICER, Life, default_rules, transferred

CUT_OFF = time(17, 30)


def by_half_past_five(policy_id: str = "chongqing-2024") -> Rules:
    """Rules by which every counted period ends at the close of business."""
    rules = default_rules(policy_id)
    clocks = rules.policy.clocks

    def earlier(rule: DayCountRule) -> DayCountRule:
        return replace(rule, cut_off=CUT_OFF)

    counted = replace(
        clocks,
        feedback=earlier(clocks.feedback),
        supplement=earlier(clocks.supplement),
        rectification=earlier(clocks.rectification),
        redo=earlier(clocks.redo),
    )
    return replace(rules, policy=replace(rules.policy, clocks=counted))


def life_by(rules: Rules) -> Life:
    """A life judged by some rules, transferred on a Monday."""
    life = Life(rules=rules)
    life.register()
    life.transfer()
    return life


def supplemented() -> Life:
    """Returned for supplement on the Wednesday."""
    life = transferred()
    life.until(MONDAY + timedelta(days=2))
    life.answer()
    life.review(Verdict.RETURN_FOR_SUPPLEMENT)
    return life


def redone() -> Life:
    """Found false on the Wednesday."""
    life = transferred()
    life.until(MONDAY + timedelta(days=2))
    life.answer()
    life.review(Verdict.FOUND_FALSE)
    return life


def reassigned() -> Life:
    """Given to another district on the Wednesday."""
    life = transferred()
    life.until(MONDAY + timedelta(days=2))
    life.answer_objection(life.object(), uphold=True)
    return life


def served_late() -> Life:
    """Served on the Wednesday only."""
    life = transferred()
    life.until(MONDAY + timedelta(days=2))
    life.do(c.RecordService(served_on=life.today, means="直接送达", by=OFFICER))
    return life


def reissued() -> Life:
    """The notice was sent again on the Wednesday, and its days restarted by two persons."""
    life = transferred()
    life.until(MONDAY + timedelta(days=2))
    life.do(c.ReissueNotice(reason="示例", by=OFFICER))
    life.agree()
    return life


def agreed_like_a_count() -> Life:
    """Promised and agreed for the very day on which ten working days would end."""
    life = transferred()
    life.answer(RectificationState.IN_PROGRESS, promised_on=date(2024, 7, 8))
    life.review(Verdict.ACCEPT_IN_PROGRESS)
    return life


def extended() -> Life:
    """Ten days more, asked for and granted."""
    life = transferred()
    life.answer_request(life.ask_for_time())
    return life


def adjusted() -> Life:
    """Another date, proposed and approved."""
    life = transferred()
    life.propose(c.MoveDueDate(round_no=1, due_on=date(2024, 7, 20)))
    life.agree()
    return life


def resumed() -> Life:
    """Ten days in 暂缓办理."""
    life = transferred()
    life.suspend()
    life.until(MONDAY + timedelta(days=10))
    life.resume()
    return life


def objected_in_vain() -> Life:
    """An objection that was refused a day before the date."""
    life = transferred()
    receipt = life.object()
    life.until(date(2024, 7, 8))
    life.answer_objection(receipt, uphold=False)
    return life
