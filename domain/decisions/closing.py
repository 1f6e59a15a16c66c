"""Revisits 回头看 and closure 销号 by a second person."""

from __future__ import annotations

from domain import events as e
from domain.canonical import digest
from domain.commands import (
    ApproveClosure,
    DeclineClosure,
    RecordRevisit,
    RevisitResult,
)
from domain.decisions.consequences import establish
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.feedback import plan_revisit
from domain.decisions.guard import demand_not_suspended, demand_reason, demand_stage
from domain.decisions.rounds import open_round
from domain.local_time import day_of
from domain.problem import Problem
from domain.recorded_forms import APPROVAL
from domain.refusals import WrongActor, WrongContent, WrongMoment
from domain.revisits import must_be_revisited
from domain.rules import FAIR_POINTS
from domain.stages import Fact, RoundKind, Stage


def record_revisit(draft: Draft, command: RecordRevisit) -> None:
    """Record what was found on site.

    In place proposes closure; not in place is a ground of the plan for the list (整改不到位) and opens
    another rectification round.
    """
    demand_stage(draft, Stage.AWAITING_REVISIT)
    demand_not_suspended(draft)
    if draft.problem.proposal is not None:
        raise WrongMoment("not_in_this_stage", stage="待销号审批")
    if command.on > draft.today:
        raise WrongContent("date_not_plausible", on=command.on.isoformat(), why="晚于今天")
    accepted_on = day_of(draft.problem.stage_since or draft.now)
    if command.on < accepted_on and draft.rules.since(FAIR_POINTS):
        why = f"早于同意验收之日{accepted_on.isoformat()}"
        raise WrongContent("date_not_plausible", on=command.on.isoformat(), why=why)
    if command.off_site:
        _demand_from_afar(draft, command)
    demand_reason(command.findings)
    draft.add(
        e.RevisitRecorded(
            on=command.on,
            result=command.result,
            findings=command.findings,
            inspection_group=command.inspection_group,
            inspectors=command.inspectors,
            off_site=command.off_site,
            positive_until=command.positive_until if command.off_site else None,
        )
    )
    if command.result is RevisitResult.NOT_IN_PLACE:
        establish(draft, Fact.NOT_IN_PLACE, seen_on=command.on)
        redo = draft.rules.policy.clocks.redo
        open_round(draft, RoundKind.RECTIFICATION, draft.today, redo)
        return
    if not draft.rules.since(FAIR_POINTS):
        _take_off_list(draft)
    draft.add(e.ClosureProposed(content_hash=closure_hash(draft.problem)))


def _demand_from_afar(draft: Draft, command: RecordRevisit) -> None:
    """Let only what needs nobody on site be revisited from afar.

    方案 四（三）“监督执法正面清单”: whose enterprise stands on the list, with no lead that asks for a look.
    """
    why = must_be_revisited(draft.problem)
    if command.positive_until is None:
        why = "企业当日不在监督执法正面清单有效期内"
    if why:
        raise WrongMoment("revisit_on_site", why=why)


def closure_hash(problem: Problem) -> str:
    """Hash what a closure stands on: the answers with their verdicts, the revisits, the points."""
    answers = [(s.receipt_id, s.content_sha256, str(s.verdict)) for s in problem.submissions]
    visits = [
        (v.on.isoformat(), str(v.result), v.findings, *(["off_site"] if v.off_site else []))
        for v in problem.revisits
    ]
    return digest((problem.problem_no, answers, visits, str(problem.points)), APPROVAL)


def approve_closure(draft: Draft, command: ApproveClosure) -> None:
    """Close the problem: another person than the proposer, on exactly what was proposed."""
    demand_stage(draft, Stage.AWAITING_REVISIT)
    proposal = draft.problem.proposal
    if proposal is None:
        raise WrongMoment("not_in_this_stage", stage=draft.problem.stage.label)
    if proposal.by.id == command.by.id:
        raise WrongActor("second_person_required")
    if proposal.content_hash != command.content_hash:
        raise WrongMoment("approval_is_stale")
    _take_off_list(draft)
    draft.add(e.ProblemClosed(on=draft.today, content_hash=proposal.content_hash))


def _take_off_list(draft: Draft) -> None:
    """End the stay on the list and its level; one officer alone never does (since FAIR_POINTS)."""
    if draft.problem.entry is not None:
        draft.add(e.TakenOffList(on=draft.today))


def decline_closure(draft: Draft, command: DeclineClosure) -> None:
    """Send the problem back for another revisit, with the reason."""
    demand_stage(draft, Stage.AWAITING_REVISIT)
    if draft.problem.proposal is None:
        raise WrongMoment("not_in_this_stage", stage=draft.problem.stage.label)
    demand_reason(command.reason)
    draft.add(e.ClosureDeclined(reason=command.reason))
    plan_revisit(draft)


DECISIONS: ByCommand = {
    RecordRevisit: record_revisit,
    ApproveClosure: approve_closure,
    DeclineClosure: decline_closure,
}
