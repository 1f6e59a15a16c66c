"""延期: a district's request for more time is answered."""

from __future__ import annotations

from typing import Literal

from domain import commands as c
from domain.problem import Problem
from domain.roles import Actor
from office.acts.act import Act
from office.typed import Day, NeededLine, Prose, Typed, example


class ExtensionDecisionBody(Typed):
    """答复延期申请: granted until a day (left out: the day asked for), or refused with a reason."""

    model_config = example(
        receipt_id="3f2b8c1e-6a51-4b0e-9d7b-0d5f0a3c9b11",
        decision="grant",
        until="2024-07-19",
        reason="设备到货延迟，情况属实",
    )

    receipt_id: NeededLine
    decision: Literal["grant", "refuse"]
    until: Day | None = None
    reason: Prose = ""

    def command(self, by: Actor) -> c.DecideExtension:
        """Give the command."""
        return c.DecideExtension(
            receipt_id=self.receipt_id,
            grant=self.decision == "grant",
            until=self.until,
            reason=self.reason,
            by=by,
        )


def _asked_for_time(problem: Problem, _: Actor) -> bool:
    """A request waits, and is not waiting for its second person already."""
    round_ = problem.open_round
    proposed = any(one.act.tag == "extend_round" for one in problem.proposed)
    return round_ is not None and round_.asked is not None and not proposed


ACTS = (
    Act(
        name="decide_extension",
        path="extension-decisions",
        does="答复区县的延期申请；同意再次延期的，转审批人批准",
        body=ExtensionDecisionBody,
        commands=(c.DecideExtension,),
        title="答复延期申请",
        button="登记答复",
        done="延期申请已答复；再次延期的，已转审批人批准",
        when=_asked_for_time,
        step=True,
    ),
)
