"""What a decision demands before it decides; each demand raises its named refusal."""

from __future__ import annotations

from domain.commands import Command
from domain.decisions.draft import Draft
from domain.problem import Round
from domain.refusals import WrongActor, WrongContent, WrongMoment
from domain.roles import may
from domain.stages import Stage


def demand_role(command: Command) -> None:
    """Refuse whoever may not issue this command."""
    if not may(command.by.role, command.name):
        raise WrongActor("role_not_allowed", role=command.by.role.label)


def demand_stage(draft: Draft, *stages: Stage) -> None:
    """Refuse unless the problem is in one of the stages."""
    stage = draft.problem.stage
    if stage in stages:
        return
    if stage is Stage.CLOSED:
        raise WrongMoment("problem_closed")
    raise WrongMoment("not_in_this_stage", stage=stage.label)


def demand_open_round(draft: Draft) -> Round:
    """Give the round the district owes; refuse when it owes none."""
    demand_stage(draft, Stage.AWAITING_FEEDBACK, Stage.RECTIFYING)
    return draft.problem.rounds[-1]


def demand_reason(reason: str) -> None:
    """Refuse an act that needs a reason and has none."""
    if not reason.strip():
        raise WrongContent("reason_missing")
