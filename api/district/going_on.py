"""After an answer: the next problem of the day's list, and the same words for others of it.

What is brought into another problem's form is a draft: each answer is read over and handed in by itself,
for each is judged by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response

from api.district.digest_day import form_link, list_of
from api.district.frame import Side
from api.district.refusals import refuse
from api.district.sessions import LONGEST_FIELD, ProblemVisit, Visit, posted, visit_to_day
from api.forms import many_of, see_other, texts_of
from domain.catalogues import penalty_outcomes
from domain.catalogues.routes import Route
from domain.problem import Problem
from store.district import drafts, inbox
from store.district.papers import AnswerPaper, PaperKind


@dataclass(frozen=True, slots=True)
class GoingOn:
    """What is `left` of the list, by date; `next` comes after the one just answered, round and round."""

    csrf: str
    same_at: str
    left: tuple[Problem, ...]
    next: Problem | None


async def going_on(side: Side, visit: ProblemVisit) -> GoingOn | None:
    """Give what follows an answer; None where this browser has no list open."""
    if visit.day is None:
        return None
    listed = [one.problem for one in await list_of(side, visit.day) if not one.answered]
    left = tuple(one for one in listed if one.problem_no != visit.problem.problem_no)
    after = (one for one in left if _place(one) > _place(visit.problem))
    return GoingOn(
        csrf=visit.day.csrf,
        same_at=visit.day.at("/f/day/same"),
        left=left,
        next=next(after, next(iter(left), None)),
    )


def _place(problem: Problem) -> tuple[datetime, str]:
    return problem.rounds[-1].due_at, problem.problem_no


def add_same_text(router: APIRouter, side: Side) -> None:
    """Add bringing the words of one answer into the drafts of others."""

    @router.post("/day/same")
    async def same(request: Request) -> Response:
        visit, form = await posted(side, request, visit_to_day, LONGEST_FIELD)
        listed = {one.problem.problem_no: one for one in await list_of(side, visit)}
        paper = await _answer(side, visit, texts_of(form).get("receipt_id", ""))
        if paper.problem_no not in listed:
            raise refuse("receipt_unknown")
        wanted = [listed[no] for no in dict.fromkeys(many_of(form, "problem_no")) if no in listed]
        open_ones = [one.problem for one in wanted if not one.answered]
        for problem in open_ones:
            await _bring(side, visit, problem, _words(paper, problem))
        return see_other(f"{visit.at('/f/day')}&copied={len(open_ones)}")


async def _answer(side: Side, visit: Visit, receipt_id: str) -> AnswerPaper:
    """Give an answer of the visitor's own district."""
    async with side.services.db.reading() as session:
        row = await inbox.find(session, receipt_id)
    paper = inbox.paper_of(row) if row and row.district == visit.link.district else None
    if not isinstance(paper, AnswerPaper):
        raise refuse("receipt_unknown")
    return paper


def _words(paper: AnswerPaper, problem: Problem) -> Mapping[str, str]:
    """Give what another problem may say in the same words: nothing that belongs to one paper or one fine."""
    answer = paper.answer
    same = {
        "state": answer.state.value,
        "text": answer.text,
        "promised_on": answer.promised_on.isoformat() if answer.promised_on else "",
    }
    by_group = problem.route == Route.DIRECT_PUNISHMENT
    outcomes = {one.code for one in penalty_outcomes.open_to(punished_by_group=by_group)}
    if not by_group and answer.penalty_outcome in outcomes:
        same |= {"penalty_outcome": answer.penalty_outcome, "penalty_ground": answer.penalty_ground}
    return same


async def _bring(side: Side, visit: Visit, problem: Problem, same: Mapping[str, str]) -> None:
    """Put the words into a form's draft; what was written there stays."""
    link = await form_link(side, visit, problem)
    async with side.services.db.reading() as session:
        own = (await drafts.find(session, link.jti, PaperKind.ANSWER)).fields
    fields = {**same, **{name: typed for name, typed in own.items() if typed}}
    await drafts.save_fields(side.services.db, link, PaperKind.ANSWER, fields)
