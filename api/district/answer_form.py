"""The form of one round: shown, saved as a draft, and handed in.

Without a script every button posts the whole form, so that nothing typed is lost whatever is
pressed.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData

from api.district.asked_so_far import ways
from api.district.files import remove
from api.district.frame import Side
from api.district.handing_in import (
    Typed,
    asked_beforehand,
    commit,
    save,
    take_all,
    typed_in,
    with_listed,
)
from api.district.receipts import STOPPED, receipt_page, settled_page
from api.district.sessions import (
    ProblemVisit,
    demand_csrf,
    demand_own_page,
    read_form,
    visit_to_problem,
)
from domain.catalogues import key_contents, penalty_outcomes
from domain.catalogues.routes import Route
from domain.commands import EvidenceFile, RectificationState
from domain.local_time import day_of
from domain.words.dates import promise_until, standing
from domain.words.why import why_this_date
from gateways.uploads import MAX_TOTAL_BYTES
from office import annex_form
from office.annex_form import AnnexForm, FormErrors
from office.rules_of_a_life import rules_of
from store import drafts, event_log, inbox
from store.inbox import InboxState
from store.papers import AnswerPaper
from store.tables import InboxRow

FORM = "answer"

FORM_BYTES = MAX_TOTAL_BYTES + 1_000_000

_KNOWN_BEFOREHAND = frozenset(
    {
        "problem_closed",
        "not_in_this_stage",
        "already_answered",
        "promise_missing",
        "promise_in_past",
    }
)
"""Refusals of the rules that cannot turn out otherwise by the time a life decides."""

_FIELD_OF = {"promise_missing": "promised_on", "promise_in_past": "promised_on"}


def add_form(router: APIRouter, side: Side) -> None:
    """Add the form and its buttons."""

    @router.get("/problem")
    async def show(request: Request) -> Response:
        visit = await visit_to_problem(side, request)
        async with side.services.db.reading() as session:
            rows = await _rows(session, visit)
            draft = await drafts.find(session, visit.link.jti, FORM)
        if not _awaits_answer(visit, rows):
            return await _settled(side, visit, rows)
        fields = draft.fields or _prefilled(visit)
        return await _form(side, visit, rows, Typed(fields, str(uuid.uuid4()), ()), draft)

    @router.post("/problem")
    async def press(request: Request) -> Response:
        demand_own_page(side, request)
        visit = await visit_to_problem(side, request)
        form = await read_form(request, FORM_BYTES)
        demand_csrf(visit, form)
        typed, pressed = typed_in(form, annex_form.FIELDS), str(form.get("action", "save"))
        try:
            if pressed == "submit":
                return await _hand_in(side, visit, typed, form)
            await save(side, visit, FORM, typed)
            await take_all(side, visit, FORM, form)
        except FormErrors as wrong:
            await save(side, visit, FORM, typed)
            return await _again(side, visit, typed, wrong.errors)
        if pressed.startswith("remove:"):
            await remove(side, visit, FORM, pressed.removeprefix("remove:"))
        return RedirectResponse(f"/f/problem#{'saved' if pressed == 'save' else 'files'}", 303)


async def _rows(session: AsyncSession, visit: ProblemVisit) -> list[InboxRow]:
    rows = await inbox.of_round(session, visit.link.problem_no, visit.link.round_no)
    return [row for row in rows if row.district == visit.link.district]


def _awaits_answer(visit: ProblemVisit, rows: Sequence[InboxRow]) -> bool:
    """Whether the round is still open and nothing handed in is on its way to the life."""
    owed = visit.problem.open_round
    is_open = owed is not None and owed.round_no == visit.link.round_no
    return is_open and all(row.state != InboxState.RECEIVED for row in rows)


async def _settled(side: Side, visit: ProblemVisit, rows: Sequence[InboxRow]) -> Response:
    """Show the receipt of a round that is answered; say what has become of any other."""
    taken = [row for row in rows if row.state != InboxState.REFUSED] or list(rows)
    if taken and visit.problem.stage not in STOPPED:
        return await receipt_page(side, visit, taken[-1])
    return await settled_page(side, visit, rows)


def _prefilled(visit: ProblemVisit) -> dict[str, str]:
    """Begin with the penalty as last reported; on the direct route the city group dealt with it."""
    before = [one.answer for one in visit.problem.submissions if one.answer.penalty_outcome]
    if before:
        last = before[-1]
        return {
            "penalty_outcome": last.penalty_outcome,
            "penalty_document_no": last.penalty_document_no,
            "penalty_amount": "" if last.penalty_amount is None else str(last.penalty_amount),
            "penalty_ground": last.penalty_ground,
        }
    direct = visit.problem.route == Route.DIRECT_PUNISHMENT
    return {"penalty_outcome": "city_group"} if direct else {}


async def _hand_in(side: Side, visit: ProblemVisit, typed: Typed, form: FormData) -> Response:
    """Commit the form to the inbox and lead to its receipt; raises `FormErrors`."""
    attached = await take_all(side, visit, FORM, form)
    entered = annex_form.read(typed.fields, typed.receipt_id, day_of(side.services.clock()))
    paper = _paper(visit, entered, await with_listed(side, visit, typed, attached))
    receipt_id = str(entered.receipt_id)
    refused = await asked_beforehand(side, visit, receipt_id, paper)
    if refused is not None and refused.code in _KNOWN_BEFOREHAND:
        field = _FIELD_OF.get(refused.code, "form")
        raise FormErrors({field: (refused.code, str(refused))})
    return await commit(side, visit, FORM, receipt_id, paper)


def _paper(visit: ProblemVisit, entered: AnnexForm, files: tuple[EvidenceFile, ...]) -> AnswerPaper:
    return AnswerPaper(
        problem_no=visit.link.problem_no,
        district=visit.link.district,
        round_no=visit.link.round_no,
        answer=entered.answer(files),
        filled_by=entered.filled_by,
        telephone=entered.telephone,
    )


async def _again(
    side: Side, visit: ProblemVisit, typed: Typed, errors: Mapping[str, tuple[str, str]]
) -> Response:
    """Show the form again with what is wrong; everything typed and uploaded is in the draft."""
    async with side.services.db.reading() as session:
        rows = await _rows(session, visit)
        draft = await drafts.find(session, visit.link.jti, FORM)
    fresh = {"form_outdated", "files_changed"} & {code for code, _ in errors.values()}
    shown = replace(typed, receipt_id=str(uuid.uuid4())) if fresh else typed
    return await _form(side, visit, rows, shown, draft, errors)


async def _form(
    side: Side,
    visit: ProblemVisit,
    rows: Sequence[InboxRow],
    typed: Typed,
    draft: drafts.Draft,
    errors: Mapping[str, tuple[str, str]] | None = None,
) -> Response:
    content = visit.problem.facts.key_content
    return side.page(
        "form",
        422 if errors else 200,
        csrf=visit.csrf,
        draft=draft,
        errors={field: message for field, (_, message) in (errors or {}).items()},
        earlier=rows,
        key_content=key_contents.by_code(content).label if content else "",
        labels=annex_form.LABELS,
        longest=annex_form.LONGEST,
        outcomes=penalty_outcomes.PENALTY_OUTCOMES,
        problem=visit.problem,
        receipt_id=typed.receipt_id,
        returned=_returned_why(visit),
        round=visit.round,
        states=RectificationState,
        typed={name: typed.fields.get(name, "") for name in annex_form.FIELDS},
        ways=await ways(side, visit),
        **await _dates(side, visit),
    )


async def _dates(side: Side, visit: ProblemVisit) -> dict[str, object]:
    """Tell by when the round is due, how long that is, and why on that day."""
    services, problem, owed = side.services, visit.problem, visit.round
    rules = await rules_of(services, problem.problem_no)
    async with services.db.reading() as session:
        history = await event_log.timeline(session, problem.problem_no)
    return {
        "standing": standing(problem, owed, services.clock(), rules),
        "why": why_this_date(owed, problem, history, rules) if rules else None,
        "promise_until": promise_until(problem, rules),
    }


def _returned_why(visit: ProblemVisit) -> str:
    """Give the officer's reason on the answer before this round, or the last revisit's findings."""
    if visit.link.round_no == 1:
        return ""
    reviewed = [one for one in visit.problem.submissions if one.verdict is not None]
    return reviewed[-1].reason if reviewed else ""
