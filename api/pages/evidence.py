"""A file that a district handed in or left behind, as an officer opens it."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import Ours, PageReader
from api.gated_route import GatedRoute
from domain.commands import EvidenceFile
from gateways.evidence import DamagedEvidence, NoSuchEvidence
from office.ports import Services
from office.refused import Refused
from store.district import drafts, inbox
from store.lives import problems

router = APIRouter(include_in_schema=False, route_class=GatedRoute)


@router.get("/problems/{problem_no}/files/{sha256}")
async def evidence(
    services: Ours, _: PageReader, problem_no: str, sha256: str, view: bool = False
) -> Response:
    """Give a file of a district's, to look at (re-encoded) or as it was handed in or left behind."""
    files = await _files(services, problem_no)
    file = next((one for one in files if one.sha256 == sha256), None)
    if file is None:
        raise Refused("file_not_found")
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'"}
    try:
        seen = await asyncio.to_thread(services.evidence.view, sha256) if view else None
        if seen is not None:
            return Response(seen, media_type="image/jpeg", headers=headers)
        content = await asyncio.to_thread(services.evidence.read, sha256)
    except (NoSuchEvidence, DamagedEvidence) as error:
        raise Refused("file_not_found") from error
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return Response(content, media_type=file.media_type, headers=headers)


async def _files(services: Services, problem_no: str) -> list[EvidenceFile]:
    """Give the files of a problem: handed in, on the way, and left behind in drafts."""
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
        rows = await inbox.of_problem(session, problem_no)
        abandoned = await drafts.left_behind(session, problem) if problem is not None else ()
    taken = [file for one in (problem.submissions if problem else ()) for file in one.answer.files]
    left = [file for _, draft in abandoned for file in draft.files]
    return [*taken, *inbox.files_of(rows), *left]
