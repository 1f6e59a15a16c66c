"""Requests beside the answer: more time 延期, not this district's 退回; appeals have a file beside.

Each is a form like the answer's: kept as a draft, handed in through the inbox under a number of its
own, and shown with what came of it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response

from api.district import probes
from api.district.asked_so_far import Asked, requests
from api.district.form_page import FORM_BYTES, Errors, FormPage, new_number
from api.district.frame import Side
from api.district.handing_in import Typed, would_refuse
from api.district.sessions import ProblemVisit, posted, visit_to_problem
from domain.catalogues.districts import valid_districts
from domain.commands import EvidenceFile
from domain.decisions.districts import objection_until
from domain.decisions.extension_bounds import (
    asked_until,
    latest_date,
    nearest_date,
    waits_for_service,
)
from domain.local_time import day_of
from domain.refusals import WrongMoment
from domain.rules import FAIR_POINTS, Rules
from office.answering.request_forms import (
    LABELS,
    LONGEST,
    ExtensionForm,
    ObjectionForm,
    RequestForm,
    read_as,
)
from office.rules.rules_of_a_life import rules_of
from store.district import drafts
from store.district.inbox import InboxState
from store.district.papers import ExtensionPaper, ObjectionPaper, Paper, PaperKind

SIGNED = ("reason", "filled_by", "telephone")


class RequestPage(FormPage[RequestForm]):
    """The page of one kind of request for one visit."""

    kind: ClassVar[PaperKind]
    model: ClassVar[type[RequestForm]]
    field_of: ClassVar[Mapping[str, str]] = {"reason_missing": "reason"}

    def __init__(self, side: Side, visit: ProblemVisit, rules: Rules | None) -> None:
        super().__init__(side, visit, rules)
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
    def probe(self) -> Paper:
        """Give a request without fault, to learn whether any may be made now."""

    @abstractmethod
    async def told(self) -> dict[str, object]:
        """Give what the page tells beside the form."""

    def waiting_words(self) -> str:
        """Say that one waits for its answer already; empty where none does."""
        return ""

    async def asked(self) -> list[Asked]:
        """Give what was asked for before, the last first."""
        return await requests(self.side, self.visit, self.kind)

    def read(self, typed: Typed) -> RequestForm:
        """Read what was typed; raises `FormErrors`."""
        today = day_of(self.side.services.clock())
        known = frozenset(unit.code for unit in valid_districts(today))
        return read_as(self.model, typed.fields, typed.receipt_id, known)

    async def show(self, again: str = "", returned: str = "") -> Response:
        """Show the page; `again` names a refused request to begin from, `returned` a form given back."""
        draft = await self.draft()
        before = next((one for one in await self.asked() if one.row.receipt_id == again), None)
        fields = draft.fields or (_fields_of(before, self.fields) if before else {})
        errors = await self.errors(returned)
        if not errors:
            fields = await self.signed_by(fields)
        return await self.page(Typed(fields, new_number(), ()), draft, errors)

    async def page(
        self, typed: Typed, draft: drafts.Draft, errors: Errors | None = None
    ) -> Response:
        """Show the form with what was asked before, unless none may be made now."""
        asked = await self.asked()
        under_way = any(one.row.state == InboxState.RECEIVED for one in asked)
        closed = await would_refuse(self.side, self.visit, self.rules, "", self.probe())
        return self.side.page(
            self.kind.value,
            422 if errors else 200,
            address=self.visit.at(self.address),
            asked=asked,
            closed=self.waiting_words() or ("" if closed is None else str(closed)),
            form_name=self.form,
            labels=LABELS,
            longest=LONGEST,
            may_ask=bool(errors) or (closed is None and not under_way),
            rules_known=self.rules is not None,
            under_way=under_way,
            **self.filling(typed, draft, errors),
            **await self.told(),
        )


class ExtensionPage(RequestPage):
    """申请延期."""

    kind = PaperKind.EXTENSION
    model = ExtensionForm
    fields = ("wanted_on", *SIGNED)
    field_of: ClassVar[Mapping[str, str]] = {
        **RequestPage.field_of,
        "extension_not_later": "wanted_on",
        "extension_too_long": "wanted_on",
        "extension_in_past": "wanted_on",
    }

    def paper(self, entered: RequestForm, files: tuple[EvidenceFile, ...]) -> Paper:
        """Give the request."""
        return ExtensionPaper(
            **self.signed, **entered.model_dump(exclude={"receipt_id"}), files=files
        )

    def probe(self) -> Paper:
        """Ask for one day more."""
        return probes.extension(self.visit, day_of(self.side.services.clock()))

    async def told(self) -> dict[str, object]:
        """Tell the bounds of the date, and who decides."""
        owed, problem, now = self.visit.round, self.visit.problem, self.side.services.clock()
        if self.rules is None:
            first_day = owed.due_on + timedelta(days=1)
            return {"first_day": first_day, "last_day": None, "holds": False}
        numbers = self.rules.policy.limits
        nearest, yesterday = (
            nearest_date(problem, owed, self.rules),
            day_of(now) - timedelta(days=1),
        )
        return {
            "holds": self.rules.since(FAIR_POINTS) and not owed.was_held,
            "left_days": numbers.refused_working_days,
            "first_day": max(nearest, yesterday) + timedelta(days=1),
            "last_day": latest_date(
                problem, owed, owed.due_on + timedelta(days=1), now, self.rules
            ),
            "ask_until": asked_until(problem, owed, self.rules),
            "until_proof": waits_for_service(owed, now),
            "left": max(numbers.extensions_max - owed.extensions, 0),
            "by_supervisor": owed.extensions >= numbers.extensions_by_officer,
            "answer_days": numbers.extension_answer_working_days,
        }

    def waiting_words(self) -> str:
        """Say so whatever has passed meanwhile: what was asked in time may hold the date."""
        asked = self.visit.round.asked
        return str(WrongMoment("already_asked", receipt_id=asked.receipt_id)) if asked else ""

    async def asked(self) -> list[Asked]:
        """Give the requests of this round."""
        return [
            one for one in await super().asked() if one.row.round_no == self.visit.link.round_no
        ]


class ObjectionPage(RequestPage):
    """管辖异议."""

    kind = PaperKind.OBJECTION
    model = ObjectionForm
    fields = ("proper_district", *SIGNED)

    def paper(self, entered: RequestForm, files: tuple[EvidenceFile, ...]) -> Paper:
        """Give the objection."""
        return ObjectionPaper(
            **self.signed, **entered.model_dump(exclude={"receipt_id"}), files=files
        )

    def probe(self) -> Paper:
        """Object without naming another district."""
        return probes.objection(self.visit)

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


def add_requests(router: APIRouter, side: Side) -> None:
    """Add the pages of the two requests that a round may have."""
    _add(router, side, ExtensionPage)
    _add(router, side, ObjectionPage)


def _add(router: APIRouter, side: Side, page: type[ExtensionPage] | type[ObjectionPage]) -> None:
    @router.get(f"/problem/{page.kind}")
    async def show(request: Request, again: str = "", returned: str = "") -> Response:
        visit = await visit_to_problem(side, request)
        rules = await rules_of(side.services, visit.link.problem_no)
        return await page(side, visit, rules).show(again, returned)

    @router.post(f"/problem/{page.kind}")
    async def press(request: Request) -> Response:
        visit, form = await posted(side, request, visit_to_problem, FORM_BYTES)
        rules = await rules_of(side.services, visit.link.problem_no)
        return await page(side, visit, rules).press(form)


def _fields_of(before: Asked, fields: tuple[str, ...]) -> dict[str, str]:
    return {name: str(getattr(before.paper, name)) for name in fields}
