"""What every form of a round shares, the answer's and the requests': showing, pressing, handing in.

Without a script every button posts the whole form, so that nothing typed is lost whatever is
pressed; every press is answered by leading on, so that going back sends nothing again. The rules are
asked before anything is committed, so that what they refuse is said beside what was typed.
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Generic, TypeVar

from fastapi import Response
from starlette.datastructures import FormData

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
from api.district.sessions import ProblemVisit
from api.forms import see_other
from domain.commands import EvidenceFile
from domain.refusals import Refusal
from domain.rules import Rules
from gateways.uploads import MAX_TOTAL_BYTES
from office.answering.annex_form import AnnexForm, FormErrors
from office.answering.request_forms import RequestForm
from store.district import beside, drafts, refused_forms
from store.district.papers import Paper

FORM_BYTES = MAX_TOTAL_BYTES + 1_000_000

Errors = Mapping[str, tuple[str, str]]
Entered = TypeVar("Entered", bound=AnnexForm | RequestForm)


class FormPage(ABC, Generic[Entered]):
    """The page of one form for one visit; `rules` are the life's, None where they are unknown."""

    fields: ClassVar[tuple[str, ...]]
    field_of: ClassVar[Mapping[str, str]]
    """Where a refusal of the rules is said, by its code; elsewhere at the top of the form."""

    def __init__(self, side: Side, visit: ProblemVisit, rules: Rules | None) -> None:
        self.side = side
        self.visit = visit
        self.rules = rules

    @property
    @abstractmethod
    def form(self) -> str:
        """The name of its draft."""

    @property
    @abstractmethod
    def address(self) -> str:
        """Where it is read and posted."""

    @abstractmethod
    def read(self, typed: Typed) -> Entered:
        """Read what was typed; raises `FormErrors`."""

    @abstractmethod
    def paper(self, entered: Entered, files: tuple[EvidenceFile, ...]) -> Paper:
        """Give what is handed in."""

    @abstractmethod
    async def show(self, again: str = "", returned: str = "") -> Response:
        """Show the page; `again` names a refused paper to begin from, `returned` a form given back."""

    @abstractmethod
    async def page(
        self, typed: Typed, draft: drafts.Draft, errors: Errors | None = None
    ) -> Response:
        """Show the form with what was typed, and what is wrong with it."""

    def is_sure(self, refused: Refusal) -> bool:
        """Whether a refusal cannot turn out otherwise by the time the life decides."""
        return True

    async def draft(self) -> drafts.Draft:
        """Give what was kept of this form."""
        async with self.side.services.db.reading() as session:
            return await drafts.find(session, self.visit.link.jti, self.form)

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
            return await self._give_back(wrong.errors)
        if pressed.startswith("remove:"):
            await remove(self.side, self.visit, self.form, pressed.removeprefix("remove:"))
        return see_other(
            f"{self.visit.at(self.address)}#{'saved' if pressed == 'save' else 'files'}"
        )

    async def _hand_in(self, typed: Typed, form: FormData) -> Response:
        """Commit the form to the inbox and lead to its receipt; raises `FormErrors`."""
        attached = await take_all(self.side, self.visit, self.form, form)
        entered = self.read(typed)
        files = await with_listed(self.side, self.visit, typed, attached)
        paper, receipt_id = self.paper(entered, files), str(entered.receipt_id)
        refused = await asked_beforehand(self.side, self.visit, receipt_id, paper)
        if refused is not None and self.is_sure(refused):
            field = self.field_of.get(refused.code, "form")
            raise FormErrors({field: (refused.code, str(refused))})
        committed = await commit(self.side, self.visit, self.form, receipt_id, paper)
        await refused_forms.forget(self.side.services.db, self.visit.owner, self.address)
        return committed

    async def _give_back(self, errors: Errors) -> Response:
        """Lead to the form with what is wrong; everything typed and uploaded is in the draft."""
        body = {"errors": [(field, *told) for field, told in errors.items()]}
        given = await refused_forms.keep(
            self.side.services.db, self.visit.owner, self.address, body
        )
        return see_other(f"{self.visit.at(self.address)}&returned={given}#errors")

    async def signed_by(self, fields: Mapping[str, str]) -> Mapping[str, str]:
        """Begin a form with who filled in the one before in this browser; what is written stays."""
        async with self.side.services.db.reading() as session:
            last = await beside.last_signer(session, self.visit.beside)
        return {**last, **{name: typed for name, typed in fields.items() if typed}}

    async def errors(self, returned: str) -> Errors:
        """Give what was wrong with the form that was given back under `returned`."""
        now = self.side.services.clock()
        async with self.side.services.db.reading() as session:
            body = await refused_forms.find(session, self.visit.owner, self.address, returned, now)
        return {field: (code, message) for field, code, message in body.get("errors", ())}

    def filling(
        self, typed: Typed, draft: drafts.Draft, errors: Errors | None
    ) -> dict[str, object]:
        """Give what every form's page is filled with."""
        return {
            "at": self.visit.at,
            "day_at": self.visit.day_at,
            "csrf": self.visit.csrf,
            "draft": draft,
            "errors": {field: message for field, (_, message) in (errors or {}).items()},
            "problem": self.visit.problem,
            "receipt_id": typed.receipt_id,
            "round": self.visit.round,
            "unit": self.visit.link.district,
            "typed": {name: typed.fields.get(name, "") for name in self.fields},
        }


def new_number() -> str:
    """Give the number of the receipt that a form will get."""
    return str(uuid.uuid4())
