"""A file in parts, for networks that break off: what has come is asked for, only the rest is sent."""

from __future__ import annotations

import asyncio
import re
from dataclasses import asdict, dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData

from api.district.files import STATUS, form_name, keep_file
from api.district.frame import Side
from api.district.refusals import refuse
from api.district.sessions import ProblemVisit, posted, visit_to_papers
from api.forms import files_of, texts_of
from gateways.uploads import UploadRefused
from store.district import upload_days, upload_parts
from store.district.upload_parts import MOST_PARTS, PART_BYTES

_UPLOAD = re.compile(r"[0-9a-z-]{1,64}")
_NUMBER = re.compile(r"\d{1,3}")
_FORM_BYTES = PART_BYTES + 16 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it came: of which file, at which of how many places."""

    upload: str
    place: int
    of: int
    name: str
    content: bytes


def add_parts(router: APIRouter, side: Side) -> None:
    """Add asking what has come, and sending a part."""

    @router.get("/file-parts")
    async def there(request: Request, upload: str = "") -> Response:
        visit = await visit_to_papers(side, request)
        async with side.services.db.reading() as session:
            come = await upload_parts.there(session, visit.link.jti, upload)
        return JSONResponse({"there": list(come)})

    @router.post("/file-parts")
    async def send(request: Request) -> Response:
        visit, form = await posted(side, request, visit_to_papers, _FORM_BYTES)
        part = await _part(form)
        come = await _keep(side, visit, part)
        if any(place not in come for place in range(part.of)):
            return JSONResponse({"there": list(come)})
        return await _put_together(side, visit, form_name(form), part, come)


async def _part(form: FormData) -> Part:
    typed, files = texts_of(form), files_of(form, "part")
    place, of = typed.get("place", ""), typed.get("of", "")
    if not (_NUMBER.fullmatch(place) and _NUMBER.fullmatch(of) and len(files) == 1):
        raise refuse("one_file_expected")
    part = Part(
        upload=typed.get("upload", ""),
        place=int(place),
        of=int(of),
        name=typed.get("name", ""),
        content=await files[0].read(PART_BYTES + 1),
    )
    sound = _UPLOAD.fullmatch(part.upload) and part.place < part.of <= MOST_PARTS
    if not sound or not 0 < len(part.content) <= PART_BYTES:
        raise refuse("one_file_expected")
    return part


async def _keep(side: Side, visit: ProblemVisit, part: Part) -> dict[int, str]:
    """Seal a part within the link's share of the day and give what has come of its file."""
    jti, services = visit.link.jti, side.services
    if not await upload_days.take_in(services.db, jti, len(part.content)):
        raise refuse("uploads_of_the_day")
    sealed = await asyncio.to_thread(services.evidence.put, part.content)
    if not await upload_parts.keep(services.db, jti, part.upload, part.place, sealed.sha256):
        raise refuse("too_many_uploads")
    async with services.db.reading() as session:
        return await upload_parts.there(session, jti, part.upload)


async def _put_together(
    side: Side, visit: ProblemVisit, form: str, part: Part, come: dict[int, str]
) -> Response:
    """Put the file together and take it as any other; its parts are let go whatever becomes of it."""

    side.upload_count.demand(visit.link.jti, side.services.clock().timestamp())

    def whole() -> bytes:
        return b"".join(side.services.evidence.read(come[place]) for place in range(part.of))

    try:
        taken = await keep_file(side, visit, form, part.name, await asyncio.to_thread(whole))
    except UploadRefused as refused:
        status = STATUS.get(refused.code, 422)
        return JSONResponse({"code": refused.code, "message": str(refused)}, status)
    finally:
        await upload_parts.forget(side.services.db, visit.link.jti, part.upload)
    return JSONResponse(asdict(taken))
