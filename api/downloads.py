"""Files handed out for saving, under a Chinese name."""

from __future__ import annotations

from urllib.parse import quote

from fastapi.responses import Response

from office.exports.workbooks import XLSX

ZIP = "application/zip"


def attachment(name: str) -> str:
    """Give the header that names a file to be saved."""
    return f"attachment; filename*=UTF-8''{quote(name)}"


def download(content: bytes, name: str, media_type: str = XLSX) -> Response:
    """Hand a workbook, or what `media_type` says, out for saving."""
    return Response(
        content, media_type=media_type, headers={"Content-Disposition": attachment(name)}
    )
