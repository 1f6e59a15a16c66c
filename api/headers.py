"""The headers of every answer, by where it stands: one table."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Response

DISTRICT = "/f/"
_STATIC = "/static/"
_NO_REFERRER = "no-referrer"
_HSTS = "max-age=31536000; includeSubDomains"

_CSP = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

# The address of a page under /f/ may hold a token, so nothing may pass it on; the price is that
# browsers then send "Origin: null" with our own forms too. Addresses elsewhere are no secret, and
# with same-origin the origin of a form can be trusted.
_EVERYWHERE = {
    "Content-Security-Policy": _CSP,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_PAGES = {
    **_EVERYWHERE,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_OF_DISTRICT = {
    **_PAGES,
    "Referrer-Policy": _NO_REFERRER,
    "X-Robots-Tag": "noindex, nofollow",
}


def set_headers(response: Response, path: str, *, secure: bool) -> None:
    """Set what the answer to `path` has not said otherwise itself."""
    for name, value in _headers_of(path).items():
        response.headers.setdefault(name, value)
    if secure:
        response.headers.setdefault("Strict-Transport-Security", _HSTS)


def hides_origin(path: str) -> bool:
    """Whether browsers hide the origin of a form that a page beside `path` posts there."""
    return _headers_of(path)["Referrer-Policy"] == _NO_REFERRER


def _headers_of(path: str) -> Mapping[str, str]:
    if path.startswith(DISTRICT):
        return _OF_DISTRICT
    return _EVERYWHERE if path.startswith(_STATIC) else _PAGES
