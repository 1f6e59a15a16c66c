"""Everything at every door: no answer of ours is a fault, none is undocumented, looking changes
nothing."""

from __future__ import annotations

import asyncio
import json
import os
import re
from typing import Any

import httpx2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.access import SAFE_METHODS
from domain.roles import Role
from tests.api.rest.test_bad_input import problem_of
from tests.worlds.office import API, PEOPLE, Office, documented, operations

EXAMPLES = int(os.environ.get("FUZZ", "40"))
AT_EACH_DOOR = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

TEXTS = st.one_of(
    st.sampled_from(
        ["", "500103", "渝中区", "2024-06-24", "2024-06-31", "register-1", "0" * 64, "CQ2024-0001"]
    ),
    st.text(max_size=30),
    st.text(alphabet="\x00\u200b\u202e'\"%_/\\.<>{}\n", max_size=10),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def fitting(schema: dict[str, Any], parts: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Give values that a schema of the OpenAPI allows, and now and then one that it does not."""
    return st.one_of(_fitting(schema, parts), _fitting(schema, parts), ANYTHING)


def _fitting(schema: dict[str, Any], parts: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return _fitting(parts[schema["$ref"].rpartition("/")[2]], parts)
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return st.one_of(*(fitting(one, parts) for one in schema["anyOf"]))
    kinds = {
        "integer": st.integers(schema.get("minimum", -2), schema.get("maximum", 2**70)),
        "number": st.floats(),
        "boolean": st.booleans(),
        "null": st.none(),
        "string": st.dates().map(str) if schema.get("format") == "date" else TEXTS,
    }
    if schema.get("type") == "array":
        return st.lists(fitting(schema.get("items", {}), parts), max_size=3)
    if schema.get("type") == "object":
        return _objects(schema, parts)
    return kinds.get(schema.get("type", ""), ANYTHING)


def _objects(schema: dict[str, Any], parts: dict[str, Any]) -> st.SearchStrategy[Any]:
    named = {name: fitting(one, parts) for name, one in schema.get("properties", {}).items()}
    needed = {name: named[name] for name in schema.get("required", ())}
    rest = {name: one for name, one in named.items() if name not in needed}
    others = st.just({}) if named else st.dictionaries(TEXTS, TEXTS, max_size=3)
    return st.builds(
        lambda one, other: {**other, **one}, st.fixed_dictionaries(needed, optional=rest), others
    )


def names_in(path: str, draw: Any) -> str:
    """Fill the names of an address, with what is there or with anything."""

    def one(name: re.Match[str]) -> str:
        there = {"problem_no": "CQ2024-0001", "district": "500103", "key": "register-1"}
        text = draw(st.sampled_from([there.get(name[1], "none")]) | TEXTS)
        text = text.replace("/", "")  # with one it would be another address
        return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass")) or "-"

    return re.sub(r"\{(\w+)\}", one, path)


def asked(operation: dict[str, Any], parts: dict[str, Any], draw: Any) -> dict[str, Any]:
    """Draw query, headers and body of a call."""
    query, headers = {}, {}
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query" and draw(st.booleans()):
            value = draw(fitting(parameter["schema"], parts))
            query[parameter["name"]] = value if isinstance(value, str) else json.dumps(value)
        if parameter["in"] == "header" and draw(st.integers(0, 9)):
            headers[parameter["name"]] = draw(st.uuids().map(str) | st.sampled_from(["k1", "k2"]))
    body = operation.get("requestBody", {}).get("content", {})
    call: dict[str, Any] = {"params": query, "headers": headers}
    if "application/json" in body:
        content = draw(fitting(body["application/json"]["schema"], parts))
        call["content"] = json.dumps(content)
        headers["content-type"] = "application/json"
    elif "multipart/form-data" in body:
        call["files"] = {draw(st.sampled_from(["file", "x"])): (draw(TEXTS), draw(st.binary()))}
        call["data"] = {"dry_run": draw(TEXTS)}
    return call


async def test_rest_answers_everything_as_documented(shared: Office) -> None:
    described = documented(shared.app)
    parts = shared.app.openapi()["components"]["schemas"]

    for (method, path), operation in described.items():
        await _throw_at(shared, method, path, operation, parts)


async def _throw_at(
    office: Office, method: str, path: str, operation: dict[str, Any], parts: dict[str, Any]
) -> None:
    calls: list[tuple[str, dict[str, Any], Role | None]] = []

    @AT_EACH_DOOR
    @given(st.data())
    def drawn(data: st.DataObject) -> None:
        role = data.draw(st.sampled_from([Role.OFFICER, Role.SUPERVISOR, *PEOPLE, None]))
        calls.append((names_in(path, data.draw), asked(operation, parts, data.draw), role))

    drawn()
    before = await office.digest() if method in SAFE_METHODS else ""
    for address, call, role in calls:
        headers = dict(call.pop("headers"))
        if role is not None:
            headers["authorization"] = f"Bearer {office.tokens[role]}"
        async with office.browser() as browser:
            answer = await browser.request(method, address, headers=headers, **call)
        await asyncio.gather(*office.services.imports.tasks.values())
        told = (method, address, call, answer.status_code, answer.text[:300])
        assert answer.status_code < 500, told
        assert str(answer.status_code) in operation["responses"], told
        if answer.status_code >= 400:
            problem_of(answer)
    if method in SAFE_METHODS:
        assert await office.digest() == before, calls


NAMES = (
    "key problem_no district enterprise description transfer_on receipt_id verdict reason on "
    "result findings decision content_hash served_on means number login name role password "
    "account active label token sha256 file_name next text state action csrf kind home_district "
    "member group act inspector seed"
)
FIELDS = st.dictionaries(st.sampled_from(NAMES.split(" ")), TEXTS, max_size=8)


async def test_pages_and_forms_survive_everything(shared: Office) -> None:
    district = await shared.district_browser("CQ2024-0001")
    seated = {role: shared.seated(role) for role in PEOPLE}
    for method, path in operations(shared.app):
        if path.startswith((API, "/health", "/metrics")) or path == "/logout":
            continue
        browser = district if path.startswith("/f/") else None
        await _throw_forms(shared, method, path, browser, seated)


async def _throw_forms(
    office: Office,
    method: str,
    path: str,
    district: httpx2.AsyncClient | None,
    seated: dict[Role, httpx2.AsyncClient],
) -> None:
    calls: list[tuple[str, dict[str, str], dict[str, str], Role]] = []
    few = settings(AT_EACH_DOOR, max_examples=3 if path == "/login" else EXAMPLES)

    @few
    @given(st.data())
    def drawn(data: st.DataObject) -> None:
        fields, query = data.draw(FIELDS), data.draw(FIELDS)
        calls.append((names_in(path, data.draw), fields, query, data.draw(st.sampled_from(PEOPLE))))

    drawn()
    before = await office.digest() if method in SAFE_METHODS else ""
    for address, fields, query, role in calls:
        browser = district or seated[role]
        sent: dict[str, Any] = (
            {} if method in SAFE_METHODS else {"data": {**fields, "mark": office.mark(role)}}
        )
        answer = await browser.request(method, address, params=query, **sent)
        told = (method, address, query, fields, answer.status_code, answer.text[:200])
        assert answer.status_code < 500, told
    if method in SAFE_METHODS:
        assert await office.digest() == before, calls
