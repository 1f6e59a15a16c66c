"""合并办理, 撤回, and closed problems that came back 反弹."""

from __future__ import annotations

from domain import commands as c
from domain.problem import Problem
from domain.roles import Actor
from domain.stages import ENDED, Stage
from office.acts.act import Act, AskedOfMany, Doing, OverMany
from office.refused import Refused
from office.typed import NeededLine, NeededProse, ReasonBody, Typed, example
from store.lives import problems


class MergerBody(Typed):
    """合并办理: the problem joins its duplicate `into_no`."""

    model_config = example(into_no="CQ2024-0001", reason="同一企业同一问题重复移交")

    into_no: NeededLine
    reason: NeededProse


class WithdrawalBody(ReasonBody):
    """撤回, before any feedback."""

    def command(self, by: Actor) -> c.WithdrawProblem:
        """Give the command."""
        return c.WithdrawProblem(reason=self.reason, by=by)


class ReopeningBody(Typed):
    """反弹恢复办理: proposed for a second person, under the same number."""

    model_config = example(findings="复查发现集气罩再次停用。", reason="问题反弹")

    findings: NeededProse
    reason: NeededProse

    def command(self, by: Actor) -> c.ProposeAct:
        """Give the command."""
        act = c.ReopenProblem(findings=self.findings)
        return c.ProposeAct(act=act, reason=self.reason, by=by)


async def _merger(doing: Doing, body: MergerBody) -> c.Command:
    """The command carries what the rules must compare of the problem it joins."""
    async with doing.services.db.reading() as session:
        into = await problems.get(session, body.into_no)
    if into is None:
        raise Refused("problem_not_found", problem_no=body.into_no)
    round_ = into.open_round
    return c.MergeProblem(
        into_no=into.problem_no,
        into_district=into.district,
        into_enterprise=into.facts.enterprise,
        into_key_content=into.facts.key_content,
        into_further_contents=into.facts.further_contents,
        into_is_listed=into.entry is not None,
        into_is_open=into.stage not in ENDED,
        into_due_on=round_.due_on if round_ else None,
        reason=body.reason,
        by=doing.by,
    )


def _can_be_withdrawn(problem: Problem, _: Actor) -> bool:
    early = problem.stage in (Stage.REGISTERED, Stage.AWAITING_FEEDBACK)
    return early and not problem.submissions and problem.entry is None


def _withdraw(asked: AskedOfMany) -> c.Command:
    return WithdrawalBody(reason=asked.reason or "批量撤回").command(asked.by)


ACTS = (
    Act(
        name="merge",
        path="merger",
        does="与同一企业同一内容的另一问题合并办理",
        body=MergerBody,
        commands=(c.MergeProblem,),
        make=_merger,
        told_by_body=True,
        title="合并办理",
        button="合并办理",
        done="问题已合并办理",
        when=lambda problem, _: problem.stage not in ENDED and problem.entry is None,
    ),
    Act(
        name="withdraw",
        path="withdrawal",
        does="反馈之前撤回问题",
        body=WithdrawalBody,
        commands=(c.WithdrawProblem,),
        title="撤回",
        button="撤回问题",
        done="问题已撤回",
        when=_can_be_withdrawn,
        over_many=(OverMany("withdraw", _withdraw),),
    ),
    Act(
        name="reopen",
        path="reopening",
        does="问题反弹的，提请恢复办理，由提请人以外的审批人员批准",
        body=ReopeningBody,
        commands=(c.ProposeAct,),
        title="问题反弹，恢复办理",
        button="提请批准",
        done="已提请批准",
        when=lambda problem, _: problem.stage is Stage.CLOSED,
    ),
)
