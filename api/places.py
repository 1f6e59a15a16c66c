"""Where somebody was when something else came first: signing in, or the code of the second factor."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Request

LONGEST_PLACE = 500
"""The longest address that is kept; of a longer one the page without what was chosen."""
_TOLD_ONCE = frozenset({"flash", "returned"})
"""What an address says of a form that led to it; shown again later it would be untrue."""


def own_path(address: str) -> str:
    """Keep only an address of ours: one slash, then no second and no backslash."""
    safe = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if safe else "/"


def place_of(request: Request) -> str:
    """Give the page somebody asked for, with what he had chosen on it; of a form the page it stood on."""
    asked = str(request.url) if request.method == "GET" else request.headers.get("referer", "")
    parts = urlsplit(asked)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    chosen = urlencode([(name, value) for name, value in pairs if name not in _TOLD_ONCE])
    whole = f"{parts.path}?{chosen}" if chosen else parts.path
    return own_path(whole if len(whole) <= LONGEST_PLACE else parts.path)


def before(step: str, place: str) -> str:
    """Give the address of a page that leads on to `place` afterwards."""
    return step if place == "/" else f"{step}?{urlencode({'next': place})}"
