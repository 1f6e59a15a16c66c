"""Revisits 回头看, and closure 销号 by a second person."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain import commands as c
from domain.problem import Problem
from domain.roles import Actor
from domain.stages import Stage
from office.acts.act import Act, Doing
from office.registering.cross_district import group_by_its_name
from office.registers.positive_list import on_positive_list
from office.typed import HASH, Day, Line, NeededLine, NeededProse, Prose, Typed, example


class RevisitBody(Typed):
    """回头看: what was found on site; 整改到位 proposes closure.

    `inspection_group` is a name or id of the register of groups, `inspectors` are ids of its
    people; none of them may come from the district. Who is not named is taken from the draw, else
    the problem's own group went. `off_site` when nobody went, for an enterprise on the positive list.
    """

    model_config = example(on="2024-07-30", result="in_place", findings="集气罩已全部开启。")

    on: Day
    result: c.RevisitResult
    findings: NeededProse
    inspection_group: Line = ""
    inspectors: Annotated[tuple[NeededLine, ...], Field(max_length=20)] = ()
    off_site: bool = False

    def command(self, by: Actor) -> c.RecordRevisit:
        """Give the command."""
        return c.RecordRevisit(
            on=self.on,
            result=self.result,
            findings=self.findings,
            by=by,
            inspection_group=self.inspection_group,
            inspectors=self.inspectors,
            off_site=self.off_site,
        )


class ClosureBody(Typed):
    """销号审批 by a second person: approval is bound to the hash of what was proposed."""

    model_config = example(decision="approve", content_hash="0" * 64)

    decision: Literal["approve", "decline"]
    content_hash: Annotated[str, Field(pattern=HASH)] | None = None
    reason: Prose = ""

    @model_validator(mode="after")
    def _complete(self) -> ClosureBody:
        if self.decision == "approve" and self.content_hash is None:
            raise ValueError("批准销号须附核对码 content_hash（见问题详情中的 proposal）")
        return self

    def command(self, by: Actor) -> c.ApproveClosure | c.DeclineClosure:
        """Give the command."""
        if self.decision == "approve":
            return c.ApproveClosure(content_hash=self.content_hash or "", by=by)
        return c.DeclineClosure(reason=self.reason, by=by)


async def _as_known(doing: Doing, body: RevisitBody) -> c.RecordRevisit:
    named = await group_by_its_name(doing.services, body.inspection_group)
    command = replace(body.command(doing.by), inspection_group=named)
    if not body.off_site:
        return command
    found = await on_positive_list(doing.services, doing.problem_no, body.on)
    return replace(command, positive_until=found.until_on if found else None)


def _is_second_person(problem: Problem, actor: Actor) -> bool:
    """Closure is approved by another than its proposer; the rules refuse it again."""
    return problem.proposal is not None and problem.proposal.by.id != actor.id


ACTS = (
    Act(
        name="revisit",
        path="revisits",
        does="登记回头看结果；整改到位即提出销号",
        body=RevisitBody,
        commands=(c.RecordRevisit,),
        make=_as_known,
        told_by_body=True,
        title="回头看",
        button="登记回头看",
        done="回头看结果已登记",
        when=lambda problem, _: (
            problem.stage is Stage.AWAITING_REVISIT and problem.proposal is None
        ),
        step=True,
    ),
    Act(
        name="close",
        path="closure",
        does="批准或不同意销号；提出人不得批准",
        body=ClosureBody,
        commands=(c.ApproveClosure, c.DeclineClosure),
        title="销号审批",
        button="登记审批意见",
        done="审批意见已登记",
        when=_is_second_person,
        step=True,
    ),
)
