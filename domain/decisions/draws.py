"""The random draw 双随机: what it came to for a problem."""

from __future__ import annotations

from domain import events as e
from domain.commands import RecordDraw
from domain.decisions.closing import closure_hash
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.guard import demand_not_suspended, demand_stage
from domain.refusals import WrongMoment
from domain.revisits import must_be_revisited
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


DECISIONS: ByCommand = {
    RecordDraw: record_draw,
}
