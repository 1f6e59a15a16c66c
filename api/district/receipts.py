"""The receipt: what was handed in, when, under which hashes, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from api.district.side import Side, refusal
from api.district.visits import ProblemVisit, visit_to_problem
from domain.catalogues import penalty_outcomes
from domain.problem import Problem
from domain.refusals import REFUSALS
from store import inbox
from store.inbox import Content, InboxState
from store.tables import InboxRow


@dataclass(frozen=True, slots=True)
class Receipt:
    """One submission as its receipt shows it."""

    row: InboxRow
    content: Content
    state: InboxState
    late: bool
    penalty: penalty_outcomes.PenaltyOutcome
    refused_why: str


def add_receipts(router: APIRouter, side: Side) -> None:
    """Add the page of one receipt."""

    @router.get("/receipt/{receipt_id}")
    async def show(request: Request, receipt_id: str) -> Response:
        visit = await visit_to_problem(side, request)
        async with side.services.db.reading() as session:
            row = await inbox.find(session, receipt_id)
        if row is None or not _is_of(row, visit):
            raise refusal(404, "receipt_unknown", "没有这个回执，请从邮件中的链接重新打开。")
        return receipt_page(side, visit, row)


def _is_of(row: InboxRow, visit: ProblemVisit) -> bool:
    link = visit.link
    return (row.problem_no, row.round_no, row.district) == (
        link.problem_no,
        link.round_no,
        link.district,
    )


def receipt_page(side: Side, visit: ProblemVisit, row: InboxRow) -> Response:
    """Show a receipt; it says received from the inbox alone, registered once the life has it."""
    return side.page(
        "receipt",
        problem=visit.problem,
        round=visit.round,
        receipt=receipt_of(row, visit.problem),
        may_answer_again=_may_answer_again(visit, row),
    )


def receipt_of(row: InboxRow, problem: Problem) -> Receipt:
    """Give a submission with the words its receipt needs."""
    content, state = inbox.content_of(row), InboxState(row.state)
    return Receipt(
        row=row,
        content=content,
        state=state,
        late=row.received_at >= problem.rounds[row.round_no - 1].due_at,
        penalty=penalty_outcomes.by_code(content.answer.penalty_outcome),
        refused_why=_why(row.refusal_code),
    )


def _why(code: str) -> str:
    """Say in general why a submission was not registered; its details stay with the officers."""
    if not code:
        return ""
    if code == "already_answered":
        return "本轮反馈已由另一份回执受理，无需重复提交。"
    if code == "problem_closed":
        return "问题已销号，不再接受反馈；如有反弹请联系市级承办人。"
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
