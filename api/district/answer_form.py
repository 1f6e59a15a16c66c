"""The answer 整改表 of one round: shown, saved as a draft, handed in; its receipt afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from fastapi import APIRouter, Request, Response

from api.district.asked_so_far import ways
from api.district.form_page import FORM_BYTES, Errors, FormPage, new_number
from api.district.frame import Side
from api.district.handing_in import Typed
from api.district.receipts import STOPPED, receipt_page, settled_page
from api.district.sessions import ProblemVisit, posted, visit_to_problem
from domain.catalogues import key_contents, penalty_outcomes, referrals
from domain.catalogues.routes import Route
from domain.commands import EvidenceFile, RectificationState
from domain.local_time import day_of
from domain.refusals import Refusal
from domain.words.answers import entered_by_hand
from domain.words.before_a_round import led_to
from domain.words.dates import promise_until, standing
from domain.words.why import transfer_date_moves, why_this_date
from office.answering import annex_form
from office.answering.annex_form import AnnexForm
from office.rules.rules_of_a_life import rules_of
from store.district import drafts, inbox
from store.district.inbox import InboxState
from store.district.papers import AnswerPaper, PaperKind
from store.lives import event_log
from store.tables import InboxRow

_KNOWN_BEFOREHAND = frozenset(
    {
        "problem_closed",
        "not_in_this_stage",
        "already_answered",
        "promise_missing",
        "promise_in_past",
        "outcome_against_route",
    }
)
"""Refusals of the rules that cannot turn out otherwise by the time a life decides."""


class AnswerPage(FormPage[AnnexForm]):
    """The annex form of one visit."""

    kind = PaperKind.ANSWER
    fields = annex_form.FIELDS
    field_of: ClassVar[Mapping[str, str]] = {
        "promise_missing": "promised_on",
        "promise_in_past": "promised_on",
        "outcome_against_route": "penalty_outcome",
    }
    form = "answer"
    address = "/f/problem"

    def read(self, typed: Typed) -> AnnexForm:
        """Read what was typed; raises `FormErrors`."""
        today = day_of(self.side.services.clock())
        by_group = _punished_by_group(self.visit)
        return annex_form.read(typed.fields, typed.receipt_id, today, punished_by_group=by_group)

    def paper(self, entered: AnnexForm, files: tuple[EvidenceFile, ...]) -> AnswerPaper:
        """Give the answer as it is handed in."""
        return AnswerPaper(
            problem_no=self.visit.link.problem_no,
            district=self.visit.link.district,
            round_no=self.visit.link.round_no,
            answer=entered.answer(files),
            filled_by=entered.filled_by,
            telephone=entered.telephone,
        )

    def is_sure(self, refused: Refusal) -> bool:
        """Whether a refusal cannot turn out otherwise by the time the life decides."""
        return refused.code in _KNOWN_BEFOREHAND

    async def show(self, again: str = "", returned: str = "") -> Response:
        """Show the form while an answer is awaited, else what has become of it."""
        rows, draft = await self._rows(), await self.draft()
        errors = await self.errors(returned)
        if not errors and not _awaits_answer(self.visit, rows):
            return await _settled(self.side, self.visit, rows)
        fields = draft.fields or _prefilled(self.visit)
        if not errors:
            fields = await self.signed_by(fields)
        return await self.page(Typed(fields, new_number(), ()), draft, errors)

    async def page(
        self, typed: Typed, draft: drafts.Draft, errors: Errors | None = None
    ) -> Response:
        """Show the form with the problem, its dates, and what was answered before."""
        return self.side.page(
            "form",
            422 if errors else 200,
            earlier=await self._rows(),
            by_hand=entered_by_hand(self.visit.problem, self.visit.round),
            contents=key_contents.of(self.visit.problem.facts.contents),
            labels=annex_form.LABELS,
            longest=annex_form.LONGEST,
            outcomes=penalty_outcomes.open_to(punished_by_group=_punished_by_group(self.visit)),
            punished_by_group=_punished_by_group(self.visit),
            referrals=referrals.REFERRALS,
            states=RectificationState,
            ways=await ways(self.side, self.visit),
            **self.filling(typed, draft, errors),
            **await self._dates(),
        )

    async def _rows(self) -> list[InboxRow]:
        link = self.visit.link
        async with self.side.services.db.reading() as session:
            rows = await inbox.of_round(session, link.problem_no, link.round_no)
        return [row for row in rows if row.district == link.district]

    async def _dates(self) -> dict[str, object]:
        """Tell by when the round is due, how long that is, and why on that day."""
        services, problem, owed, rules = (
            self.side.services,
            self.visit.problem,
            self.visit.round,
            self.rules,
        )
        async with services.db.reading() as session:
            history = await event_log.timeline(session, problem.problem_no)
        return {
            "standing": standing(problem, owed, services.clock(), rules),
            "why": why_this_date(owed, problem, history, rules) if rules else None,
            "promise_until": promise_until(problem, rules),
            "transfer_moves": transfer_date_moves(history),
            "led_to": led_to(owed.round_no, history),
        }


def add_form(router: APIRouter, side: Side) -> None:
    """Add the form and its buttons."""

    @router.get("/problem")
    async def show(request: Request, returned: str = "") -> Response:
        visit = await visit_to_problem(side, request)
        return await (await _page_of(side, visit)).show(returned=returned)

    @router.post("/problem")
    async def press(request: Request) -> Response:
        visit, form = await posted(side, request, visit_to_problem, FORM_BYTES)
        return await (await _page_of(side, visit)).press(form)


async def _page_of(side: Side, visit: ProblemVisit) -> AnswerPage:
    return AnswerPage(side, visit, await rules_of(side.services, visit.problem.problem_no))


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
            "referral": last.referral,
            "referral_document_no": last.referral_document_no,
        }
    return {"penalty_outcome": "city_group"} if _punished_by_group(visit) else {}


def _punished_by_group(visit: ProblemVisit) -> bool:
    """Whether the inspection group punished the violation itself."""
    return visit.problem.route == Route.DIRECT_PUNISHMENT
