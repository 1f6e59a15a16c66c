"""Lives in which between them every event happens and every mail is sent, with words to recognise."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from domain import commands as c
from domain.commands import RectificationState, RevisitResult, Verdict
from domain.roles import SYSTEM
from tests.worlds.life import OFFICER, OTHER_OFFICER, Life, transferred

CANARIES: dict[str, Any] = {
    "enterprise": "金丝雀<企业>有限公司",
    "description": "金丝雀问题描述",
    "address": "金丝雀路1号",
    "credit_code": "91500103MA5U0CANARY",
    "requirement": "金丝雀整改要求",
    "inspection_group": "金丝雀执法帮扶组",
}


def silent() -> Life:
    """A life in which nobody answers and nobody can show that the district was told."""
    life = transferred(**CANARIES)
    life.served = False
    life.until(date(2024, 7, 12))
    return life


def late() -> Life:
    """A life that is late, listed, raised, answered, found false, and left by the bureau.

    Its first deduction was an error.
    """
    life = transferred(**CANARIES)
    life.until(date(2024, 9, 30))
    life.answer()
    life.review(Verdict.FOUND_FALSE)
    life.until(life.today + timedelta(days=3))
    life.answer()
    life.propose(c.ReverseDeduction(deduction=life.problem.deductions[0].seq), by=OTHER_OFFICER)
    life.agree()
    life.until(life.today + timedelta(days=30))
    return life


def closed() -> Life:
    """A life returned once, put right, found wanting at the revisit, put right again, closed."""
    life = transferred(**CANARIES)
    life.answer()
    life.review(Verdict.RETURN_FOR_SUPPLEMENT)
    life.answer(RectificationState.IN_PROGRESS, promised_on=date(2024, 7, 31))
    life.review(Verdict.ACCEPT_IN_PROGRESS)
    life.answer()
    life.review()
    life.revisit(RevisitResult.NOT_IN_PLACE)
    life.answer()
    life.review()
    life.revisit()
    life.approve()
    return life


def bent() -> Life:
    """A life that asks for time, objects in vain, bounces, waits in 暂缓办理, appeals, comes back."""
    life = transferred(**CANARIES)
    life.answer_objection(life.object(), uphold=False)
    life.answer_request(life.ask_for_time(), grant=True)
    life.answer_request(life.ask_for_time(), grant=False)
    life.do(c.ReportBounce(round_no=1, notice_key="x", reported_at=life.now, by=SYSTEM))
    life.do(c.ReissueNotice(reason="示例", by=OFFICER))
    life.propose(c.MoveDueDate(round_no=1, due_on=date(2024, 7, 31)))
    life.agree()
    life.suspend()
    life.until(life.today + timedelta(days=5))
    life.resume()
    life.until(date(2024, 8, 20))
    life.answer_appeal(life.appeal(), uphold=True)
    life.agree()
    life.answer()
    life.review()
    life.revisit()
    life.approve()
    life.propose(c.ReopenProblem(findings="示例"))
    life.agree()
    return life


def stopped() -> Life:
    """A life that the bureau takes back."""
    life = transferred(**CANARIES)
    life.do(c.WithdrawProblem(reason="示例", by=OFFICER))
    return life


def elsewhere() -> Life:
    """A life that was another district's."""
    life = transferred(**CANARIES)
    life.answer_objection(life.object(), uphold=True)
    return life


LIVES = (silent, late, closed, bent, stopped)
"""All but the one that only leaves its district."""
