"""Uploaded files of a form: taking them in, showing them to those who sent them, taking them out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import asdict

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData, UploadFile

from api.district.frame import Side
from api.district.refusals import refuse
from api.district.sessions import ProblemVisit, posted, visit_to_papers
from api.forms import files_of, texts_of
from domain.commands import EvidenceFile
from gateways.evidence import DamagedEvidence, NoSuchEvidence
from gateways.uploads import MAX_PDF_BYTES, UploadRefused, demand_room
from store.district import drafts, inbox, upload_days

ONE_FILE_BYTES = MAX_PDF_BYTES + 1_000_000

_FORM_NAME = re.compile(r"answer|extension|objection|appeal-[1-9]\d{0,5}")

STATUS = {
    "file_too_large": 413,
    "total_too_large": 413,
    "type_not_allowed": 415,
}
"""The statuses of refused uploads that are not 422."""


def add_files(router: APIRouter, side: Side) -> None:
    """Add the upload of the page's script, and looking at one's own files."""

    @router.post("/files")
    async def upload(request: Request) -> Response:
        visit, form = await posted(side, request, visit_to_papers, ONE_FILE_BYTES)
        chosen = files_of(form, "upload")
        if len(chosen) != 1:
            raise refuse("one_file_expected")
        try:
            taken = await take(side, visit, form_name(form), chosen[0])
        except UploadRefused as refused:
            status = STATUS.get(refused.code, 422)
            return JSONResponse({"code": refused.code, "message": str(refused)}, status)
        return JSONResponse(asdict(taken))

    @router.get("/files/{sha256}")
    async def look(request: Request, sha256: str) -> Response:
        visit = await visit_to_papers(side, request)
        known = await own_files(side, visit)
        found = next((file for file in known if file.sha256 == sha256), None)
        if found is None:
            raise refuse("file_unknown")
        return await asyncio.to_thread(_shown, side, found)


def form_name(form: FormData) -> str:
    """Give which of the link's forms a page belongs to; refuse what is none."""
    name = texts_of(form).get("form", "answer")
    if not _FORM_NAME.fullmatch(name):
        raise refuse("form_outdated")
    return name


async def take(side: Side, visit: ProblemVisit, form: str, chosen: UploadFile) -> EvidenceFile:
    """Take one file of a posted form within the link's share of the day; raises `UploadRefused`."""
    name, size = chosen.filename or "", chosen.size or 0
    side.upload_count.demand(visit.link.jti, side.services.clock().timestamp())
    async with side.services.db.reading() as session:
        draft = await drafts.find(session, visit.link.jti, form)
    demand_room(draft.files, name, size)
    if not await upload_days.take_in(side.services.db, visit.link.jti, size):
        raise refuse("uploads_of_the_day")
    return await keep_file(side, visit, form, name, await chosen.read(ONE_FILE_BYTES))


async def keep_file(
    side: Side, visit: ProblemVisit, form: str, name: str, content: bytes
) -> EvidenceFile:
    """Check one file, seal it, and put it to the form's draft; raises `UploadRefused`."""
    taken = await side.uploads.take(name, content)

    def with_it(files: drafts.Files) -> drafts.Files:
        if any(file.sha256 == taken.sha256 for file in files):
            return files
        demand_room(files, name, taken.size)
        return (*files, taken)

    await drafts.change_files(side.services.db, visit.link, form, with_it)
    return taken


async def remove(side: Side, visit: ProblemVisit, form: str, sha256: str) -> None:
    """Take a file out of a form's draft; the sealed bytes stay."""
    await drafts.change_files(
        side.services.db,
        visit.link,
        form,
        lambda files: tuple(file for file in files if file.sha256 != sha256),
    )


async def own_files(side: Side, visit: ProblemVisit) -> tuple[EvidenceFile, ...]:
    """Give the files this link may look at: of its drafts, and of what its district handed in.

    The drafts are read first: once one is gone, what it held has been handed in.
    """
    async with side.services.db.reading() as session:
        drafted = await drafts.files_of_link(session, visit.link.jti)
    async with side.services.db.reading() as session:
        rows = await inbox.of_problem(session, visit.link.problem_no)
    own = [row for row in rows if row.district == visit.link.district]
    return unique((*drafted, *inbox.files_of(own)))


def unique(files: Iterable[EvidenceFile]) -> tuple[EvidenceFile, ...]:
    """Give each content once, by the name it came under first."""
    first: dict[str, EvidenceFile] = {}
    for file in files:
        first.setdefault(file.sha256, file)
    return tuple(first.values())


def _shown(side: Side, file: EvidenceFile) -> Response:
    """Show the drawing of a picture; hand out a PDF only for saving."""
    drawing = side.services.evidence.view(file.sha256)
    if drawing is not None:
        return Response(drawing, media_type="image/jpeg")
    try:
        content = side.services.evidence.read(file.sha256)
    except (NoSuchEvidence, DamagedEvidence) as lost:
        raise refuse("file_lost") from lost
    headers = {
        "Content-Disposition": f"attachment; filename={file.sha256[:12]}.pdf",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, media_type=file.media_type, headers=headers)
