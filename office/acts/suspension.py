"""暂缓办理, and its end."""

from __future__ import annotations

from domain import commands as c
from domain.bureau import owes
from domain.events import BureauDuty
from domain.problem import Problem
from domain.roles import Actor
from office.acts.act import Act
from office.typed import Day, NeededProse, ReasonBody, Typed, example


class SuspensionBody(Typed):
    """暂缓办理: proposed with a reason and the day it is looked at again; a second person approves."""

    model_config = example(review_on="2024-10-08", reason="企业停产检修，复产后整改")

    review_on: Day
    reason: NeededProse

    def command(self, by: Actor) -> c.ProposeAct:
        """Give the command."""
        return c.ProposeAct(
            act=c.SuspendProblem(review_on=self.review_on), reason=self.reason, by=by
        )


class ResumptionBody(ReasonBody):
    """恢复计时."""

    def command(self, by: Actor) -> c.ResumeProblem:
        """Give the command."""
        return c.ResumeProblem(reason=self.reason, by=by)


def _can_be_suspended(problem: Problem, _: Actor) -> bool:
    waits = problem.open_round is not None or owes(problem, BureauDuty.REVISIT, "")
    proposed = any(one.act.tag == "suspend_problem" for one in problem.proposed)
    return waits and problem.suspension is None and not proposed


ACTS = (
    Act(
        name="suspend",
        path="suspension",
        does="提请暂缓办理，由提请人以外的审批人员批准后暂停计算时限",
        body=SuspensionBody,
        commands=(c.ProposeAct,),
        title="暂缓办理",
        button="提请批准",
        done="已提请批准",
        when=_can_be_suspended,
    ),
    Act(
        name="resume",
        path="resumption",
        does="恢复计时，时限按暂缓办理前的剩余时间继续",
        body=ResumptionBody,
        commands=(c.ResumeProblem,),
        title="恢复计时",
        button="恢复计时",
        done="问题已恢复计时",
        when=lambda problem, _: problem.suspension is not None,
        step=True,
    ),
)
