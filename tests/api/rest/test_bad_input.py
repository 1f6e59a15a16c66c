"""Whatever is thrown at REST is refused in one shape, with a stable code and a Chinese sentence."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from fastapi.routing import iter_route_contexts

from api.app import BODY_BYTES
from api.errors import STATUS
from api.rest.strict import StrictRequest, StrictRoute
from domain.roles import Role
from tests.worlds.house import BASE_URL, MONDAY
from tests.worlds.office import API, NEW, TRANSFER, Office, documented

JSON = {"content-type": "application/json"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def problem_of(answer: httpx2.Response) -> dict[str, Any]:
    """Read a refusal; it must have the shape that every refusal has."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    said: dict[str, Any] = answer.json()
    assert set(said) - {"errors"} == {"type", "title", "status", "code", "detail"}
    assert said["status"] == answer.status_code
    assert said["type"] == f"urn:bihuan:refusal:{said['code']}"
    assert said["code"] in STATUS
    assert CHINESE.search(said["detail"]), said
    for found in said.get("errors", []):
        assert set(found) == {"field", "code", "message"}
        assert CHINESE.search(found["message"]), found
    return said


async def post(office: Office, path: str, content: bytes, **headers: str) -> dict[str, Any]:
    """Post raw bytes as JSON, which must be refused, and change nothing."""
    before = await office.digest()
    answer = await office.ask(
        "POST", path, content=content, headers={"Idempotency-Key": "bad", **JSON, **headers}
    )
    assert 400 <= answer.status_code < 500, answer.text
    assert await office.digest() == before
    return problem_of(answer)


def text(**changes: object) -> bytes:
    """Give a registration with something changed, as JSON."""
    return json.dumps({**NEW, **changes}).encode()


UNREADABLE = {
    "nothing": b"",
    "no JSON": b"{",
    "trailing": text() + b"}",
    "a key twice": b'{"district": "500103", "district": "500104"}',
    "a key twice inside": b'{"district": "500103", "transfer": {"on": "2024-06-24", "on": "2024-06-25"}}',
    "NaN": b'{"district": NaN}',
    "infinity": b'{"district": -Infinity}',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a number without end": b'{"district": ' + b"9" * 10_000 + b"}",
    "latin": '{"district": "é"}'.encode("latin-1"),
    "half a character": text()[:-2] + "渝".encode()[:2] + b'"}',
    "UTF-16": NEW["enterprise"].encode("utf-16"),
}

WRONG = {
    "unknown field": (text(score=100), "score", "extra_forbidden"),
    "number for text": (text(enterprise=7), "enterprise", "string_type"),
    "null for text": (text(enterprise=None), "enterprise", "string_type"),
    "list for text": (text(enterprise=["a"]), "enterprise", "string_type"),
    "empty": (text(enterprise=""), "enterprise", "value_error"),
    "blank": (text(enterprise=" \u200b\u0000\n"), "enterprise", "value_error"),
    "too long": (text(enterprise="长" * 201), "enterprise", "string_too_long"),
    "no such day": (text(found_on="2024-02-30"), "found_on", "date_from_datetime_parsing"),
    "a day as number": (text(found_on=20240624), "found_on", "date_from_datetime_inexact"),
    "last century": (text(found_on="1924-06-24"), "found_on", "value_error"),
    "text for object": (text(transfer="2024-06-24"), "transfer", "model_attributes_type"),
    "wrong inside": (text(transfer={"on": "morgen"}), "transfer.on", "date_from_datetime_parsing"),
    "unknown inside": (text(transfer={**TRANSFER, "x": 1}), "transfer.x", "extra_forbidden"),
    "too many remarks": (text(remarks={str(n): "" for n in range(51)}), "remarks", "too_long"),
    "remark without name": (text(remarks={"": "x"}), "remarks..[key]", "value_error"),
    "missing": (b'{"district": "500103", "enterprise": "a"}', "description", "missing"),
    "a list": (b"[]", "", "model_attributes_type"),
    "a text": (b'"x"', "", "model_attributes_type"),
    "null": (b"null", "", "model_attributes_type"),
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
async def test_json_that_two_readers_could_read_differently_is_refused(
    office: Office, content: bytes
) -> None:
    said = await post(office, "/problems", content)
    assert said["code"] in ("invalid_request", "body_unreadable")
    assert said["errors"], said


@pytest.mark.parametrize(("content", "field", "code"), WRONG.values(), ids=WRONG)
async def test_what_is_wrong_with_a_field_is_said_at_the_field(
    office: Office, content: bytes, field: str, code: str
) -> None:
    said = await post(office, "/problems", content)
    assert said["code"] == "invalid_request"
    assert [(one["field"], one["code"]) for one in said["errors"]] == [(field, code)]


@pytest.mark.parametrize("path", ["/problems?text=", "/self-inspections?district="])
async def test_what_is_hidden_in_a_filter_is_not_counted(shared: Office, path: str) -> None:
    answer = await shared.ask("GET", f"{path}{'甲' * 200}\u200b\u3164")
    assert answer.status_code == 200, answer.text


MISPLACED = {
    "/problems?dryrun=true": "dryrun",
    "/problems?dry-run=true": "dry-run",
    "/problems?Dry_Run=true": "Dry_Run",
    "/problems?dry_run=true&dry_run=false": "dry_run",
    "/problems?dry_run=": "dry_run",
    "/problems/CQ2024-0001/reminders?dryRun=true": "dryRun",
    "/contacts?dry_run=true": "dry_run",
}


@pytest.mark.parametrize(("path", "name"), MISPLACED.items(), ids=MISPLACED)
async def test_what_an_address_asks_that_nobody_reads_is_refused_and_nothing_is_done(
    office: Office, path: str, name: str
) -> None:
    said = await post(office, path, text())
    assert [one["field"] for one in said["errors"]] == [name]


@pytest.mark.parametrize("path", ["/exports/ledger.xlsx?districts=500103", "/scores?years=2024"])
async def test_a_filter_that_nobody_reads_is_refused(shared: Office, path: str) -> None:
    said = problem_of(await shared.ask("GET", path))
    assert said["errors"][0]["code"] == "extra_forbidden"


@pytest.mark.parametrize("path", ["/batches", "/existing-lists", "/annex-answers"])
async def test_a_list_is_only_tried_where_its_form_says_so_in_the_right_words(
    office: Office, path: str
) -> None:
    await office.registered()
    list_ = (await office.ask("GET", "/exports/ledger.xlsx")).content
    before = await office.digest()
    day = {"received_on": MONDAY.isoformat()} if path == "/annex-answers" else {}
    for query, typed in (
        ("?dry_run=true", {}),
        ("", {"dryrun": "true"}),
        ("", {"dry_run": ""}),
        ("", {"dry_run": ["true", "false"]}),
    ):
        files = {"file": ("清单.xlsx", list_)}
        answer = await office.send("POST", path + query, files=files, data=day | typed)
        assert answer.status_code == 422, answer.text
        assert "dry" in problem_of(answer)["errors"][0]["field"]
    assert await office.digest() == before


PLACES = {
    "a value forgotten": ('{\n "区县": "渝中区",\n "企业": }'.encode(), "第3行第8列"),
    "a comma forgotten": (b'{"a": 1 "b": 2}', "第1行第9列"),
    "more behind": (b"{}\n{}", "第2行第1列"),
}


@pytest.mark.parametrize(("content", "place"), PLACES.values(), ids=PLACES)
async def test_where_json_breaks_is_said_in_chinese(
    shared: Office, content: bytes, place: str
) -> None:
    said = (await post(shared, "/problems", content))["errors"][0]["message"]
    assert place in said
    assert not re.search("[a-z]", said), said
    assert "JSON" in said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (UNREADABLE["a key twice"], "同一字段出现两次"),
        (UNREADABLE["NaN"], "不接受 NaN"),
        (UNREADABLE["deep"], "嵌套过深"),
        (UNREADABLE["UTF-16"], "编码不是 UTF-8"),
    ],
)
async def test_why_json_is_not_taken_is_said(shared: Office, content: bytes, why: str) -> None:
    assert why in (await post(shared, "/problems", content))["errors"][0]["message"]


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
async def test_a_body_may_say_that_it_is_utf_8(office: Office, charset: str) -> None:
    headers = {"Idempotency-Key": "u", "content-type": f"application/json; charset={charset}"}
    answer = await office.ask("POST", "/problems", content=text(), headers=headers)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("charset", ["gbk", "GB18030", "utf-16", "latin-1", "nothing", '""'])
async def test_a_body_that_says_another_charset_is_refused(shared: Office, charset: str) -> None:
    kind = f"application/json; charset={charset}"
    said = await post(shared, "/problems", text(), **{"content-type": kind})
    assert said["code"] == "body_unreadable"
    assert "UTF-8" in said["detail"]


async def test_a_number_told_again_is_cleaned(shared: Office) -> None:
    for path in ("/problems/甲\u202e乙\u200b", "/problems/甲\u202e乙\u200b/timeline"):
        said = problem_of(await shared.ask("GET", path))
        assert (said["code"], "“甲乙”" in said["detail"]) == ("problem_not_found", True)


async def test_a_bodys_size_and_kind_are_checked(office: Office) -> None:
    too_large = text(description="长" * BODY_BYTES)
    assert (await post(office, "/problems", too_large))["code"] == "too_large"

    async def in_parts() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b" " * (BODY_BYTES // 2)

    headers = {"Idempotency-Key": "bad", **JSON}
    answer = await office.ask("POST", "/problems", content=in_parts(), headers=headers)
    assert (answer.status_code, problem_of(answer)["code"]) == (413, "too_large")
    assert "nosniff" in answer.headers["x-content-type-options"]
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        said = await post(office, "/problems", text(), **{"content-type": kind})
        assert said["code"] == "invalid_request"
        assert "JSON" in said["errors"][0]["message"]


async def test_the_same_text_arrives_without_invisible_characters(office: Office) -> None:
    number = await office.registered(enterprise="重庆\u202e示例\u0000印务\u200b有限公司\u0007")
    kept = (await office.ask("GET", f"/problems/{number}")).json()
    assert kept["facts"]["enterprise"] == NEW["enterprise"]


HOSTILE = (
    "..",
    "%2e%2e",
    "..%2f..%2fetc%2fpasswd",
    "%2fetc%2fpasswd",
    "..%5c..%5cboot.ini",
    "%00",
    "CQ2024-0001%00.xlsx",
    "%0d%0aset-cookie:%20a=b",
    "%ff%fe",
    "'%20OR%201=1--",
    "%27%3B%20DROP%20TABLE%20problems%3B--",
    "{{7*7}}",
    "%F0%9F%90%89",
    "%ed%a0%80",
    "x" * 5_000,
)
NAMED = (
    "/problems/{}",
    "/problems/{}/timeline",
    "/operations/{}",
    "/batches/{}",
    "/batches/{}/annotated.xlsx",
    "/scores/{}",
)


@pytest.mark.parametrize("place", NAMED)
async def test_hostile_names_are_simply_not_there(shared: Office, place: str) -> None:
    for name in HOSTILE:
        answer = await shared.ask("GET", place.format(name))
        if answer.status_code == 200:  # ".." leads to the list itself, as in any address
            assert name in ("..", "%2e%2e")
            continue
        assert answer.status_code in (404, 405), (name, answer.text)
        problem_of(answer)


@pytest.mark.parametrize(
    "page", ["/problems/{}", "/import/{}", "/mailbox/{}", "/f/{}", "/f/receipt/{}"]
)
async def test_hostile_names_of_pages_show_a_page_and_no_script(shared: Office, page: str) -> None:
    for name in (*HOSTILE, "%3Cscript%3Ealert(1)%3C%2Fscript%3E"):
        answer = await shared.seated(Role.OFFICER).get(page.format(name))
        assert answer.status_code < 500
        assert "<script>alert" not in answer.text


def cursor(content: object) -> str:
    """Pack something as our cursors are packed."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize(
    "wrong",
    [
        "x",
        "'; DROP TABLE problems;--",
        "%00",
        "\u0000",
        "渝",
        "====",
        cursor([]),
        cursor({}),
        cursor(None),
        cursor([None, None]),
        cursor(["2024-06-24T00:00:00+00:00", 1]),
        cursor(["yesterday", "CQ2024-0001"]),
        cursor(["9999-12-31T23:59:59-23:59", "CQ2024-0001"]),
        cursor(["0001-01-01T00:00:00+23:59", "CQ2024-0001"]),
        cursor(["2024-06-24T00:00:00", "CQ2024-0001", "more"]),
        base64.urlsafe_b64encode(b"[" * 300).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
async def test_a_cursor_of_nobodys_is_refused(shared: Office, wrong: str) -> None:
    for filtered in ({}, {"overdue": "true"}):
        answer = await shared.ask("GET", "/problems", params={**filtered, "cursor": wrong})
        assert answer.status_code == 400, answer.text
        assert problem_of(answer)["code"] == "cursor_unusable"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("stage=open", "stage"),
        ("level=-1", "level"),
        ("level=x", "level"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=" + "9" * 5_000, "limit"),
        ("listed=perhaps", "listed"),
        ("due_before=2024-02-30", "due_before"),
        ("due_before=0001-01-01", "due_before"),
        ("due_before=9999-12-31", "due_before"),
        ("text=" + "x" * 201, "text"),
    ],
)
async def test_a_filter_that_cannot_be_is_named(shared: Office, query: str, field: str) -> None:
    answer = await shared.ask("GET", f"/problems?{query}")
    assert answer.status_code == 422, answer.text
    assert [one["field"] for one in problem_of(answer)["errors"]] == [field]


@pytest.mark.parametrize(
    "text",
    ["%25", "_", "%5c", "'", '"', "%27%20OR%201=1", "a%00", "[", "%F0%9F%90%89", "%ed%a0%80"],
)
async def test_searching_takes_every_character_as_itself(shared: Office, text: str) -> None:
    answer = await shared.ask("GET", f"/problems?text={text}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["problems"] == []


@pytest.mark.parametrize("key", ["", " ", "a b", "\u00e9", "x" * 256, "a\tb"])
async def test_an_unusable_key_is_refused(office: Office, key: str) -> None:
    headers = [
        (b"authorization", f"Bearer {next(iter(office.tokens.values()))}".encode()),
        (b"idempotency-key", key.encode()),
    ]
    async with office.browser() as browser:
        answer = await browser.post(f"{API}/problems", json=NEW, headers=headers)
    assert answer.status_code == 400
    assert problem_of(answer)["code"] in ("idempotency_key_missing", "idempotency_key_unusable")


async def test_an_uploaded_list_that_is_none_is_refused(office: Office) -> None:
    headers = {"Idempotency-Key": "list"}
    for content, code in ((b"", "list_missing"), (b"PK\x03\x04no list", "invalid_request")):
        files = {"file": ("清单.xlsx", content)}
        answer = await office.ask("POST", "/batches", headers=headers, files=files)
        assert answer.status_code == 422, answer.text
        assert problem_of(answer)["code"] == code
    without: tuple[tuple[str, dict[str, Any]], ...] = (
        ("other", {"files": {"other": ("x.xlsx", b"x")}}),
        ("file", {"data": {"file": "x"}}),
        ("file", {"json": {}}),
    )
    for named, rest in without:
        answer = await office.ask("POST", "/batches", headers=headers, **rest)
        assert answer.status_code == 422, answer.text
        assert [one["field"] for one in problem_of(answer)["errors"]] == [named]


@pytest.mark.parametrize("kind", ["calendar", "policy"])
@pytest.mark.parametrize("content", ["2024-06-31", "[" * 5_000, "a: b: c", "&a [*a]", "\x00", "7"])
async def test_a_proposed_rule_that_cannot_be_read_is_refused(
    office: Office, kind: str, content: str
) -> None:
    answer = await office.change("/rule-changes/preview", "k", {"kind": kind, "text": content})
    assert 400 <= answer.status_code < 500, answer.text
    problem_of(answer)


async def test_a_broken_form_is_refused(office: Office) -> None:
    kind = "multipart/form-data; boundary=x"
    for content in (b"", b"--x\r\n", b"--x\r\nContent-Disposition: nonsense\r\n\r\n\r\n--x--"):
        headers = {"Idempotency-Key": "form", "content-type": kind}
        answer = await office.ask("POST", "/batches", headers=headers, content=content)
        assert answer.status_code in (400, 422), answer.text
        problem_of(answer)


async def test_what_is_not_there_and_what_is_not_done_there(shared: Office) -> None:
    for path in ("/nothing", "/problems/a/b/c", "/"):
        answer = await shared.ask("GET", path)
        assert answer.status_code == 404
        assert problem_of(answer)["code"] == "not_found"
    answer = await shared.ask("DELETE", "/problems")
    assert answer.status_code == 405
    assert problem_of(answer)["code"] == "method_not_allowed"
    assert answer.headers["allow"]


async def test_a_page_too_large_or_of_another_host_is_refused_on_a_page(shared: Office) -> None:
    browser = shared.seated(Role.OFFICER)
    for path in ("/problems/new", "/f/enter"):
        content = b"x" * (120 * BODY_BYTES)
        answer = await browser.post(path, content=content)
        assert answer.status_code == 413
        assert "内容过大" in answer.text
        assert "text/html" in answer.headers["content-type"]
    foreign = {"host": "evil.example"}
    assert (await browser.get("/", headers=foreign)).status_code == 400
    answer = await shared.ask("GET", "/problems", headers=foreign)
    assert (answer.status_code, problem_of(answer)["code"]) == (400, "body_unreadable")


async def test_a_fault_of_our_own_says_so_and_nothing_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(office.db, "now", broken)
    transport = httpx2.ASGITransport(office.app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL) as browser:
        answer = await browser.get(f"{API}/scores", headers={"authorization": "Bearer x"})
    assert (answer.status_code, problem_of(answer)["code"]) == (500, "internal_error")
    assert "secret" not in answer.text


def test_every_route_with_a_json_body_reads_it_strictly(shared: Office) -> None:
    with_body = {
        (method, path)
        for (method, path), operation in documented(shared.app).items()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }
    strict = {
        (method, str(route.path))
        for route in iter_route_contexts(shared.app.routes)
        if isinstance(route.original_route, StrictRoute)
        for method in route.methods or ()
    }
    assert with_body
    assert with_body <= strict


async def test_a_strict_request_reads_what_is_plain() -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b'{"a": [1, {"b": null}], "c": "\\u6e1d"}'}

    request = StrictRequest({"type": "http", "headers": []}, receive)
    assert await request.json() == {"a": [1, {"b": None}], "c": "渝"}
