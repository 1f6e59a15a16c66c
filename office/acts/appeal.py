"""扣分申诉, and deductions taken back."""

from __future__ import annotations

from datetime import time
from typing import Literal

from domain import commands as c
from domain.local_time import at_local
from domain.problem import Problem
from domain.proof import ProofKind
from domain.roles import Actor
from office.acts.act import Act
from office.typed import Day, NeededLine, NeededProse, Number, Typed, example


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


class PointsServiceBody(Typed):
    """登记扣分告知送达: `deduction` is the number of its event, served on a day by some means."""

    model_config = example(deduction=12, served_on="2024-07-12", means="机要交换")

    deduction: Number
    served_on: Day
    means: NeededLine

    def command(self, by: Actor) -> c.RecordPointsReceipt:
        """Give the command: the first instant of the day stands for it."""
        return c.RecordPointsReceipt(
            deduction=self.deduction,
            kind=ProofKind.OFFICER_RECORD,
            recipient=self.means,
            received_at=at_local(self.served_on, time(0)),
            by=by,
        )


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
        does="提请撤销一项扣分，由提请人以外的审批人员批准",
        body=ReversalBody,
        commands=(c.ProposeAct,),
        title="撤销扣分",
        button="提请批准",
        done="已提请批准",
        when=lambda problem, _: any(not d.reversed_seq for d in problem.deductions),
    ),
    Act(
        name="record_points_service",
        path="points-service-records",
        does="登记一项扣分告知以其他方式送达的日期；申诉期限自送达次日起算",
        body=PointsServiceBody,
        commands=(c.RecordPointsReceipt,),
        title="登记扣分告知送达",
        button="登记送达",
        done="扣分告知的送达已登记",
        when=lambda problem, _: bool(problem.unreceived),
    ),
)
