"""Taking a list in: upload, preview, confirm, progress, result."""

from __future__ import annotations

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response

from api.access import Ours, PageOfficer
from api.forms import FORM_BYTES
from api.gated_route import GatedRoute
from api.pages.frame import form_of, page
from api.pages.given_back import Back, Returned, back_to, give_back
from domain.local_time import day_of
from gateways.evidence import DamagedEvidence, NoSuchEvidence
from gateways.problem_list.refusals import Hidden
from office.caller import Caller
from office.exports.workbooks import XLSX
from office.once import usable_key
from office.ports import Services
from office.refused import Refused
from office.registering.existing_lists import LAST_LISTS, read_existing
from office.registering.existing_lists import rehearse as rehearse_existing
from office.registering.list_imports import (
    LIST_BYTES,
    annotated,
    begin_batch,
    checked,
    read_workbook,
    rehearse,
    report_of,
    without_contact,
)
from office.registering.row_results import ImportResult
from store import proposals
from store.lives import batches
from store.proposals import ProposalState
from store.tables import BatchRow, ExistingListRow

router = APIRouter(include_in_schema=False, route_class=GatedRoute)


@router.get("/import")
async def ask(services: Ours, caller: PageOfficer, back: Back) -> Response:
    """Ask for a list; show the last ones."""
    return await ask_page(services, caller, back)


async def ask_page(services: Services, caller: Caller, back: Returned) -> Response:
    """Give the page that asks for a list, with what was refused before."""
    async with services.db.reading() as session:
        recent = await batches.recent(session)
        proposed = await proposals.recent(session, ExistingListRow, LAST_LISTS)
    return page(
        services,
        caller,
        "import.html",
        back.status,
        recent=recent,
        proposed=[(row, ProposalState(row.state)) for row in proposed],
        refused=back.refused,
        has_samples=services.samples is not None,
    )


@router.post("/import", max_body_size=LIST_BYTES + FORM_BYTES)
async def preview(
    request: Request, services: Ours, caller: PageOfficer, file: Annotated[UploadFile, File()]
) -> Response:
    """Check an uploaded list and show what would become of each row; nothing is registered."""
    fields = await form_of(request, caller, LIST_BYTES + FORM_BYTES)
    content = await file.read()
    name = file.filename or "清单.xlsx"
    return await _preview(services, caller, content, name, existing="existing" in fields)


@router.post("/import/samples")
async def preview_samples(request: Request, services: Ours, caller: PageOfficer) -> Response:
    """Show the sample list, moved to today."""
    await form_of(request, caller)
    if services.samples is None:
        raise Refused("not_found")
    content = await asyncio.to_thread(services.samples, day_of(services.clock()))
    return await _preview(services, caller, content, "示例问题清单.xlsx")


async def _preview(
    services: Services,
    caller: Caller,
    content: bytes,
    name: str,
    hidden: Hidden = Hidden.ASK,
    *,
    existing: bool = False,
) -> Response:
    try:
        if not content:
            raise Refused("list_missing")
        result = await _rehearsed(services, caller, content, hidden, existing=existing)
    except Refused as refused:
        return await give_back(services, caller, "/import", refused)
    sealed = await asyncio.to_thread(services.evidence.put, content)
    values = {
        "result": result,
        "without_contact": await without_contact(services, result),
        "file_name": name[:100],
        "sha256": sealed.sha256,
        "hidden": hidden.value,
        "existing": existing,
    }
    return page(services, caller, "import_preview.html", **values)


async def _rehearsed(
    services: Services, caller: Caller, content: bytes, hidden: Hidden, *, existing: bool
) -> ImportResult:
    if existing:
        read = await read_existing(services, content, caller.actor, hidden)
        return await rehearse_existing(services, read)
    return await rehearse(services, caller, await read_workbook(services, content, hidden))


@router.post("/import/hidden")
async def answer_hidden(request: Request, services: Ours, caller: PageOfficer) -> Response:
    """Show the list anew with its hidden rows taken in, or left out."""
    fields = await form_of(request, caller)
    content, name = await _kept(services, fields), fields.get("file_name", "")
    existing = "existing" in fields
    return await _preview(services, caller, content, name, _hidden_of(fields), existing=existing)


@router.post("/import/checked.xlsx")
async def checked_list(request: Request, services: Ours, caller: PageOfficer) -> Response:
    """Give the list back before anything is registered, with what would become of each row."""
    fields = await form_of(request, caller)
    content, hidden = await _kept(services, fields), _hidden_of(fields)
    result = await _rehearsed(services, caller, content, hidden, existing="existing" in fields)
    return _workbook("检查结果.xlsx", await checked(content, result))


def _workbook(name: str, content: bytes) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=XLSX, headers={"Content-Disposition": disposition})


def _hidden_of(fields: dict[str, str]) -> Hidden:
    said = fields.get("hidden", "")
    return Hidden(said) if said in set(Hidden) else Hidden.ASK


async def _kept(services: Services, fields: dict[str, str]) -> bytes:
    try:
        return await asyncio.to_thread(services.evidence.read, fields.get("sha256", ""))
    except (NoSuchEvidence, DamagedEvidence) as error:
        raise Refused("list_missing") from error


@router.post("/import/confirm")
async def confirm(request: Request, services: Ours, caller: PageOfficer) -> Response:
    """Begin what was previewed; the form's key makes a double click one import."""
    fields = await form_of(request, caller)
    content = await _kept(services, fields)
    key, name = usable_key(fields.get("key", "")), fields.get("file_name", "")
    row = await begin_batch(services, caller, key, name, content, _hidden_of(fields))
    return back_to(f"/import/{quote(row.id, safe='')}")


@router.get("/import/{batch_id:path}/annotated.xlsx")
async def annotated_list(services: Ours, _: PageOfficer, batch_id: str) -> Response:
    """Give the list back with what became of each row."""
    row = await _batch(services, batch_id)
    return _workbook("导入结果.xlsx", await annotated(services, row))


@router.get("/import/{batch_id:path}")
async def progress(services: Ours, caller: PageOfficer, batch_id: str) -> Response:
    """Show how far a list has come, then what became of it."""
    row = await _batch(services, batch_id)
    return page(services, caller, "import_progress.html", batch=row, report=report_of(row))


async def _batch(services: Services, batch_id: str) -> BatchRow:
    async with services.db.reading() as session:
        row = await batches.get(session, batch_id)
    if row is None:
        raise Refused("batch_not_found")
    return row
