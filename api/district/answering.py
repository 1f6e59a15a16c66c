"""The form of one round: shown, saved as a draft, and handed in.

Without a script every button posts the whole form, so that nothing typed is lost whatever is
pressed. Handing in commits to the inbox first; the receipt is shown from that, and the delivery to
the problem's life is tried at once but never waited for.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.background import BackgroundTask
from starlette.datastructures import FormData

from api.district import annex_form
from api.district.annex_form import AnnexForm, FormErrors
from api.district.explained import explained
from api.district.files import chosen_files, own_files, remove, take, unique
from api.district.receipts import receipt_page
from api.district.side import Side, refusal, short_answer
from api.district.visits import (
    ProblemVisit,
    demand_csrf,
    demand_own_page,
    read_form,
    visit_to_problem,
)
from domain.catalogues import key_contents, penalty_outcomes
from domain.catalogues.routes import Route
from domain.commands import EvidenceFile, RectificationState, SubmitFeedback
from domain.decide import decide
from domain.local_time import day_of
from domain.refusals import Refusal
from domain.roles import Actor, Role
from gateways.uploads import MAX_FILES, MAX_TOTAL_BYTES, UploadRefused
from store import drafts, inbox, links
from store.inbox import InboxState, NewSubmission, ReceiptConflict
from store.tables import InboxRow

DELIVERY_SECONDS = 5.0
"""How long the first delivery is tried; the deliverer goes on after it."""

FORM_BYTES = MAX_TOTAL_BYTES + 1_000_000
_DRAFT_BYTES = 256 * 1024

_KNOWN_BEFOREHAND = frozenset(
    {"problem_closed", "already_answered", "promise_missing", "promise_in_past"}
)
"""Refusals of the rules that cannot turn out otherwise by the time a life decides."""

_FIELD_OF = {"promise_missing": "promised_on", "promise_in_past": "promised_on"}


@dataclass(frozen=True, slots=True)
class Typed:
    """A posted form: what was typed, its receipt's number, and the files its page listed."""

    fields: Mapping[str, str]
    receipt_id: str
    listed: tuple[str, ...]


def add_form(router: APIRouter, side: Side) -> None:
    """Add the form, its buttons, and the saving of drafts by the page's script."""

    @router.get("/problem")
    async def show(request: Request) -> Response:
        visit = await visit_to_problem(side, request)
        async with side.services.db.reading() as session:
            rows = await _rows(session, visit)
            draft = await drafts.find(session, visit.link.jti)
        if not _awaits_answer(visit, rows):
            return _settled(side, visit, rows)
        fields = draft.fields or _prefilled(visit)
        return _form(side, visit, rows, Typed(fields, str(uuid.uuid4()), ()), draft)

    @router.post("/problem")
    async def press(request: Request) -> Response:
        demand_own_page(side, request)
        visit = await visit_to_problem(side, request)
        form = await read_form(request, FORM_BYTES)
        demand_csrf(visit, form)
        typed, pressed = _typed(form), str(form.get("action", "save"))
        try:
            if pressed == "submit":
                return await _hand_in(side, visit, typed, form)
            await _save(side, visit, typed)
            await _take_all(side, visit, form)
        except FormErrors as wrong:
            await _save(side, visit, typed)
            return await _again(side, visit, typed, wrong.errors)
        if pressed.startswith("remove:"):
            await remove(side, visit, pressed.removeprefix("remove:"))
        return RedirectResponse(f"/f/problem#{'saved' if pressed == 'save' else 'files'}", 303)

    @router.post("/draft")
    async def save(request: Request) -> Response:
        demand_own_page(side, request)
        visit = await visit_to_problem(side, request)
        form = await read_form(request, _DRAFT_BYTES)
        demand_csrf(visit, form)
        draft = await _save(side, visit, _typed(form))
        return short_answer({"saved_at": draft.saved_at.isoformat() if draft.saved_at else ""})


async def _save(side: Side, visit: ProblemVisit, typed: Typed) -> drafts.Draft:
    """Keep what was typed; whoever saves is still working, so the session goes on."""
    await links.touch(side.services.db, visit.cookie)
    return await drafts.save_fields(side.services.db, visit.link.jti, typed.fields)


async def _rows(session: AsyncSession, visit: ProblemVisit) -> list[InboxRow]:
    rows = await inbox.of_round(session, visit.link.problem_no, visit.link.round_no)
    return [row for row in rows if row.district == visit.link.district]


def _awaits_answer(visit: ProblemVisit, rows: Sequence[InboxRow]) -> bool:
    """Whether the round is still open and nothing handed in is on its way to the life."""
    owed = visit.problem.open_round
    is_open = owed is not None and owed.round_no == visit.link.round_no
    return is_open and all(row.state != InboxState.RECEIVED for row in rows)


def _settled(side: Side, visit: ProblemVisit, rows: Sequence[InboxRow]) -> Response:
    """Show the receipt of a round that is answered; say so when none is ours to show."""
    taken = [row for row in rows if row.state != InboxState.REFUSED] or list(rows)
    if taken:
        return receipt_page(side, visit, taken[-1])
    return side.page("settled", problem=visit.problem, round=visit.round)


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


def _typed(form: FormData) -> Typed:
    """Take from a posted form what it may say; everything else it carries is left unread."""

    def text(name: str) -> str:
        value = form.get(name)
        return value if isinstance(value, str) else ""

    listed = [value for value in form.getlist("file") if isinstance(value, str)]
    fields = {name: text(name) for name in annex_form.FIELDS}
    return Typed(fields, text("receipt_id"), tuple(listed[: 2 * MAX_FILES]))


async def _take_all(side: Side, visit: ProblemVisit, form: FormData) -> tuple[EvidenceFile, ...]:
    """Take the files chosen in the form; raises `FormErrors` when one is refused."""
    taken, wrong = [], []
    for chosen in chosen_files(form):
        try:
            taken.append(await take(side, visit, chosen))
        except UploadRefused as refused:
            wrong.append(refused)
    if wrong:
        raise FormErrors({"files": (wrong[0].code, "".join(map(str, wrong)))})
    return tuple(taken)


async def _hand_in(side: Side, visit: ProblemVisit, typed: Typed, form: FormData) -> Response:
    """Commit the form to the inbox and lead to its receipt; raises `FormErrors`."""
    attached = await _take_all(side, visit, form)
    entered = annex_form.read(typed.fields, typed.receipt_id, day_of(side.services.clock()))
    files = unique((*await _listed(side, visit, typed), *attached))
    new = _submission(visit, entered, files)
    await _demand_acceptable(side, visit, new)
    try:
        row = await inbox.submit(side.services.db, new)
    except ReceiptConflict as conflict:
        raise refusal(409, conflict.code, str(conflict)) from conflict
    after = BackgroundTask(_after_receipt, side, visit, row)
    return RedirectResponse(f"/f/receipt/{row.receipt_id}", 303, background=after)


async def _listed(side: Side, visit: ProblemVisit, typed: Typed) -> list[EvidenceFile]:
    """Give the files that the posted form listed.

    They follow from the form alone, so that the same form posted twice has the same content, even
    when the draft is gone by then.
    """
    known = {file.sha256: file for file in await own_files(side, visit)}
    if not set(typed.listed) <= set(known):
        message = "附件已在另一页面中变动，请核对附件后再提交。"
        raise FormErrors({"files": ("files_changed", message)})
    return [known[sha256] for sha256 in typed.listed]


def _submission(
    visit: ProblemVisit, entered: AnnexForm, files: tuple[EvidenceFile, ...]
) -> NewSubmission:
    return NewSubmission(
        receipt_id=str(entered.receipt_id),
        problem_no=visit.link.problem_no,
        district=visit.link.district,
        round_no=visit.link.round_no,
        answer=entered.answer(files),
        filled_by=entered.filled_by,
        telephone=entered.telephone,
        link_jti=visit.link.jti,
    )


async def _demand_acceptable(side: Side, visit: ProblemVisit, new: NewSubmission) -> None:
    """Ask the rules beforehand, and say what they are certain to refuse.

    A form handed in before is not asked again: it gets its receipt.
    """
    async with side.services.db.reading() as session:
        if await inbox.find(session, new.receipt_id) is not None:
            return
    now = side.services.clock()
    command = SubmitFeedback(
        receipt_id=new.receipt_id,
        round_no=new.round_no,
        district=new.district,
        received_at=now,
        answer=new.answer,
        content_sha256="",
        by=Actor(f"district:{new.district}", Role.DISTRICT),
    )
    try:
        decide(visit.problem, command, cause=new.receipt_id, now=now, rules=side.services.rules)
    except Refusal as refused:
        if refused.code in _KNOWN_BEFOREHAND:
            field = _FIELD_OF.get(refused.code, "form")
            raise FormErrors({field: (refused.code, str(refused))}) from refused


async def _after_receipt(side: Side, visit: ProblemVisit, row: InboxRow) -> None:
    """Forget the draft and try one delivery; what is not settled then the deliverer brings again."""
    with contextlib.suppress(TimeoutError, OperationalError):
        await drafts.drop(side.services.db, visit.link.jti)
        if row.state != InboxState.RECEIVED:
            return
        attempt = side.services.desk.command(row.problem_no, inbox.to_command(row), row.receipt_id)
        async with asyncio.timeout(DELIVERY_SECONDS):
            await inbox.settle(side.services.db, row, attempt)


async def _again(
    side: Side, visit: ProblemVisit, typed: Typed, errors: Mapping[str, tuple[str, str]]
) -> Response:
    """Show the form again with what is wrong; everything typed and uploaded is in the draft."""
    async with side.services.db.reading() as session:
        rows = await _rows(session, visit)
        draft = await drafts.find(session, visit.link.jti)
    fresh = {"form_outdated", "files_changed"} & {code for code, _ in errors.values()}
    shown = replace(typed, receipt_id=str(uuid.uuid4())) if fresh else typed
    return _form(side, visit, rows, shown, draft, errors)


def _form(
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
        today=day_of(side.services.clock()),
        typed={name: typed.fields.get(name, "") for name in annex_form.FIELDS},
        why=explained(side.services, visit.problem, visit.round),
    )


def _returned_why(visit: ProblemVisit) -> str:
    """Give the officer's reason on the answer before this round, or the last revisit's findings."""
    if visit.link.round_no == 1:
        return ""
    reviewed = [one for one in visit.problem.submissions if one.verdict is not None]
    return reviewed[-1].reason if reviewed else ""
