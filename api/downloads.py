"""Files handed out for saving, under a Chinese name."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import BinaryIO
from urllib.parse import quote

from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import iterate_in_threadpool

from office.exports.workbooks import XLSX

ZIP = "application/zip"
CSV = "text/csv; charset=utf-8"
PIECE = 256 * 1024


def attachment(name: str) -> str:
    """Give the header that names a file to be saved."""
    return f"attachment; filename*=UTF-8''{quote(name)}"


def download(content: bytes, name: str, media_type: str = XLSX) -> Response:
    """Hand a workbook, or what `media_type` says, out for saving."""
    return Response(
        content, media_type=media_type, headers={"Content-Disposition": attachment(name)}
    )


def sent(file: BinaryIO, name: str, media_type: str = XLSX) -> Response:
    """Hand a written file out for saving, piece by piece; it is closed at the end."""
    headers = {
        "Content-Disposition": attachment(name),
        "Content-Length": str(os.fstat(file.fileno()).st_size),
    }
    return StreamingResponse(_pieces(file), media_type=media_type, headers=headers)


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        async for piece in iterate_in_threadpool(iter(lambda: file.read(PIECE), b"")):
            yield piece
