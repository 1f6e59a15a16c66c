"""What a decision demands before it decides; each demand raises its named refusal."""

from __future__ import annotations

from datetime import date

from domain.catalogues.districts import District, district
from domain.commands import Command
from domain.decisions.draft import Draft
from domain.problem import Round
from domain.refusals import WrongActor, WrongContent, WrongMoment
from domain.stages import ENDED, Stage


def demand_role(command: Command) -> None:
    """Refuse whoever may not issue this command."""
    if command.by.role not in command.may:
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


def demand_open(draft: Draft) -> None:
    """Refuse when the problem is over: closed, withdrawn or merged."""
    stage = draft.problem.stage
    if stage is Stage.CLOSED:
        raise WrongMoment("problem_closed")
    if stage in ENDED:
        raise WrongMoment("not_in_this_stage", stage=stage.label)


def demand_not_suspended(draft: Draft) -> None:
    """Refuse while the problem is suspended 暂缓办理."""
    suspension = draft.problem.suspension
    if suspension is not None:
        raise WrongMoment("suspended", on=suspension.on.isoformat())


def demand_own(draft: Draft, code: str) -> None:
    """Refuse whatever another district hands in, and anything after the problem is over."""
    demand_open(draft)
    if code != draft.problem.district:
        raise WrongActor("wrong_district", owner=district(draft.problem.district).name)


def demand_valid_district(draft: Draft, code: str) -> None:
    """Refuse a unit that does not exist today."""
    try:
        unit = district(code)
    except KeyError:
        raise WrongContent("district_unknown", district=code) from None
    if not unit.is_valid(draft.today):
        raise district_not_valid(unit, draft.today)


def district_not_valid(unit: District, on: date) -> WrongContent:
    """Name the units that took the place of one that does not exist on a day."""
    names = "、".join(district(code).name for code in unit.successors) or "有效的报送单位"
    return WrongContent("district_not_valid", name=unit.name, on=on.isoformat(), successors=names)
