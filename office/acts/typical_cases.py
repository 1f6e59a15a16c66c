"""典型案例: marked, or no longer."""

from __future__ import annotations

from domain import commands as c
from domain.roles import Actor
from office.acts.act import Act
from office.typed import NeededProse, Typed, example


class TypicalCaseBody(Typed):
    """典型案例: marked, or no longer."""

    model_config = example(typical=True, reason="查处及时、整改彻底")

    typical: bool
    reason: NeededProse

    def command(self, by: Actor) -> c.MarkTypicalCase:
        """Give the command."""
        return c.MarkTypicalCase(typical=self.typical, reason=self.reason, by=by)


ACTS = (
    Act(
        name="mark_typical",
        path="typical-case",
        does="标记或取消典型案例",
        body=TypicalCaseBody,
        commands=(c.MarkTypicalCase,),
        title="典型案例",
        button="登记",
        done="典型案例标记已更新",
        when=lambda problem, _: problem.transferred_on is not None,
    ),
)
