"""Whose problem it is: objections, reassignment 改派, successors."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from domain import commands as c
from domain.catalogues.districts import district, find_district, units_by_place
from domain.problem import Problem
from domain.refusals import WrongContent
from domain.roles import Actor, Role
from domain.stages import ENDED
from office.acts.act import Act, AskedOfMany, OverMany
from office.typed import Line, NeededLine, NeededProse, Prose, Typed, example


class ObjectionDecisionBody(Typed):
    """答复管辖异议: upheld with the district that gets the problem, or refused with a reason."""

    model_config = example(
        receipt_id="3f2b8c1e-6a51-4b0e-9d7b-0d5f0a3c9b11",
        decision="uphold",
        to_district="500104",
        reason="厂区位于大渡口区",
    )

    receipt_id: NeededLine
    decision: Literal["uphold", "refuse"]
    to_district: Line = ""
    reason: Prose = ""

    @model_validator(mode="after")
    def _complete(self) -> ObjectionDecisionBody:
        if self.decision == "uphold" and not self.to_district:
            raise ValueError("异议成立的，须选择改由哪个区县办理")
        return self

    def command(self, by: Actor) -> c.DecideObjection:
        """Give the command."""
        return c.DecideObjection(
            receipt_id=self.receipt_id,
            uphold=self.decision == "uphold",
            to_district=self.to_district,
            reason=self.reason,
            by=by,
        )


class ReassignmentBody(Typed):
    """改派: the bureau corrects its choice, or a successor takes an ended unit's problem over."""

    model_config = example(to_district="500104", because="correction", reason="移交对象有误")

    to_district: NeededLine
    because: Literal["correction", "successor"] = "correction"
    reason: NeededProse

    def command(self, by: Actor) -> c.ReassignProblem | c.AssignSuccessor:
        """Give the command."""
        kind = c.AssignSuccessor if self.because == "successor" else c.ReassignProblem
        return kind(to_district=self.to_district, reason=self.reason, by=by)


def _objected(problem: Problem, actor: Actor) -> bool:
    raised = problem.objection
    return raised is not None and (not raised.disputed or actor.role is Role.SUPERVISOR)


def _reassign(asked: AskedOfMany) -> c.Command:
    """One unit for all: as successor only where the address says that it is the one."""
    if asked.because == "successor":
        _demand_by_place(asked)
    given = ReassignmentBody(
        to_district=asked.to_district or "无",
        because=asked.because,
        reason=asked.reason or "批量改派",
    )
    return given.command(asked.by)


def _succeed(asked: AskedOfMany) -> c.Command:
    """The unit that took the place's part, by the address."""
    return c.AssignSuccessor(
        to_district=_unit_by_place(asked),
        reason=asked.reason or "行政区划调整",
        by=asked.by,
    )


def _unit_by_place(asked: AskedOfMany) -> str:
    problem = asked.problem
    units = units_by_place(problem.district, problem.facts.address, asked.today)
    if len(units) > 1:
        names = "、".join(district(code).name for code in units)
        raise WrongContent("successor_unsure", address=problem.facts.address, units=names)
    if units[0] == problem.district:
        raise WrongContent("same_district", name=district(units[0]).name)
    return units[0]


def _demand_by_place(asked: AskedOfMany) -> None:
    unit, address = _unit_by_place(asked), asked.problem.facts.address
    chosen = find_district(asked.to_district, asked.today)
    if chosen is not None and chosen.code != unit:
        name, to = district(unit).name, chosen.name
        raise WrongContent("not_by_place", address=address, unit=name, to=to)


ACTS = (
    Act(
        name="decide_objection",
        path="objection-decisions",
        does="答复区县对移交对象的异议；再次异议由审批人决定",
        body=ObjectionDecisionBody,
        commands=(c.DecideObjection,),
        title="答复管辖异议",
        button="登记答复",
        done="管辖异议已答复",
        when=_objected,
        step=True,
    ),
    Act(
        name="reassign",
        path="reassignment",
        does="改派其他区县，或由承继单位接办",
        body=ReassignmentBody,
        commands=(c.ReassignProblem, c.AssignSuccessor),
        title="改派",
        button="改派",
        done="问题已改派",
        when=lambda problem, _: problem.stage not in ENDED,
        over_many=(OverMany("reassign", _reassign), OverMany("succeed", _succeed)),
    ),
)
