"""人工认定: what no clock and no finding establishes."""

from __future__ import annotations

from domain import commands as c
from domain.decisions.stated_facts import statable
from domain.problem import Problem
from domain.roles import Actor
from domain.stages import ENDED, Fact
from office.acts.act import Act
from office.typed import Day, NeededLine, NeededProse, Typed, example


class StatedFactBody(Typed):
    """人工认定: proposed with the day, what it rests on and a reason; a second person approves."""

    model_config = example(
        fact="criticised", on="2024-07-15", source="示例：省通报〔2024〕1号", reason="省级通报点名"
    )

    fact: Fact
    on: Day
    source: NeededLine
    reason: NeededProse

    def command(self, by: Actor) -> c.ProposeAct:
        """Give the command."""
        act = c.StateFact(fact=self.fact, on=self.on, source=self.source)
        return c.ProposeAct(act=act, reason=self.reason, by=by)


def _is_with_a_district(problem: Problem, _: Actor) -> bool:
    return problem.transferred_on is not None and problem.stage not in ENDED


ACTS = (
    Act(
        name="state_fact",
        path="stated-facts",
        does="提请认定被通报批评、被曝光、推诿等情形，由提请人以外的审批人员批准后按规则扣分或列入清单",
        body=StatedFactBody,
        commands=(c.ProposeAct,),
        title="人工认定情形",
        button="提请批准",
        done="已提请批准",
        when=_is_with_a_district,
        known_to=lambda rules: bool(statable(rules)),
    ),
)
