"""扣分申诉, and deductions taken back."""

from __future__ import annotations

from typing import Literal

from domain import commands as c
from domain.problem import Problem
from domain.roles import Actor
from office.acts.act import Act
from office.typed import NeededLine, NeededProse, Number, Typed, example


class AppealDecisionBody(Typed):
    """答复申诉: upholding it proposes the reversal; never by the deduction's author."""

    model_config = example(decision="refuse", reason="扣分事实清楚、依据充分")

    decision: Literal["uphold", "refuse"]
    reason: NeededProse


class AppealOnPageBody(AppealDecisionBody):
    """The same where the appeal's receipt is known."""

    receipt_id: NeededLine

    def command(self, by: Actor) -> c.DecideAppeal:
        """Give the command."""
        return c.DecideAppeal(
            receipt_id=self.receipt_id, uphold=self.decision == "uphold", reason=self.reason, by=by
        )


class ReversalBody(Typed):
    """撤销扣分: proposed for a second person; `deduction` is the number of its event."""

    model_config = example(deduction=12, reason="扣分事实有误")

    deduction: Number
    reason: NeededProse

    def command(self, by: Actor) -> c.ProposeAct:
        """Give the command."""
        act = c.ReverseDeduction(deduction=self.deduction)
        return c.ProposeAct(act=act, reason=self.reason, by=by)


def _appealed(problem: Problem, actor: Actor) -> bool:
    proposed = any(one.act.tag == "reverse_deduction" for one in problem.proposed)
    mine = all(deduction.by.id == actor.id for deduction in problem.appeals_open)
    return bool(problem.appeals_open) and not proposed and not mine


DECISION = Act(
    name="decide_appeal",
    path="appeal-decisions",
    at="/deductions/{deduction_id}",
    does="答复对一项扣分的申诉；成立的转审批人批准撤销，作出扣分的人员不得答复",
    body=AppealOnPageBody,
    commands=(c.DecideAppeal,),
    title="答复扣分申诉",
    button="登记答复",
    done="申诉已答复；成立的，已转审批人批准撤销",
    when=_appealed,
    step=True,
)
ACTS = (
    DECISION,
    Act(
        name="reverse",
        path="reversals",
        does="提请撤销一项扣分，由另一名审批人批准",
        body=ReversalBody,
        commands=(c.ProposeAct,),
        title="撤销扣分",
        button="提请批准",
        done="已提请批准",
        when=lambda problem, _: any(not d.reversed_seq for d in problem.deductions),
    ),
)
