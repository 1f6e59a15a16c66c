"""Answers go out compressed where that makes them smaller; a file is passed on piece by piece."""

from __future__ import annotations

from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp

from office.exports.workbooks import XLSX

_WORTH_IT = 700
_LEVEL = 5
"""Of a page hardly larger than at the highest, in a third of the time."""

PACKED = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/octet-stream",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    XLSX,
)
"""What is packed already: it keeps its length, and nobody's time is spent on it."""


class Compressing(GZipMiddleware):
    """Compresses pages, styles, scripts and what programs read."""

    def __init__(self, app: ASGIApp) -> None:
        """Leave small answers and packed files as they are."""
        super().__init__(app, _WORTH_IT, _LEVEL, exclude_content_types=PACKED)
