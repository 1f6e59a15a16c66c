"""What the OpenAPI says beyond the signatures of the routes: keys, errors, answers, in one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from api.access import Gate
from api.errors import STATUS
from api.field_labels import field_label
from api.rest.answers import PROBLEM_JSON
from office.exports.workbooks import XLSX

NAMES = {
    "problem_no": "问题编号",
    "key": "提交时使用的 Idempotency-Key",
    "batch_id": "导入编号，即提交时的 Idempotency-Key",
    "district": "区县代码",
}
"""What the names in addresses stand for; another is called as it is."""

OUTCOME = {
    "problem_no": "CQ2024-0001",
    "seq": 6,
    "stage": "awaiting_feedback",
    "level": 0,
    "events": ["reminder:issued"],
}
CREATED = {
    "problem_no": "CQ2024-0001",
    "stage": "awaiting_feedback",
    "route": "general",
    "district": "500103",
    "due_on": "2024-07-09",
    "due_at": "2024-07-09T16:00:00+00:00",
    "provisional": False,
    "possible_duplicates": [],
    "warnings": [],
}
TRIED = {**CREATED, "problem_no": "", "dry_run": True}
PENDING = {"key": "6f9d1c52", "state": "open", "detail": "已收到，正在确认办理结果，请稍后查询。"}

_SUCCESS = {"200": "成功", "201": "已建立", "202": "已收到", "204": "已办理，无内容"}
_KEPT = ("200", "201", "202", "400", "409", "422")
_REFUSAL = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "稳定的代码，供程序判断"},
        "detail": {"type": "string", "description": "原因和办法，供人阅读"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {n: {"type": "string"} for n in ("field", "code", "message")},
            },
        },
    },
}


def describe(app: FastAPI) -> None:
    """Have the app's OpenAPI say everything, once it is asked for."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # the framework's own way to extend it


def _described(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
    gated = {
        (method.lower(), str(route.path_format))
        for route in iter_route_contexts(app.routes)
        if hasattr(route, "dependant") and gate_of(route.dependant) is not None
        for method in route.methods or ()
    }
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            _describe(path, method, operation, gated=(method, path) in gated)
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {})["Refusal"] = _REFUSAL
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    parts["responses"] = {f"Refused{status}": _refused(status) for status in _statuses()}
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "个人令牌"}
    }
    return schema


def gate_of(dependant: Dependant) -> Gate | None:
    """Find the gate in a route's signature."""
    if isinstance(dependant.call, Gate):
        return dependant.call
    return next(filter(None, map(gate_of, dependant.dependencies)), None)


def _describe(path: str, method: str, operation: dict[str, Any], *, gated: bool) -> None:
    operation["summary"] = operation["description"].split("。")[0].split("；")[0]
    if gated:
        operation["security"] = [{"token": []}]
    for parameter in operation.get("parameters", ()):
        _name(parameter)
    answers = operation["responses"]
    answers.pop("422", None)
    for status in set(_extra_answers(path, method, operation)) - set(answers):
        answers[status] = {}
    for status, answer in answers.items():
        answer["description"] = _SUCCESS.get(status, "")
        if status != "204":
            answer["content"] = _content(path, operation, status)
    for status in _refusals(path, operation, gated=gated):
        answers[status] = {"$ref": f"#/components/responses/Refused{status}"}


def _name(parameter: dict[str, Any]) -> None:
    name = parameter["name"]
    parameter.setdefault("description", NAMES.get(name, field_label(name)))
    if name == "idempotency-key":
        parameter["required"] = True


def _has_key(operation: Mapping[str, Any]) -> bool:
    return any(p["name"] == "idempotency-key" for p in operation.get("parameters", ()))


def _extra_answers(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    if path.endswith("/operations/{key}"):
        yield from ("200", "201", "202")
    elif method == "post" and "/problems" in path and _has_key(operation):
        yield "202"  # nobody can say yet what became of it
        if any(one["name"] == "dry_run" for one in operation["parameters"]):
            yield "200"
    elif "/batches" in path and method == "post":
        yield "200"  # a dry run
    elif path == "/health/ready":
        yield "503"


def _refusals(path: str, operation: Mapping[str, Any], *, gated: bool) -> set[str]:
    found = {"401", "403", "503"} if gated else set()
    names = {(p["in"], p["name"]) for p in operation.get("parameters", ())}
    if gated or names or "requestBody" in operation:
        found.add("422")  # every route refuses a name that it does not know
    if any(place == "path" for place, _ in names):
        found.add("404")
    if "requestBody" in operation:
        found |= {"400", "404", "409", "413"}  # a body, too, may name what is not there
    if _has_key(operation):
        found |= {"400", "409"}
    if path == "/metrics":
        found.add("404")  # under the public name
    if ("query", "cursor") in names:
        found.add("400")
    if path.endswith("/operations/{key}"):
        found |= set(_KEPT) - set(_SUCCESS)
    return found


def _content(path: str, operation: Mapping[str, Any], status: str) -> dict[str, Any]:
    if path.endswith(".xlsx"):
        return {XLSX: {"schema": {"type": "string", "format": "binary"}}}
    if path == "/metrics":
        return {"text/plain": {"schema": {"type": "string"}}}
    content: dict[str, Any] = {"schema": {"type": "object"}}
    if "/problems" in path and _has_key(operation) and not path.endswith("/evidence"):
        looked_at = TRIED if "201" in operation["responses"] else OUTCOME
        examples = {"200": looked_at, "201": CREATED, "202": PENDING}
        content["example"] = examples[status]
    return {"application/json": content}


def _statuses() -> list[str]:
    return [str(status) for status in sorted(set(STATUS.values()))]


def _refused(status: str) -> dict[str, Any]:
    codes = "、".join(sorted(code for code, of in STATUS.items() if str(of) == status))
    content = {"schema": {"$ref": "#/components/schemas/Refusal"}}
    return {"description": f"未予办理：{codes}", "content": {PROBLEM_JSON: content}}
