"""Requests beside the answer: more time 延期, not this district's 退回, an appeal of points 申诉.

Each is a form like the answer's: kept as a draft, handed in through the inbox under a number of its
own, and shown with what came of it. The rules are asked before anything is committed, so that what
they refuse is said beside what was typed.
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from api.district.asked_so_far import Asked, appeal_of, own_deductions, requests
from api.district.files import form_name, remove
from api.district.frame import Side, refusal, short_answer
from api.district.handing_in import (
    Typed,
    asked_beforehand,
    commit,
    save,
    take_all,
    typed_in,
    with_listed,
    would_refuse,
)
from api.district.sessions import (
    ProblemVisit,
    demand_csrf,
    demand_own_page,
    read_form,
    visit_to_problem,
)
from domain.catalogues.districts import valid_districts
from domain.commands import EvidenceFile
from domain.decisions.appeal import appeal_until
from domain.decisions.districts import objection_until
from domain.local_time import day_of
from domain.problem import Deduction
from domain.refusals import Refusal
from domain.rules import Rules
from gateways.uploads import MAX_TOTAL_BYTES
from office import annex_form
from office.annex_form import FormErrors
from office.request_forms import (
    LABELS,
    LONGEST,
    AppealForm,
    ExtensionForm,
    ObjectionForm,
    RequestForm,
    read_as,
)
from office.rules_of_a_life import rules_of
from store import drafts, ledger
from store.inbox import InboxState
from store.papers import AppealPaper, ExtensionPaper, ObjectionPaper, Paper, PaperKind

FORM_BYTES = MAX_TOTAL_BYTES + 1_000_000
_DRAFT_BYTES = 256 * 1024
_SIGNED = ("reason", "filled_by", "telephone")


class RequestPage(ABC):
    """The page of one kind of request for one visit."""

    kind: ClassVar[PaperKind]
    model: ClassVar[type[RequestForm]]
    fields: ClassVar[tuple[str, ...]]
    field_of: ClassVar[Mapping[str, str]] = {"reason_missing": "reason"}
    """Where a refusal of the rules is said, by its code; elsewhere at the top of the form."""

    def __init__(self, side: Side, visit: ProblemVisit, rules: Rules | None) -> None:
        self.side = side
        self.visit = visit
        self.rules = rules
        self.signed: dict[str, Any] = {
            "problem_no": visit.link.problem_no,
            "district": visit.link.district,
            "round_no": visit.link.round_no,
        }

    @property
    def form(self) -> str:
        """The name of its draft."""
        return self.kind.value

    @property
    def address(self) -> str:
        """Where it is read and posted."""
        return f"/f/problem/{self.kind}"

    @abstractmethod
    def paper(self, entered: RequestForm, files: tuple[EvidenceFile, ...]) -> Paper:
        """Give what is handed in."""

    @abstractmethod
    def probe(self) -> Paper:
        """Give a request without fault, to learn whether any may be made now."""

    @abstractmethod
    async def told(self) -> dict[str, object]:
        """Give what the page tells beside the form."""

    async def asked(self) -> list[Asked]:
        """Give what was asked for before, the last first."""
        return await requests(self.side, self.visit, self.kind)

    # -- showing -------------------------------------------------------------------------------

    async def show(self, again: str = "") -> Response:
        """Show the page; `again` names a refused request to begin from."""
        draft = await self._draft()
        asked = await self.asked()
        before = next((one for one in asked if one.row.receipt_id == again), None)
        fields = draft.fields or (_fields_of(before, self.fields) if before else {})
        return await self._page(asked, Typed(fields, str(uuid.uuid4()), ()), draft)

    async def _draft(self) -> drafts.Draft:
        async with self.side.services.db.reading() as session:
            return await drafts.find(session, self.visit.link.jti, self.form)

    async def _page(
        self,
        asked: list[Asked],
        typed: Typed,
        draft: drafts.Draft,
        errors: Mapping[str, tuple[str, str]] | None = None,
    ) -> Response:
        under_way = any(one.row.state == InboxState.RECEIVED for one in asked)
        closed = await would_refuse(self.side, self.visit, self.rules, "", self.probe())
        return self.side.page(
            self.kind.value,
            422 if errors else 200,
            address=self.address,
            asked=asked,
            closed=_closed_words(closed),
            csrf=self.visit.csrf,
            draft=draft,
            errors={field: message for field, (_, message) in (errors or {}).items()},
            form_name=self.form,
            labels=LABELS,
            longest=LONGEST,
            may_ask=errors is not None or (closed is None and not under_way),
            problem=self.visit.problem,
            receipt_id=typed.receipt_id,
            round=self.visit.round,
            rules_known=self.rules is not None,
            typed={name: typed.fields.get(name, "") for name in self.fields},
            under_way=under_way,
            **await self.told(),
        )

    # -- pressing ------------------------------------------------------------------------------

    async def press(self, form: FormData) -> Response:
        """Hand in, save, upload or remove; what is wrong is said on the page."""
        typed, pressed = typed_in(form, self.fields), str(form.get("action", "save"))
        try:
            if pressed == "submit":
                return await self._hand_in(typed, form)
            await save(self.side, self.visit, self.form, typed)
            await take_all(self.side, self.visit, self.form, form)
        except FormErrors as wrong:
            await save(self.side, self.visit, self.form, typed)
            return await self._again(typed, wrong.errors)
        if pressed.startswith("remove:"):
            await remove(self.side, self.visit, self.form, pressed.removeprefix("remove:"))
        return RedirectResponse(f"{self.address}#{'saved' if pressed == 'save' else 'files'}", 303)

    async def _hand_in(self, typed: Typed, form: FormData) -> Response:
        attached = await take_all(self.side, self.visit, self.form, form)
        today = day_of(self.side.services.clock())
        known = frozenset(unit.code for unit in valid_districts(today))
        entered = read_as(self.model, typed.fields, typed.receipt_id, known)
        files = await with_listed(self.side, self.visit, typed, attached)
        paper, receipt_id = self.paper(entered, files), str(entered.receipt_id)
        refused = await asked_beforehand(self.side, self.visit, receipt_id, paper)
        if refused is not None:
            field = self.field_of.get(refused.code, "form")
            raise FormErrors({field: (refused.code, str(refused))})
        return await commit(self.side, self.visit, self.form, receipt_id, paper)

    async def _again(self, typed: Typed, errors: Mapping[str, tuple[str, str]]) -> Response:
        fresh = {"form_outdated", "files_changed"} & {code for code, _ in errors.values()}
        shown = replace(typed, receipt_id=str(uuid.uuid4())) if fresh else typed
        return await self._page(await self.asked(), shown, await self._draft(), errors)


class ExtensionPage(RequestPage):
    """申请延期."""

    kind = PaperKind.EXTENSION
    model = ExtensionForm
    fields = ("wanted_on", *_SIGNED)
    field_of: ClassVar[Mapping[str, str]] = {
        **RequestPage.field_of,
        "extension_not_later": "wanted_on",
        "extension_too_long": "wanted_on",
    }

    def paper(self, entered: RequestForm, files: tuple[EvidenceFile, ...]) -> Paper:
        """Give the request."""
        return ExtensionPaper(
            **self.signed, **entered.model_dump(exclude={"receipt_id"}), files=files
        )

    def probe(self) -> Paper:
        """Ask for one day more."""
        next_day = self.visit.round.due_on + timedelta(days=1)
        return ExtensionPaper(
            **self.signed, wanted_on=next_day, reason="-", filled_by="", telephone="", files=()
        )

    async def told(self) -> dict[str, object]:
        """Tell the bounds of the date, and who decides."""
        owed = self.visit.round
        first_day = owed.due_on + timedelta(days=1)
        if self.rules is None:
            return {"first_day": first_day, "last_day": None}
        numbers = self.rules.policy.limits
        return {
            "first_day": first_day,
            "last_day": owed.due_on + timedelta(days=numbers.extension_max_days),
            "left": max(numbers.extensions_max - owed.extensions, 0),
            "by_supervisor": owed.extensions >= numbers.extensions_by_officer,
            "answer_days": numbers.extension_answer_working_days,
        }

    async def asked(self) -> list[Asked]:
        """Give the requests of this round."""
        return [
            one for one in await super().asked() if one.row.round_no == self.visit.link.round_no
        ]


class ObjectionPage(RequestPage):
    """不属于本区县."""

    kind = PaperKind.OBJECTION
    model = ObjectionForm
    fields = ("proper_district", *_SIGNED)

    def paper(self, entered: RequestForm, files: tuple[EvidenceFile, ...]) -> Paper:
        """Give the objection."""
        return ObjectionPaper(
            **self.signed, **entered.model_dump(exclude={"receipt_id"}), files=files
        )

    def probe(self) -> Paper:
        """Object without naming another district."""
        return ObjectionPaper(
            **self.signed, proper_district="", reason="-", filled_by="", telephone="", files=()
        )

    async def told(self) -> dict[str, object]:
        """Tell until when, whether it is a dispute, and which districts there are."""
        today, problem = day_of(self.side.services.clock()), self.visit.problem
        own = [one for one in problem.objections if one.round_no == self.visit.link.round_no]
        refused = own[-1] if own and own[-1].upheld is False else None
        rules = self.rules
        return {
            "until": rules and objection_until(problem, refused, rules),
            "answer_days": rules and rules.policy.limits.objection_answer_working_days,
            "disputing": refused is not None and not refused.disputed,
            "districts": [unit for unit in valid_districts(today) if unit.code != problem.district],
        }


class AppealPage(RequestPage):
    """扣分申诉 of one deduction."""

    kind = PaperKind.APPEAL
    model = AppealForm
    fields = _SIGNED

    def __init__(
        self, side: Side, visit: ProblemVisit, rules: Rules | None, deduction: Deduction
    ) -> None:
        super().__init__(side, visit, rules)
        self.deduction = deduction

    @property
    def form(self) -> str:
        """Each deduction has a draft of its own."""
        return f"appeal-{self.deduction.seq}"

    @property
    def address(self) -> str:
        """Each deduction has a page of its own."""
        return f"/f/problem/appeals/{self.deduction.seq}"

    def paper(self, entered: RequestForm, files: tuple[EvidenceFile, ...]) -> Paper:
        """Give the appeal."""
        return AppealPaper(
            **self.signed,
            **entered.model_dump(exclude={"receipt_id"}),
            deduction=self.deduction.seq,
            files=files,
        )

    def probe(self) -> Paper:
        """Appeal this deduction."""
        return AppealPaper(
            **self.signed,
            deduction=self.deduction.seq,
            reason="-",
            filled_by="",
            telephone="",
            files=(),
        )

    async def told(self) -> dict[str, object]:
        """Tell which deduction, by which clause, and until when."""
        rules = self.rules
        return {
            "until": rules and appeal_until(self.deduction, rules),
            "answer_days": rules and rules.policy.limits.appeal_answer_working_days,
            "deduction": self.deduction,
            "clause": (await _clauses(self.side, self.visit)).get(self.deduction.seq, ""),
        }

    async def asked(self) -> list[Asked]:
        """Give the appeals of this deduction."""
        return [
            one
            for one in await super().asked()
            if isinstance(one.paper, AppealPaper) and one.paper.deduction == self.deduction.seq
        ]


def add_requests(router: APIRouter, side: Side) -> None:
    """Add the pages of the three requests, and the saving of drafts by their script."""
    _add(router, side, ExtensionPage)
    _add(router, side, ObjectionPage)

    @router.get("/problem/appeals")
    async def deductions(request: Request) -> Response:
        return await _deductions_page(side, await visit_to_problem(side, request))

    @router.get("/problem/appeals/{seq}")
    async def appeal(request: Request, seq: str, again: str = "") -> Response:
        visit = await visit_to_problem(side, request)
        return await (await _appeal_page(side, visit, seq)).show(again)

    @router.post("/problem/appeals/{seq}")
    async def press_appeal(request: Request, seq: str) -> Response:
        visit, form = await _posted(side, request)
        return await (await _appeal_page(side, visit, seq)).press(form)

    @router.post("/draft")
    async def save_draft(request: Request) -> Response:
        demand_own_page(side, request)
        visit = await visit_to_problem(side, request)
        form = await read_form(request, _DRAFT_BYTES)
        demand_csrf(visit, form)
        name = form_name(form)
        draft = await save(side, visit, name, typed_in(form, _fields_by(name)))
        return short_answer({"saved_at": draft.saved_at.isoformat() if draft.saved_at else ""})


def _add(router: APIRouter, side: Side, page: type[ExtensionPage] | type[ObjectionPage]) -> None:
    @router.get(f"/problem/{page.kind}")
    async def show(request: Request, again: str = "") -> Response:
        visit = await visit_to_problem(side, request)
        rules = await rules_of(side.services, visit.link.problem_no)
        return await page(side, visit, rules).show(again)

    @router.post(f"/problem/{page.kind}")
    async def press(request: Request) -> Response:
        visit, form = await _posted(side, request)
        rules = await rules_of(side.services, visit.link.problem_no)
        return await page(side, visit, rules).press(form)


async def _appeal_page(side: Side, visit: ProblemVisit, seq: str) -> AppealPage:
    rules = await rules_of(side.services, visit.link.problem_no)
    return AppealPage(side, visit, rules, _deduction(visit, seq))


async def _posted(side: Side, request: Request) -> tuple[ProblemVisit, FormData]:
    demand_own_page(side, request)
    visit = await visit_to_problem(side, request)
    form = await read_form(request, FORM_BYTES)
    demand_csrf(visit, form)
    return visit, form


def _fields_by(form: str) -> tuple[str, ...]:
    pages = (ExtensionPage, ObjectionPage, AppealPage)
    fields = {page.kind.value: page.fields for page in pages}
    return fields.get(form.partition("-")[0], annex_form.FIELDS)


def _deduction(visit: ProblemVisit, seq: str) -> Deduction:
    found = next((one for one in own_deductions(visit) if str(one.seq) == seq), None)
    if found is None:
        raise refusal(404, "no_such_deduction", "没有这项扣分，请返回扣分清单重新选择。")
    return found


async def _deductions_page(side: Side, visit: ProblemVisit) -> Response:
    clauses = await _clauses(side, visit)
    asked = await requests(side, visit, PaperKind.APPEAL)
    now = side.services.clock()
    rules = await rules_of(side.services, visit.link.problem_no)

    def line(one: Deduction) -> dict[str, object]:
        until = None if rules is None else appeal_until(one, rules)
        return {
            "deduction": one,
            "clause": clauses.get(one.seq, ""),
            "until": until,
            "appeal": appeal_of(asked, one.seq),
            "open": _is_open(one, until, now),
        }

    return side.page(
        "appeals",
        problem=visit.problem,
        round=visit.round,
        lines=[line(one) for one in own_deductions(visit)],
    )


def _is_open(one: Deduction, until: datetime | None, now: datetime) -> bool:
    """Say whether a deduction may be appealed; where the last day is not known, it may."""
    return one.appeal is None and not one.reversed_seq and (until is None or now < until)


async def _clauses(side: Side, visit: ProblemVisit) -> dict[int, str]:
    """Give the clause by which each deduction was made, by its event's number."""
    async with side.services.db.reading() as session:
        rows = await ledger.of_problem(session, visit.link.problem_no)
    return {row.seq: row.clause for row in rows if row.kind == ledger.DEDUCTION}


def _fields_of(before: Asked, fields: tuple[str, ...]) -> dict[str, str]:
    return {name: str(getattr(before.paper, name)) for name in fields}


def _closed_words(refused: Refusal | None) -> str:
    return "" if refused is None else str(refused)
