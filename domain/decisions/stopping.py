"""Lives that stop before closure, and one that goes on after it: 合并办理, 撤回, 反弹恢复办理."""

from __future__ import annotations

from domain import events as e
from domain.catalogues.entry import squeezed
from domain.commands import MergeProblem, ReopenProblem, WithdrawListed, WithdrawProblem
from domain.decisions.consequences import establish
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.fallen import undo_for_district
from domain.decisions.guard import demand_open, demand_reason, demand_stage
from domain.decisions.rounds import open_round
from domain.decisions.suspension import go_on
from domain.problem import Problem
from domain.refusals import WrongContent, WrongMoment
from domain.rules import FAIR_POINTS
from domain.stages import Fact, RoundKind, Stage


def merge(draft: Draft, command: MergeProblem) -> None:
    """Join the problem to its duplicate, which goes on; the earlier due date must go on with it.

    A listed problem is joined to a listed one only, whose supervision goes on (before FAIR_POINTS it
    stayed): it costs its district once.
    """
    demand_open(draft)
    demand_reason(command.reason)
    fair = draft.rules.since(FAIR_POINTS)
    if draft.problem.entry is not None and not (fair and command.into_is_listed):
        raise WrongMoment("listed_stays")
    why = _why_no_duplicate(draft.problem, command)
    if why:
        raise WrongContent("not_a_duplicate", why=why)
    _demand_earlier(draft, command)
    _let_go(draft, command.reason)
    if fair:
        undo_for_district(draft, e.FellWhy.MERGED)
    draft.add(e.ProblemMerged(into_no=command.into_no, on=draft.today, reason=command.reason))


def _why_no_duplicate(problem: Problem, command: MergeProblem) -> str:
    if command.into_no == problem.problem_no:
        return "不能与自身合并办理"
    if not command.into_is_open:
        return f"{command.into_no} 已办结"
    if command.into_district != problem.district:
        return "办理区县不同"
    if squeezed(command.into_enterprise) != squeezed(problem.facts.enterprise):
        return "企业名称不同"
    if not _holds_the_contents(problem, command):
        return "重点内容不同"
    return ""


def _holds_the_contents(problem: Problem, command: MergeProblem) -> bool:
    """Whether no key content of the problem is lost by joining the other; general joins general."""
    first = command.into_key_content
    theirs = {first, *command.into_further_contents} if first else set()
    ours = set(problem.facts.contents)
    return ours == theirs if not ours else ours <= theirs


def _demand_earlier(draft: Draft, command: MergeProblem) -> None:
    owed, theirs = draft.problem.open_round, command.into_due_on
    if owed is not None and theirs is not None and theirs > owed.due_on:
        raise WrongContent(
            "merge_the_other_way", into_no=command.into_no, into_due_on=theirs.isoformat()
        )


def withdraw(draft: Draft, command: WithdrawProblem) -> None:
    """Take the problem back, by the bureau only and before any feedback.

    On the supervisory list it is only proposed: nobody ends 提级督办 alone.
    """
    demand_reason(command.reason)
    demand_withdrawable(draft, WithdrawListed())
    if draft.problem.entry is not None:
        draft.propose(WithdrawListed(), command.reason)
    else:
        take_back(draft, WithdrawListed(), command.reason, 0)


def demand_withdrawable(draft: Draft, _: WithdrawListed) -> None:
    """Refuse to take back what was answered; before FAIR_POINTS also what is listed."""
    demand_stage(draft, Stage.REGISTERED, Stage.AWAITING_FEEDBACK)
    if draft.problem.submissions:
        raise WrongMoment("feedback_exists")
    if draft.problem.entry is not None and not draft.rules.since(FAIR_POINTS):
        raise WrongMoment("listed_stays")


def take_back(draft: Draft, act: WithdrawListed, reason: str, _: int) -> None:
    """Take the problem back, and with it what stood against its district."""
    demand_withdrawable(draft, act)
    _let_go(draft, reason)
    if draft.rules.since(FAIR_POINTS):
        undo_for_district(draft, e.FellWhy.WITHDRAWN)
    draft.add(e.ProblemWithdrawn(on=draft.today, reason=reason))


def _let_go(draft: Draft, reason: str) -> None:
    """End what would outlive the problem: its suspension, and an objection nobody need answer."""
    go_on(draft, reason)
    raised = draft.problem.objection
    if raised is not None:
        draft.add(e.ObjectionDecided(receipt_id=raised.receipt_id, upheld=False, reason=reason))


def demand_reopenable(draft: Draft, act: ReopenProblem) -> None:
    """Refuse to reopen what is not closed, or without saying what was found."""
    if draft.problem.stage is not Stage.CLOSED:
        raise WrongMoment("not_in_this_stage", stage=draft.problem.stage.label)
    demand_reason(act.findings)


def reopen(draft: Draft, act: ReopenProblem, _: str, __: int) -> None:
    """Take a closed problem up again because it came back; it must be rectified anew.

    先例: 达不到标准不销号、问题反弹不销号 (武进 2018, 四川 2018).
    """
    demand_reopenable(draft, act)
    draft.add(e.ProblemReopened(on=draft.today, findings=act.findings))
    establish(draft, Fact.REBOUND)
    redo = draft.rules.policy.clocks.redo
    open_round(draft, RoundKind.RECTIFICATION, draft.today, redo)


DECISIONS: ByCommand = {
    MergeProblem: merge,
    WithdrawProblem: withdraw,
}
