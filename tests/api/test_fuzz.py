"""Everything at every door: no answer of ours is a fault, none is undocumented, looking changes
nothing."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.access import SAFE_METHODS
from domain.roles import Role
from tests.api.rest.test_bad_input import problem_of
from tests.worlds.office import API, PEOPLE, Office, documented, operations

EXAMPLES = int(os.environ.get("FUZZ", "24"))
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


KEYS = st.uuids().map(str) | st.sampled_from(["k1", "k2"])
THERE = {"problem_no": "CQ2024-0001", "district": "500103", "key": "register-1"}


def addresses(path: str) -> st.SearchStrategy[str]:
    """Fill the names of an address, with what is there or with anything."""
    parts = re.split(r"\{(\w+)\}", path)
    texts, names = parts[::2], parts[1::2]
    filled = (
        (st.sampled_from([THERE.get(name, "none")]) | TEXTS).map(_in_an_address) for name in names
    )
    return st.tuples(*filled).map(
        lambda given: "".join(one for pair in zip(texts, (*given, ""), strict=True) for one in pair)
    )


def _in_an_address(text: str) -> str:
    text = text.replace("/", "")  # with one it would be another address
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass")) or "-"


def asked(operation: dict[str, Any], parts: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Give queries, headers and bodies of a call; built once, for building takes longer than drawing."""
    query = {
        one["name"]: fitting(one["schema"], parts).map(_in_a_query)
        for one in operation.get("parameters", ())
        if one["in"] == "query"
    }
    seldom_none = st.tuples(st.integers(0, 9), KEYS).map(lambda one: one[1] if one[0] else None)
    headers = {
        one["name"]: seldom_none for one in operation.get("parameters", ()) if one["in"] == "header"
    }
    return st.fixed_dictionaries(
        {
            "params": st.fixed_dictionaries({}, optional=query),
            "headers": st.fixed_dictionaries(headers).map(
                lambda given: {name: key for name, key in given.items() if key is not None}
            ),
            "body": _bodies(operation, parts),
        }
    )


def _in_a_query(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _bodies(operation: dict[str, Any], parts: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    body = operation.get("requestBody", {}).get("content", {})
    if "application/json" in body:
        content = fitting(body["application/json"]["schema"], parts).map(json.dumps)
        return st.fixed_dictionaries({"content": content})
    if "multipart/form-data" in body:
        files = st.dictionaries(
            st.sampled_from(["file", "x"]), st.tuples(TEXTS, st.binary()), min_size=1, max_size=1
        )
        return st.fixed_dictionaries(
            {"files": files, "data": st.fixed_dictionaries({"dry_run": TEXTS})}
        )
    return st.just({})


async def test_rest_answers_everything_as_documented(shared: Office) -> None:
    described = documented(shared.app)
    parts = shared.app.openapi()["components"]["schemas"]
    async for method, path in looking_last(shared, described):
        await _throw_at(shared, method, path, described[method, path], parts)


async def looking_last(
    office: Office, described: Iterable[tuple[str, str]]
) -> AsyncIterator[tuple[str, str]]:
    """Give what changes something first, then what only looks: none of it may have changed anything."""
    ordered = sorted(described, key=lambda one: one[0] in SAFE_METHODS)
    before = ""
    for method, path in ordered:
        looks = method in SAFE_METHODS
        before = before or (await office.digest() if looks else "")
        yield method, path
        if looks:
            assert await office.digest() == before, (method, path)


async def _throw_at(
    office: Office, method: str, path: str, operation: dict[str, Any], parts: dict[str, Any]
) -> None:
    calls: list[tuple[str, dict[str, Any], Role | None]] = []
    roles = st.sampled_from([Role.OFFICER, Role.SUPERVISOR, *PEOPLE, None])

    @AT_EACH_DOOR
    @given(st.tuples(addresses(path), asked(operation, parts), roles))
    def drawn(call: tuple[str, dict[str, Any], Role | None]) -> None:
        calls.append(call)

    drawn()
    for address, drawn_call, role in calls:
        headers = dict(drawn_call["headers"])
        call = {"params": drawn_call["params"], **drawn_call["body"]}
        if "content" in call:
            headers["content-type"] = "application/json"
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
    pages = [
        (method, path)
        for method, path in operations(shared.app)
        if not path.startswith((API, "/health", "/metrics")) and path != "/logout"
    ]
    async for method, path in looking_last(shared, pages):
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
    @given(st.tuples(addresses(path), FIELDS, FIELDS, st.sampled_from(PEOPLE)))
    def drawn(call: tuple[str, dict[str, str], dict[str, str], Role]) -> None:
        calls.append(call)

    drawn()
    for address, fields, query, role in calls:
        browser = district or seated[role]
        sent: dict[str, Any] = (
            {} if method in SAFE_METHODS else {"data": {**fields, "mark": office.mark(role)}}
        )
        answer = await browser.request(method, address, params=query, **sent)
        told = (method, address, query, fields, answer.status_code, answer.text[:200])
        assert answer.status_code < 500, told
