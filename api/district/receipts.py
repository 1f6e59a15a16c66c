"""The receipt: what was handed in, when, under which hashes, how far it has come; and what has
become of a round that needs no answer any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Request, Response

from api.district.asked_so_far import Asked, refusal_words, requests, ways
from api.district.frame import Side
from api.district.going_on import going_on
from api.district.refusals import refuse
from api.district.sessions import ProblemVisit, visit_to_papers
from domain import events as e
from domain.catalogues import penalty_outcomes
from domain.catalogues.districts import district
from domain.problem import Problem, Submission
from domain.refusals import REFUSALS
from domain.stages import Stage
from domain.words.answers import entered_by_hand, referral_words
from domain.words.dates import held_words
from domain.words.days import day_text
from office.doors import are_shut
from store.district import inbox
from store.district.inbox import InboxState
from store.district.papers import (
    AnswerPaper,
    AppealPaper,
    ExtensionPaper,
    ObjectionPaper,
    Paper,
    PaperKind,
)
from store.lives import event_log
from store.tables import InboxRow

_SOON = timedelta(minutes=2)
"""What takes longer to come to its life is not a matter of seconds any more."""

STOPPED = frozenset({Stage.WITHDRAWN, Stage.MERGED})
"""Stages in which a problem has ended without being closed: its page says how."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One answer as its receipt shows it; `reviewed` is what the bureau made of it, if anything.

    A `progress` report, or an answer to an earlier round, is kept and awaits no verdict.
    """

    row: InboxRow
    content: AnswerPaper
    state: InboxState
    late: bool
    penalty: penalty_outcomes.PenaltyOutcome
    referral: str
    refused_why: str
    reviewed: Submission | None
    progress: bool


def add_receipts(router: APIRouter, side: Side) -> None:
    """Add the page of one receipt."""

    @router.get("/receipt/{receipt_id}")
    async def show(request: Request, receipt_id: str) -> Response:
        visit = await visit_to_papers(side, request)
        async with side.services.db.reading() as session:
            row = await inbox.find(session, receipt_id)
        if row is None or not _is_of(row, visit):
            raise refuse("receipt_unknown")
        return await receipt_page(side, visit, row)


def _is_of(row: InboxRow, visit: ProblemVisit) -> bool:
    """An answer belongs to its round's link, a request to every link of the district."""
    link = visit.link
    same_round = row.kind != PaperKind.ANSWER or row.round_no == link.round_no
    return same_round and (row.problem_no, row.district) == (link.problem_no, link.district)


async def receipt_page(side: Side, visit: ProblemVisit, row: InboxRow) -> Response:
    """Show a receipt; it says received from the inbox alone, registered once the life has it."""
    paper = inbox.paper_of(row)
    if not isinstance(paper, AnswerPaper):
        return await _request_receipt(side, visit, row, paper)
    return side.page(
        "receipt",
        at=visit.at,
        day_at=visit.day_at,
        going_on=await going_on(side, visit),
        problem=visit.problem,
        round=visit.round,
        receipt=receipt_of(row, paper, visit.problem),
        may_answer_again=_may_answer_again(visit, row),
        delayed=await _is_delayed(side, row),
        ways=await ways(side, visit),
    )


async def _is_delayed(side: Side, row: InboxRow) -> bool:
    """Whether what was received will be a while in coming to its life, so that nobody waits before the page."""
    if row.state != InboxState.RECEIVED:
        return False
    waited = side.services.clock() - row.received_at
    return waited > _SOON or await are_shut(side.services)


def receipt_of(row: InboxRow, paper: AnswerPaper, problem: Problem) -> Receipt:
    """Give an answer with the words its receipt needs."""
    owed = problem.rounds[row.round_no - 1]
    own = [one for one in problem.submissions if one.receipt_id == row.receipt_id]
    reviewed = next((one for one in own if one.verdict is not None), None)
    passed = row.received_at >= owed.due_at and not held_words(problem, owed, row.received_at)
    return Receipt(
        row=row,
        content=paper,
        state=InboxState(row.state),
        late=own[0].late if own else passed,
        progress=bool(own) and not own[0].moved_state,
        penalty=penalty_outcomes.by_code(paper.answer.penalty_outcome),
        referral=referral_words(paper.answer),
        refused_why=_why(row.refusal_code),
        reviewed=reviewed,
    )


async def _request_receipt(
    side: Side, visit: ProblemVisit, row: InboxRow, paper: Paper
) -> Response:
    kind = PaperKind(row.kind)
    asked = await requests(side, visit, kind)
    own = next((one for one in asked if one.row.receipt_id == row.receipt_id), None)
    return side.page(
        "request_receipt",
        address=visit.at(_address(paper)),
        at=visit.at,
        day_at=visit.day_at,
        asked=own or Asked(row, paper, InboxState(row.state).label, "done"),
        delayed=await _is_delayed(side, row),
        kind=kind,
        lines=list(_lines(paper, visit.problem)),
        problem=visit.problem,
        refused_why=refusal_words(row),
        row=row,
        state=InboxState(row.state),
    )


def _address(paper: Paper) -> str:
    if isinstance(paper, AppealPaper):
        return f"/f/problem/appeals/{paper.deduction}"
    return f"/f/problem/{'extension' if isinstance(paper, ExtensionPaper) else 'objection'}"


def _lines(paper: Paper, problem: Problem) -> Iterator[tuple[str, str]]:
    """Give what a request says, in words."""
    if isinstance(paper, ExtensionPaper):
        yield "申请延至", day_text(paper.wanted_on)
    if isinstance(paper, ObjectionPaper) and paper.proper_district:
        yield "认为应由其办理", district(paper.proper_district).name
    if isinstance(paper, AppealPaper):
        deduction = problem.deduction(paper.deduction)
        if deduction is not None:
            points = f"{deduction.points.normalize():f}"
            words = f"{day_text(deduction.on)}，{deduction.fact.label}，扣{points}分"
            yield "申诉的扣分", words
    if not isinstance(paper, AnswerPaper):
        yield "理由", paper.reason


async def settled_page(side: Side, visit: ProblemVisit, rows: Sequence[InboxRow]) -> Response:
    """Say what has become of the problem, where the round needs no answer any more."""
    why, on = await _stopped_why(side, visit.problem)
    return side.page(
        "stopped" if visit.problem.stage in STOPPED else "settled",
        at=visit.at,
        day_at=visit.day_at,
        problem=visit.problem,
        reason=why,
        round=visit.round,
        rows=rows,
        stopped_on=on,
        by_hand=entered_by_hand(visit.problem, visit.round),
        ways=await ways(side, visit),
    )


async def _stopped_why(side: Side, problem: Problem) -> tuple[str, object]:
    if problem.stage not in STOPPED:
        return "", None
    async with side.services.db.reading() as session:
        history = await event_log.timeline(session, problem.problem_no)
    for one in reversed(history):
        if isinstance(one.event, e.ProblemWithdrawn | e.ProblemMerged):
            return one.event.reason, one.event.on
    return "", None


def _why(code: str) -> str:
    """Say in general why an answer was not registered; its details stay with the officers."""
    if not code:
        return ""
    if code == "already_answered":
        return "本轮反馈已由另一份回执受理，无需重复提交。"
    if code == "problem_closed":
        return "问题已销号，不再接收反馈；如有反弹请联系市级承办人。"
    return (
        f"未能登记（{code}），请联系市级承办人。"
        if code in REFUSALS
        else "未能登记，请联系市级承办人。"
    )


def _may_answer_again(visit: ProblemVisit, row: InboxRow) -> bool:
    """A progress report leaves its round open; another answer may follow it."""
    owed = visit.problem.open_round
    return (
        owed is not None
        and owed.round_no == visit.link.round_no
        and row.state != InboxState.RECEIVED
    )
