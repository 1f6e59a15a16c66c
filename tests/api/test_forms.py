"""One guard for every posted form, one table of headers, one way to end early."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import Response
from starlette.requests import Request

from api.district.refusals import SAYINGS, refuse, told
from api.forms import demand_mark, demand_same_site, many_of, mark_of, read_form, texts_of, veiled
from api.headers import set_headers
from gateways.renderer import Renderer
from office.ports import Services
from office.refused import Refused

HOUSE = cast("Services", SimpleNamespace(base_url="https://bihuan.example", renderer=Renderer()))
OFFICERS, DISTRICT = "/contacts", "/f/problem"
URLENCODED = "application/x-www-form-urlencoded"


def posting(path: str, body: bytes = b"", **headers: str) -> Request:
    """Give a posted request."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    told_of = {"host": "bihuan.example", "content-length": str(len(body)), **named}
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "scheme": "https",
        "server": ("bihuan.example", 443),
        "query_string": b"",
        "headers": [(n.encode(), v.encode()) for n, v in told_of.items() if v],
    }

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body}

    return Request(scope, receive)


def code_of_post(path: str, **headers: str) -> str:
    """Say for what a post is refused; empty when it may go on."""
    try:
        demand_same_site(posting(path, b"", **headers), HOUSE)
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize("path", [OFFICERS, DISTRICT])
def test_another_site_posts_nothing_through_any_door(path: str) -> None:
    assert code_of_post(path) == ""
    assert code_of_post(path, sec_fetch_site="same-origin") == ""
    assert code_of_post(path, origin="https://bihuan.example") == ""
    assert code_of_post(path, origin="https://evil.example") == "cross_site"
    for site in ("cross-site", "same-site"):
        assert code_of_post(path, sec_fetch_site=site) == "cross_site"
        assert code_of_post(path, sec_fetch_site=site, origin="null") == "cross_site"


def test_a_hidden_origin_is_our_own_only_where_our_pages_hide_it() -> None:
    assert code_of_post(DISTRICT, origin="null") == ""
    assert code_of_post(OFFICERS, origin="null") == "cross_site"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"content_encoding": "gzip"}, "encoded_body"),
        ({"content_length": ""}, "length_required"),
        ({"content_length": "many"}, "length_required"),
        ({"content_length": "101"}, "too_large"),
    ],
)
async def test_a_form_is_read_only_when_its_length_is_told_and_small_enough(
    headers: Mapping[str, str], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        await read_form(posting(OFFICERS, b"a=b", **headers), limit=100)
    assert refused.value.code == code
    assert refused.value.detail


async def test_a_form_gives_its_texts_without_what_no_column_holds() -> None:
    body = b"name=%E7%A4%BA%00%E4%BE%8B&member=1&member=2"
    form = await read_form(posting(OFFICERS, body, content_type=URLENCODED))
    assert texts_of(form) == {"name": "示例", "member": "2"}
    assert many_of(form, "member") == ("1", "2")


def test_a_mark_belongs_to_one_session_and_one_door() -> None:
    mark = mark_of("form", "cookie")
    demand_mark(veiled(mark), mark)
    others = (mark_of("form", "another"), mark_of("csrf", "cookie"))
    for other in ("", "渝", "ab" * 16, mark, veiled(mark)[:-2], *map(veiled, others)):
        with pytest.raises(Refused) as refused:
            demand_mark(other, mark)
        assert refused.value.code == "form_expired"


def test_a_mark_is_written_otherwise_into_each_page() -> None:
    mark = mark_of("form", "cookie")
    assert veiled(mark) != veiled(mark)
    assert mark[:16] not in veiled(mark)


def headers_of(path: str, **own: str) -> Mapping[str, str]:
    """Give the headers of an answer that has set `own` itself."""
    response = Response(headers={name.replace("_", "-"): value for name, value in own.items()})
    set_headers(response, path, secure=True)
    return response.headers


def test_every_answer_has_its_headers_and_keeps_those_it_set_itself() -> None:
    for path in ("/", "/api/v1/problems", "/static/bihuan.css", "/f/problem"):
        headers = headers_of(path)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert ("cross-origin-opener-policy" in headers) is not path.startswith("/static/")
        assert ("cache-control" in headers) is not path.startswith("/static/")
    assert headers_of("/", cache_control="private")["cache-control"] == "private"


def test_no_address_of_a_districts_page_is_passed_on() -> None:
    assert headers_of("/f/token")["referrer-policy"] == "no-referrer"
    assert headers_of("/f/token")["x-robots-tag"] == "noindex, nofollow"
    assert headers_of("/contacts")["referrer-policy"] == "same-origin"


_ON_THE_PAGE: Mapping[str, Mapping[str, object]] = {
    "link_expired": {"token": ""},
    "link_revoked": {"reassigned": True},
    "busy": {"kept": [], "address": "/f/problem"},
}


@pytest.mark.parametrize("code", [*SAYINGS, "encoded_body", "internal_error"])
def test_whatever_ends_a_districts_request_has_a_page_and_a_short_answer(code: str) -> None:
    values = _ON_THE_PAGE.get(code, {})
    refused = refuse(code, **values) if code in SAYINGS else Refused(code)
    page = told(HOUSE, posting(DISTRICT), refused)
    assert page.status_code >= 400
    assert "<h1>" in bytes(page.body).decode()
    short = told(HOUSE, posting(DISTRICT, accept="application/json"), refused)
    assert short.status_code == page.status_code
    assert code in bytes(short.body).decode()
