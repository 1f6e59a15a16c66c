"""Appeals 申诉 of deductions, and taking a deduction back.

先例: 《重庆市行政执法监督条例》第二十一条 (十个工作日内申诉, 十五个工作日内答复, 期间不停止执行);
《政府督查工作条例》第十七条 (原承办人员回避). The points stay while an appeal waits.
"""

from __future__ import annotations

from domain import events as e
from domain.appeal_window import appeal_until, appellants
from domain.catalogues.districts import district
from domain.commands import AppealDeduction, DecideAppeal, ReverseDeduction
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.fallen import fall_with
from domain.decisions.guard import demand_reason
from domain.problem import Deduction
from domain.refusals import WrongActor, WrongMoment
from domain.roles import Actor
from domain.rules import FAIR_POINTS


def file(draft: Draft, command: AppealDeduction) -> None:
    """Take the appeal of the district the points were deducted from."""
    deduction = _deduction(draft, command.deduction)
    if command.district not in appellants(draft.problem, deduction):
        raise WrongActor("wrong_district", owner=district(deduction.district).name)
    if deduction.appeal is not None:
        raise WrongMoment("already_appealed", receipt_id=deduction.appeal.receipt_id)
    demand_reason(command.reason)
    until = appeal_until(deduction, draft.rules)
    if until is not None and command.received_at >= until:
        raise WrongMoment("appeal_too_late", until=f"{until:%Y-%m-%d}")
    draft.add(
        e.AppealFiled(
            receipt_id=command.receipt_id,
            deduction=deduction.seq,
            received_at=command.received_at,
            reason=command.reason,
            content_sha256=command.content_sha256,
            files=command.files,
        )
    )


def decide(draft: Draft, command: DecideAppeal) -> None:
    """Refuse the appeal, or propose to take the deduction back; never by the deduction's author."""
    deduction = _appealed(draft, command.receipt_id)
    _demand_not_author(draft, deduction, command.by)
    demand_reason(command.reason)
    if command.uphold:
        act = ReverseDeduction(deduction=deduction.seq, receipt_id=command.receipt_id)
        draft.propose(act, command.reason)
    else:
        refuse(draft, deduction.seq, command.reason)


def refuse(draft: Draft, seq: int, reason: str) -> None:
    """Refuse the appeal of a deduction; the points stay."""
    appeal = _deduction(draft, seq).appeal
    receipt_id = appeal.receipt_id if appeal else ""
    draft.add(e.AppealDecided(receipt_id=receipt_id, deduction=seq, upheld=False, reason=reason))


def demand_reversible(draft: Draft, act: ReverseDeduction) -> None:
    """Refuse to take back what does not stand, by its author, or for an appeal nobody filed."""
    deduction = _deduction(draft, act.deduction)
    _demand_not_author(draft, deduction, draft.by)
    if act.receipt_id and _appealed(draft, act.receipt_id) is not deduction:
        raise WrongMoment("no_such_appeal", receipt_id=act.receipt_id)


def reverse(draft: Draft, act: ReverseDeduction, reason: str, proposal: int) -> None:
    """Take a deduction back: its row stays, a compensating one names the decision.

    What it rested on falls with it: the approval is the second person's act for all of it.
    """
    demand_reversible(draft, act)
    deduction = _deduction(draft, act.deduction)
    appeal, policy = deduction.appeal, draft.rules.policy
    if appeal is not None and appeal.upheld is None:
        draft.add(
            e.AppealDecided(
                receipt_id=appeal.receipt_id,
                deduction=deduction.seq,
                upheld=True,
                reason=reason,
            )
        )
    draft.add(
        e.PointsReversed(
            deduction=deduction.seq,
            proposal=proposal,
            rule_id=deduction.rule_id,
            fact=deduction.fact,
            occurrence=deduction.occurrence,
            points=deduction.left,
            clause=reason,
            district=deduction.district,
            year=deduction.year,
            on=draft.today,
            policy=f"{policy.policy_id}@{policy.version}",
        )
    )
    if draft.rules.since(FAIR_POINTS):
        fall_with(draft, deduction)


def _deduction(draft: Draft, seq: int) -> Deduction:
    found = draft.problem.deduction(seq)
    if found is None:
        raise WrongMoment("no_such_deduction", deduction=str(seq))
    if found.reversed_seq:
        raise WrongMoment("already_reversed")
    return found


def _appealed(draft: Draft, receipt_id: str) -> Deduction:
    for deduction in draft.problem.appeals_open:
        if deduction.appeal is not None and deduction.appeal.receipt_id == receipt_id:
            return deduction
    raise WrongMoment("no_such_appeal", receipt_id=receipt_id)


def _demand_not_author(draft: Draft, deduction: Deduction, by: Actor) -> None:
    """Refuse whoever deducted it, and whoever first stated the fact it rests on."""
    authors = {one.stated_by for one in draft.problem.grounds if one.seq == deduction.established}
    if by.id in authors | {deduction.by.id}:
        raise WrongActor("author_must_not_decide")


DECISIONS: ByCommand = {
    AppealDeduction: file,
    DecideAppeal: decide,
}
