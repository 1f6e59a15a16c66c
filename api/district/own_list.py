"""The district's own list from self-inspection, kept on any link of the district that holds."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from api.district.frame import Side
from api.district.own_list_form import LABELS, LONGEST, read, typed_of
from api.district.refusals import refuse
from api.district.sessions import (
    LONGEST_FIELD,
    Letting,
    ProblemVisit,
    Visit,
    posted,
    visit_to_day,
    visit_to_own_list,
    visit_to_problem,
)
from api.forms import see_other, texts_of
from domain.catalogues import key_objects
from domain.commands import RectificationState
from domain.local_time import day_of
from office.answering.annex_form import FormErrors
from office.registers import six_batches
from store.district import refused_forms, self_inspections
from store.district.self_inspections import EntryFilter, ListedEntry
from store.refusing import StoreRefused

_ENTRY_ID = re.compile(r"[0-9a-f]{32}")


def add_own_list(router: APIRouter, side: Side) -> None:
    """Add the list to every kind of link; the district is always the link's."""
    _add(router, side, "problem", visit_to_problem)
    _add(router, side, "day", visit_to_day)
    _add(router, side, "own", visit_to_own_list)


def _add(
    router: APIRouter, side: Side, kind: str, letting: Letting[Visit] | Letting[ProblemVisit]
) -> None:
    page = _Page(side, kind)

    @router.get(page.path)
    async def show(request: Request, entry: str = "", returned: str = "") -> Response:
        return await page.show(await letting(side, request), entry, returned)

    @router.post(page.path)
    async def write(request: Request) -> Response:
        visit, form = await posted(side, request, letting, LONGEST_FIELD)
        return await page.write(visit, texts_of(form))


class _Page:
    """The list as it is reached from one kind of link."""

    def __init__(self, side: Side, kind: str) -> None:
        self.side = side
        self.kind = kind
        self.path = f"/{kind}/self-inspection"

    async def show(self, visit: Visit, entry_id: str, returned: str) -> Response:
        """Show the list, and the form for a new entry, the chosen one, or the one given back."""
        entries = await self._entries(visit)
        if back := await self._returned(visit, returned):
            entry_id = back["entry"]
            editing = any(one.entry_id == entry_id for one in entries)
            return await self._page(
                visit, entries, entry_id, back["typed"], dict(back["errors"]), editing=editing
            )
        chosen = next((one for one in entries if one.entry_id == entry_id), None)
        if entry_id and chosen is None:
            raise refuse("entry_not_found")
        typed = typed_of(chosen.entry if chosen else None)
        return await self._page(visit, entries, entry_id, typed, {}, editing=chosen is not None)

    async def write(self, visit: Visit, typed: Mapping[str, str]) -> Response:
        """Save or remove an entry, then lead to the list again."""
        entry_id = typed.get("entry", "")
        if not _ENTRY_ID.fullmatch(entry_id):
            raise refuse("form_outdated")
        db, link = self.side.services.db, visit.link
        try:
            if typed.get("action") == "remove":
                await self_inspections.remove(db, link.district, entry_id, link.jti)
            else:
                entry = read(typed, day_of(self.side.services.clock()))
                await self_inspections.save(db, link.district, entry_id, entry, link.jti)
        except StoreRefused as refused:
            raise refuse(refused.code) from refused
        except FormErrors as wrong:
            return await self._give_back(visit, entry_id, typed, wrong)
        await refused_forms.forget(db, visit.owner, self.path)
        return see_other(visit.at(f"/f{self.path}"))

    async def _give_back(
        self, visit: Visit, entry_id: str, typed: Mapping[str, str], wrong: FormErrors
    ) -> Response:
        """Lead to the form with what is wrong, and with what was typed: the list has no drafts."""
        body = {
            "entry": entry_id,
            "typed": {name: typed.get(name, "") for name in LABELS},
            "errors": [(field, message) for field, (_, message) in wrong.errors.items()],
        }
        given = await refused_forms.keep(self.side.services.db, visit.owner, self.path, body)
        return see_other(f"{visit.at(f'/f{self.path}')}&returned={given}#errors")

    async def _returned(self, visit: Visit, given: str) -> dict[str, Any]:
        now = self.side.services.clock()
        async with self.side.services.db.reading() as session:
            return await refused_forms.find(session, visit.owner, self.path, given, now)

    async def _entries(self, visit: Visit) -> tuple[ListedEntry, ...]:
        async with self.side.services.db.reading() as session:
            wanted = EntryFilter(district=visit.link.district)
            return await self_inspections.listed(session, wanted)

    async def _page(
        self,
        visit: Visit,
        entries: tuple[ListedEntry, ...],
        entry_id: str,
        typed: Mapping[str, str],
        errors: Mapping[str, str],
        *,
        editing: bool,
    ) -> Response:
        return self.side.page(
            "own_list",
            422 if errors else 200,
            csrf=visit.csrf,
            kind=self.kind,
            address=visit.at(f"/f{self.path}"),
            at=visit.at,
            district=visit.link.district,
            entries=entries,
            entry_id=entry_id or uuid.uuid4().hex,
            editing=editing,
            typed=typed,
            errors=errors,
            labels=LABELS,
            longest=LONGEST,
            objects=key_objects.KEY_OBJECTS,
            slots=await six_batches.in_force(self.side.services),
            states=list(RectificationState),
        )
