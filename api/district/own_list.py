"""The district's own list from self-inspection, kept on any link of the district that holds."""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.district.frame import Side, refusal
from api.district.own_list_form import LABELS, LONGEST, read, typed_of
from api.district.sessions import (
    Visit,
    demand_csrf,
    demand_own_page,
    read_form,
    visit_to_day,
    visit_to_problem,
)
from domain.catalogues import key_objects, six_batches
from domain.commands import RectificationState
from domain.local_time import day_of
from office.annex_form import FormErrors
from store import self_inspections
from store.self_inspections import EntryFilter, EntryRefused, ListedEntry

_FORM_BYTES = 64 * 1024
_ENTRY_ID = re.compile(r"[0-9a-f]{32}")

_REFUSED = {
    "entry_not_found": (404, "没有这一条，可能已被删除；请返回清单刷新后再操作。"),
    "too_many_entries": (429, "今日填报次数过多，请明天再填；此前填报的内容均已保存。"),
}

Letting = Callable[[Side, Request], Awaitable[Visit]]


def add_own_list(router: APIRouter, side: Side) -> None:
    """Add the list to both kinds of link; the district is always the link's."""
    _add(router, side, "problem", visit_to_problem)
    _add(router, side, "day", visit_to_day)


def _add(router: APIRouter, side: Side, kind: str, letting: Letting) -> None:
    page = _Page(side, kind)

    @router.get(page.path)
    async def show(request: Request, entry: str = "") -> Response:
        return await page.show(await letting(side, request), entry)

    @router.post(page.path)
    async def write(request: Request) -> Response:
        demand_own_page(side, request)
        visit = await letting(side, request)
        form = await read_form(request, _FORM_BYTES)
        demand_csrf(visit, form)
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
        return await page.write(visit, typed)


class _Page:
    """The list as it is reached from one kind of link."""

    def __init__(self, side: Side, kind: str) -> None:
        self.side = side
        self.kind = kind
        self.path = f"/{kind}/self-inspection"

    async def show(self, visit: Visit, entry_id: str) -> Response:
        """Show the list, and the form for a new entry or the chosen one."""
        entries = await self._entries(visit)
        chosen = next((one for one in entries if one.entry_id == entry_id), None)
        if entry_id and chosen is None:
            raise _refused("entry_not_found")
        typed = typed_of(chosen.entry if chosen else None)
        return self._page(visit, entries, entry_id, typed, {}, editing=chosen is not None)

    async def write(self, visit: Visit, typed: Mapping[str, str]) -> Response:
        """Save or remove an entry, then show the list again."""
        entry_id = typed.get("entry", "")
        if not _ENTRY_ID.fullmatch(entry_id):
            raise refusal(400, "form_outdated", "页面已失效，请返回清单刷新后再操作。")
        db, link = self.side.services.db, visit.link
        try:
            if typed.get("action") == "remove":
                await self_inspections.remove(db, link.district, entry_id, link.jti)
            else:
                entry = read(typed, day_of(self.side.services.clock()))
                await self_inspections.save(db, link.district, entry_id, entry, link.jti)
        except EntryRefused as refused:
            raise _refused(refused.code) from refused
        except FormErrors as wrong:
            entries = await self._entries(visit)
            shown = {name: typed.get(name, "") for name in LABELS}
            editing = any(one.entry_id == entry_id for one in entries)
            errors = {field: message for field, (_, message) in wrong.errors.items()}
            return self._page(visit, entries, entry_id, shown, errors, editing=editing)
        return RedirectResponse(f"/f{self.path}", 303)

    async def _entries(self, visit: Visit) -> tuple[ListedEntry, ...]:
        async with self.side.services.db.reading() as session:
            wanted = EntryFilter(district=visit.link.district)
            return await self_inspections.listed(session, wanted)

    def _page(
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
            address=f"/f{self.path}",
            district=visit.link.district,
            entries=entries,
            entry_id=entry_id or uuid.uuid4().hex,
            editing=editing,
            typed=typed,
            errors=errors,
            labels=LABELS,
            longest=LONGEST,
            objects=key_objects.KEY_OBJECTS,
            slots=six_batches.SIX_BATCHES,
            states=list(RectificationState),
        )


def _refused(code: str) -> Exception:
    status, message = _REFUSED[code]
    return refusal(status, code, message)
