"""The random draw 双随机: what it came to for a problem, and what is revisited whatever it says."""

from __future__ import annotations

from domain import events as e
from domain.commands import RecordDraw
from domain.decisions.closing import closure_hash
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.guard import demand_not_suspended, demand_stage
from domain.problem import Problem
from domain.refusals import WrongMoment
from domain.stages import Stage


def record_draw(draft: Draft, command: RecordDraw) -> None:
    """Record what the draw 双随机 came to; without a revisit, closure is proposed on the papers.

    A key content and whatever ever stood on the list are always revisited.
    """
    demand_stage(draft, Stage.AWAITING_REVISIT)
    demand_not_suspended(draft)
    if draft.problem.proposal is not None:
        raise WrongMoment("not_in_this_stage", stage="待销号审批")
    if draft.problem.draw_id:
        raise WrongMoment("already_drawn", draw_id=draft.problem.draw_id)
    why = must_be_revisited(draft.problem)
    if not command.drawn and why:
        raise WrongMoment("revisit_required", why=why)
    draft.add(e.RevisitDrawn(draw_id=command.draw_id, drawn=command.drawn))
    if not command.drawn:
        draft.add(e.ClosureProposed(content_hash=closure_hash(draft.problem)))


def must_be_revisited(problem: Problem) -> str:
    """Say why a problem is revisited whatever the draw says; empty when the draw decides."""
    if problem.facts.key_content is not None:
        return "属于11项重点内容"
    if problem.entries:
        return "曾纳入督察问题清单"
    if problem.reopened:
        return "曾反弹"
    return ""


DECISIONS: ByCommand = {
    RecordDraw: record_draw,
}
