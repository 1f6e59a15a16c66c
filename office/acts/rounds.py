"""The due date of the open round, moved on the bureau's own initiative."""

from __future__ import annotations

from datetime import timedelta

from domain import commands as c
from domain.problem import Problem
from domain.refusals import REFUSALS
from domain.roles import Actor
from office.acts.act import Act, AskedOfMany, OverMany
from office.typed import Day, NeededProse, Number, Typed, example


class DueDateBody(Typed):
    """调整时限: another due date for the open round, proposed for a second person."""

    model_config = example(round_no=1, due_on="2024-07-31", reason="汛期停工")

    round_no: Number
    due_on: Day
    reason: NeededProse

    def command(self, by: Actor) -> c.ProposeAct:
        """Give the command."""
        act = c.MoveDueDate(round_no=self.round_no, due_on=self.due_on)
        return c.ProposeAct(act=act, reason=self.reason, by=by)


def can_still_move(problem: Problem, _: Actor) -> bool:
    """Say whether the open round's date has had no consequence yet and its clock runs."""
    round_ = problem.open_round
    return round_ is not None and round_.overdue_at is None and problem.suspension is None


def _extend(asked: AskedOfMany) -> c.Command:
    """Proposed for each; a second person approves each one by itself."""
    problem = asked.problem
    round_ = problem.open_round
    if round_ is None:
        raise REFUSALS["not_in_this_stage"]("not_in_this_stage", stage=problem.stage.label)
    due_on = round_.original_due_on + timedelta(days=asked.days)
    body = DueDateBody(round_no=round_.round_no, due_on=due_on, reason=asked.reason or "批量延期")
    return body.command(asked.by)


ACTS = (
    Act(
        name="move_due_date",
        path="due-date",
        does="提请调整办理时限，由提请人以外的审批人员批准",
        body=DueDateBody,
        commands=(c.ProposeAct,),
        title="调整办理时限",
        button="提请批准",
        done="已提请批准",
        when=can_still_move,
        over_many=(OverMany("extend", _extend),),
    ),
)
