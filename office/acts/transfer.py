"""移交: day zero of the district's clock."""

from __future__ import annotations

from domain import commands as c
from domain.roles import Actor
from domain.stages import Stage
from office.acts.act import Act
from office.typed import Day, Line, Typed, example

WITH_ITS_LETTER = "随移交函送达"
"""How a transfer was served of which only the day is given."""


class TransferBody(Typed):
    """移交: day zero of the feedback clock, and the letter it was done with.

    `served_on` is the day it was handed over on paper or otherwise, `served_by` how.
    """

    model_config = example(on="2024-06-24", document_no="渝环执法〔2024〕示例1号")

    on: Day
    document_no: Line = ""
    rectification_due_on: Day | None = None
    served_on: Day | None = None
    served_by: Line = ""

    def command(self, by: Actor) -> c.TransferProblem:
        """Give the command."""
        return c.TransferProblem(
            on=self.on,
            document_no=self.document_no,
            rectification_due_on=self.rectification_due_on,
            served_on=self.served_on,
            served_by=(self.served_by or WITH_ITS_LETTER) if self.served_on else "",
            by=by,
        )


ACTS = (
    Act(
        name="transfer",
        path="transfer",
        does="移交已登记的问题",
        body=TransferBody,
        commands=(c.TransferProblem,),
        title="移交区县",
        button="移交",
        done="问题已移交",
        when=lambda problem, _: problem.stage is Stage.REGISTERED,
        step=True,
    ),
)
