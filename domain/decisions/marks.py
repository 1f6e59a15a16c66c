"""Marks on a problem that open nothing by themselves: draws, typical cases, outside registers."""

from __future__ import annotations

from domain import events as e
from domain.commands import MarkTypicalCase, RecordDraw, RecordRegisterNumber
from domain.decisions.closing import closure_hash
from domain.decisions.draft import Draft
from domain.decisions.guard import demand_not_suspended, demand_reason, demand_stage
from domain.problem import Problem
from domain.refusals import WrongContent, WrongMoment
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


def mark_typical_case(draft: Draft, command: MarkTypicalCase) -> None:
    """Mark a typical case 典型案例, or take the mark off."""
    if command.typical == draft.problem.typical:
        raise WrongMoment("nothing_changes")
    demand_reason(command.reason)
    draft.add(e.TypicalCaseMarked(typical=command.typical, reason=command.reason))


def record_register_number(draft: Draft, command: RecordRegisterNumber) -> None:
    """Record the number an outside register gave; a later one corrects it."""
    if not command.number.strip():
        raise WrongContent("number_missing")
    if dict(draft.problem.register_numbers).get(command.register) == command.number:
        raise WrongMoment("nothing_changes")
    draft.add(e.RegisterNumberRecorded(register=command.register, number=command.number))
