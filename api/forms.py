"""The guard of every posted form: whose page it came from, how large it is, what stands in it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.background import BackgroundTask
from starlette.datastructures import FormData, UploadFile

from api.headers import hides_origin
from office.ports import Services
from office.refused import Refused

FORM_BYTES = 1024 * 1024
_MOST_FIELDS, _MOST_FILES = 60, 11
_HALF = 16
"""How many bytes of a mark are shown, behind as many of a veil."""


def demand_same_site(request: Request, services: Services) -> None:
    """Refuse a change that another site asks for in the browser's name.

    Browsers say where a request comes from; one that says nothing is let through only with a
    header no foreign form can set, or with the form's own mark, which is checked where it is read.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    if origin == "null" and hides_origin(request.url.path):
        origin = None
    ours = origin is None or urlsplit(origin).netloc in _own_hosts(request, services)
    if site not in ("same-origin", "none") or not ours:
        raise Refused("cross_site")


def _own_hosts(request: Request, services: Services) -> tuple[str, str]:
    """Give the hosts a page of ours may come from; the request's own was checked already."""
    return urlsplit(services.base_url).netloc, request.headers.get("host", "")


async def read_form(
    request: Request, limit: int = FORM_BYTES, longest_field: int = FORM_BYTES
) -> FormData:
    """Read a posted form of at most `limit` bytes, which must be told beforehand."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refused("encoded_body")
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise Refused("length_required")
    if int(length) > limit:
        raise Refused("too_large")
    try:
        return await request.form(
            max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=longest_field
        )
    except (
        ValueError
    ) as error:  # names of parts are read by the library of mails, which trips over some
        raise Refused("body_unreadable") from error


def mark_of(purpose: str, cookie: str) -> str:
    """Give the mark of every form of a session; nobody without its cookie can know it."""
    return hashlib.sha256(f"{purpose}:{cookie}".encode()).hexdigest()


def veiled(mark: str) -> str:
    """Write a mark into a page, each time otherwise.

    Pages go out compressed: by their length, what stands the same in each of them could be guessed.
    """
    veil = secrets.token_bytes(_HALF)
    return (veil + _over(veil, mark)).hex()


def demand_mark(shown: str, mark: str) -> None:
    """Refuse a form that was not made for this session."""
    try:
        told = bytes.fromhex(shown)
    except ValueError:
        told = b""
    if not hmac.compare_digest(told[_HALF:], _over(told[:_HALF], mark)):
        raise Refused("form_expired")


def _over(veil: bytes, mark: str) -> bytes:
    """Lay a veil over the first half of a mark, or take it off."""
    return bytes(a ^ b for a, b in zip(veil.ljust(_HALF), bytes.fromhex(mark), strict=False))


def texts_of(form: FormData) -> dict[str, str]:
    """Give what was typed or chosen, the last under each name; no column can hold a NUL."""
    return {name: text.replace("\0", "") for name, text in form.items() if isinstance(text, str)}


def many_of(form: FormData, name: str) -> tuple[str, ...]:
    """Give every text under one name."""
    return tuple(text for text in form.getlist(name) if isinstance(text, str))


def files_of(form: FormData, name: str) -> list[UploadFile]:
    """Give the files chosen under one name; an empty file field sends one without a name."""
    return [part for part in form.getlist(name) if isinstance(part, UploadFile) and part.filename]


def see_other(address: str, after: BackgroundTask | None = None) -> RedirectResponse:
    """Answer a form by leading on with GET, so that loading the page again posts nothing."""
    return RedirectResponse(address, 303, background=after)
