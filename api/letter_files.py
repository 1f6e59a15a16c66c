"""An attachment of a mail people wrote, handed out as it came."""

from __future__ import annotations

import asyncio

from fastapi.responses import Response

from api.downloads import attachment
from gateways.evidence import DamagedEvidence, NoSuchEvidence
from office.ports import Services
from office.refused import Refused, allowed
from store.mail import letters


async def handed_out(services: Services, letter_id: str, sha256: str) -> Response:
    """Give it to be saved, and never opened in the browser; raises Refused."""
    async with services.db.reading() as session:
        row = await allowed(letters.get(session, letter_id))
    file = next((one for one in letters.files_of(row) if one.sha256 == sha256), None)
    if file is None:
        raise Refused("file_not_found")
    try:
        content = await asyncio.to_thread(services.evidence.read, sha256)
    except (NoSuchEvidence, DamagedEvidence) as error:
        raise Refused("file_not_found") from error
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": attachment(file.name),
    }
    return Response(content, media_type=file.media_type, headers=headers)
