"""Role by route: one line for each address the app answers, and what becomes of everybody else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from api.access import SAFE_METHODS, Gate
from api.app import INNER
from domain.roles import Role
from tests.worlds.house import BASE_URL
from tests.worlds.office import API, PEOPLE, Office, documented, operations

OFFICE = {Role.OFFICER, Role.SUPERVISOR}
READERS = OFFICE | {Role.AUDITOR}
STAFF = READERS | {Role.ADMINISTRATOR}
APPROVERS = {Role.SUPERVISOR}
ADMINISTRATORS = {Role.ADMINISTRATOR}
WATCHERS = {Role.AUDITOR, Role.ADMINISTRATOR}
OFFICE_AND_ADMINISTRATORS = OFFICE | ADMINISTRATORS
DISTRICTS = {Role.DISTRICT}
ANYBODY = STAFF | DISTRICTS | {None}

Who = frozenset[Role | None] | set[Role] | set[Role | None]

REST: Mapping[str, Who] = {
    "POST /problems": OFFICE,
    "GET /problems": READERS,
    "GET /problems/{problem_no}": READERS,
    "GET /problems/{problem_no}/timeline": READERS,
    "POST /problems/{problem_no}/transfer": OFFICE,
    "POST /problems/{problem_no}/reviews": OFFICE,
    "POST /problems/{problem_no}/revisits": OFFICE,
    "POST /problems/{problem_no}/closure": APPROVERS,
    "POST /problems/{problem_no}/service-records": OFFICE,
    "POST /problems/{problem_no}/register-numbers": OFFICE,
    "POST /problems/{problem_no}/reminders": OFFICE,
    "POST /problems/{problem_no}/extension-decisions": OFFICE,
    "POST /problems/{problem_no}/objection-decisions": OFFICE,
    "POST /problems/{problem_no}/reassignment": OFFICE,
    "POST /problems/{problem_no}/stated-facts": OFFICE,
    "POST /problems/{problem_no}/suspension": OFFICE,
    "POST /problems/{problem_no}/resumption": OFFICE,
    "POST /problems/{problem_no}/due-date": OFFICE,
    "POST /problems/{problem_no}/reversals": OFFICE,
    "POST /problems/{problem_no}/points-service-records": OFFICE,
    "POST /problems/{problem_no}/reopening": OFFICE,
    "POST /problems/{problem_no}/approvals": APPROVERS,
    "POST /problems/{problem_no}/merger": OFFICE,
    "POST /problems/{problem_no}/withdrawal": OFFICE,
    "POST /problems/{problem_no}/notice-reissues": OFFICE,
    "POST /problems/{problem_no}/typical-case": APPROVERS,
    "POST /problems/{problem_no}/six-batch": OFFICE,
    "POST /problems/{problem_no}/evidence": OFFICE,
    "POST /problems/{problem_no}/paper-answers": OFFICE,
    "POST /deductions/{deduction_id}/appeal-decisions": OFFICE,
    "GET /rule-changes": STAFF,
    "POST /rule-changes/preview": OFFICE_AND_ADMINISTRATORS,
    "POST /rule-changes": OFFICE_AND_ADMINISTRATORS,
    "GET /rule-changes/{change_id}": STAFF,
    "POST /rule-changes/{change_id}/decision": APPROVERS,
    "GET /operations/{key}": OFFICE,
    "POST /batches": OFFICE,
    "POST /batches/rows": OFFICE,
    "GET /batches/{batch_id}": OFFICE,
    "GET /batches/{batch_id}/annotated.xlsx": OFFICE,
    "POST /annex-answers": OFFICE,
    "GET /existing-lists": OFFICE,
    "POST /existing-lists": OFFICE,
    "GET /existing-lists/{list_id}": OFFICE,
    "POST /existing-lists/{list_id}/decision": APPROVERS,
    "GET /annex-answers/{sha256}/annotated.xlsx": OFFICE,
    "GET /supervisory-list": READERS,
    "GET /scores": READERS,
    "GET /scores/{district}": READERS,
    "GET /scores/bureau": READERS,
    "GET /scores/objections": READERS,
    "GET /late-returns": READERS,
    "POST /late-returns/{delivery_id}/settlement": OFFICE,
    "GET /letters": READERS,
    "GET /letters/{letter_id}": READERS,
    "GET /letters/{letter_id}/files/{sha256}": READERS,
    "POST /letters/{letter_id}/done": OFFICE,
    "GET /contacts": OFFICE_AND_ADMINISTRATORS,
    "POST /contacts": OFFICE_AND_ADMINISTRATORS,
    "DELETE /contacts/{contact_id}": OFFICE_AND_ADMINISTRATORS,
    "POST /contacts/{contact_id}/decision": APPROVERS,
    "GET /positive-list": READERS,
    "POST /positive-list": OFFICE,
    "POST /positive-list/workbook": OFFICE,
    "POST /positive-list/decisions": APPROVERS,
    "POST /positive-list/{listing_id}/removal": OFFICE,
    "GET /exports/positive-list.xlsx": READERS,
    "GET /six-batches": STAFF,
    "PUT /six-batches/{code}": ADMINISTRATORS,
    "GET /register-changes": OFFICE_AND_ADMINISTRATORS,
    "GET /security-log": WATCHERS,
    "GET /exports/security-log.csv": WATCHERS,
    "GET /exports/security-log.jsonl": WATCHERS,
    "POST /batch-acts": OFFICE,
    "POST /batch-acts/preview": OFFICE,
    "GET /exports/ledger.xlsx": READERS,
    "GET /exports/ledger.csv": READERS,
    "GET /exports/annex.xlsx": READERS,
    "GET /exports/annex.zip": READERS,
    "GET /exports/assessment.xlsx": READERS,
    "GET /exports/statistics.xlsx": READERS,
    "GET /exports/typical-cases.xlsx": READERS,
    "GET /self-inspections": READERS,
    "GET /exports/self-inspection.xlsx": READERS,
    "POST /publicity": OFFICE,
    "GET /publicity": READERS,
    "POST /publicity/{entry_id}/withdrawal": OFFICE,
    "GET /exports/publicity.xlsx": READERS,
    "POST /enterprise-visits": OFFICE,
    "GET /enterprise-visits": READERS,
    "POST /enterprise-visits/{entry_id}/withdrawal": OFFICE,
    "GET /exports/enterprise-visits.xlsx": READERS,
    "POST /self-inspection-links": OFFICE,
    "GET /self-inspection-links": READERS,
    "POST /self-inspection-links/{link_id}/revocation": OFFICE,
    "GET /draws": READERS,
    "POST /draws": OFFICE,
    "GET /draws/{draw_id}": READERS,
    "POST /draws/{draw_id}/result": OFFICE,
    "GET /exports/draws/{draw_id}.xlsx": READERS,
    "GET /inspectors": OFFICE_AND_ADMINISTRATORS,
    "POST /inspectors": ADMINISTRATORS,
    "DELETE /inspectors/{inspector_id}": ADMINISTRATORS,
    "GET /inspection-groups": OFFICE_AND_ADMINISTRATORS,
    "POST /inspection-groups": ADMINISTRATORS,
    "PUT /inspection-groups/{group_id}/members": ADMINISTRATORS,
    "DELETE /inspection-groups/{group_id}": ADMINISTRATORS,
    "GET /exports/inspection-groups.xlsx": OFFICE_AND_ADMINISTRATORS,
}

OPEN: Mapping[str, Who] = {
    "GET /api/v1/openapi.json": ANYBODY,
    "HEAD /api/v1/openapi.json": ANYBODY,
    "GET /health/live": ANYBODY,
    "GET /health/ready": ANYBODY,
    "GET /metrics": ANYBODY,
    "GET /login": ANYBODY,
    "POST /login": ANYBODY,
    # What the link opens is tried in test_choosing_passwords.py.
    "GET /password/{token}": ANYBODY,
    "POST /password/{token}": ANYBODY,
    # A link needs no account; what its token opens is tested beside the district's side.
    "GET /f/{token}": ANYBODY,
    "HEAD /f/{token}": ANYBODY,
    "POST /f/enter": ANYBODY,
    "POST /f/resend": ANYBODY,
}

DISTRICT_SIDE: Mapping[str, Who] = {
    "GET /f/problem": DISTRICTS,
    "POST /f/problem": DISTRICTS,
    "POST /f/draft": DISTRICTS,
    "POST /f/files": DISTRICTS,
    "GET /f/files/{sha256}": DISTRICTS,
    "GET /f/receipt/{receipt_id}": DISTRICTS,
    "GET /f/day": DISTRICTS,
    "GET /f/file-parts": DISTRICTS,
    "POST /f/file-parts": DISTRICTS,
    "POST /f/day": DISTRICTS,
    "POST /f/day/same": DISTRICTS,
    "GET /f/problem/self-inspection": DISTRICTS,
    "POST /f/problem/self-inspection": DISTRICTS,
    "GET /f/problem/extension": DISTRICTS,
    "POST /f/problem/extension": DISTRICTS,
    "GET /f/problem/objection": DISTRICTS,
    "POST /f/problem/objection": DISTRICTS,
    "GET /f/problem/appeals": DISTRICTS,
    "GET /f/problem/appeals/{seq}": DISTRICTS,
    "POST /f/problem/appeals/{seq}": DISTRICTS,
    "GET /f/day/self-inspection": DISTRICTS,
    "POST /f/day/self-inspection": DISTRICTS,
    "GET /f/own/self-inspection": DISTRICTS,
    "POST /f/own/self-inspection": DISTRICTS,
}

PAGES: Mapping[str, Who] = {
    "GET /positive-list": READERS,
    "POST /positive-list": OFFICE,
    "POST /positive-list/workbook": OFFICE,
    "POST /positive-list/decide": APPROVERS,
    "POST /positive-list/leave": OFFICE,
    "GET /six-batches": STAFF,
    "POST /six-batches": ADMINISTRATORS,
    "POST /logout": STAFF,
    "GET /": STAFF,
    "GET /next": OFFICE,
    "GET /together": OFFICE,
    "POST /together": OFFICE,
    "POST /late-returns/{delivery_id}/settlement": OFFICE,
    "GET /letters": READERS,
    "POST /letters/{letter_id}/done": OFFICE,
    "GET /letters/{letter_id}/files/{sha256}": READERS,
    "GET /problems": READERS,
    "GET /supervisory-list": READERS,
    "GET /statistics": READERS,
    "GET /scores": READERS,
    "GET /import": OFFICE,
    "POST /import": OFFICE,
    "POST /import/samples": OFFICE,
    "POST /import/checked.xlsx": OFFICE,
    "POST /import/confirm": OFFICE,
    "POST /import/hidden": OFFICE,
    "POST /import/answers": OFFICE,
    "POST /import/existing": OFFICE,
    "GET /import/existing/{list_id}": OFFICE,
    "POST /import/existing/{list_id}": APPROVERS,
    "GET /import/answers/{sha256}": OFFICE,
    "POST /import/answers/{sha256}": OFFICE,
    "GET /import/answers/{sha256}/annotated.xlsx": OFFICE,
    "GET /import/{batch_id}": OFFICE,
    "GET /import/{batch_id}/annotated.xlsx": OFFICE,
    "GET /problems/new": OFFICE,
    "POST /problems/new": OFFICE,
    "GET /problems/{problem_no}/mails/{delivery_id}": READERS,
    "GET /problems/{problem_no}/second-look": OFFICE,
    "GET /problems/{problem_no}": READERS,
    "POST /problems/{problem_no}/{what}": OFFICE,
    "POST /problems/{problem_no}/links/revocation": OFFICE,
    "POST /problems/{problem_no}/links/trial": OFFICE,
    "GET /problems/{problem_no}/files/{sha256}": READERS,
    "GET /problems/{problem_no}/official-letters/{kind}": OFFICE,
    "GET /security-log": WATCHERS,
    "GET /second-factor": STAFF,
    "POST /second-factor": STAFF,
    "GET /password": STAFF,
    "POST /password": STAFF,
    "GET /accounts": STAFF,
    "POST /accounts": ADMINISTRATORS,
    "POST /accounts/reset": ADMINISTRATORS,
    "POST /accounts/second-factor": ADMINISTRATORS,
    "POST /accounts/active": ADMINISTRATORS,
    "POST /accounts/reach": ADMINISTRATORS,
    "GET /confirm/{place}": STAFF,
    "POST /confirm/{place}": STAFF,
    "POST /accounts/sessions/end": STAFF,
    "POST /accounts/sessions/end-all": ADMINISTRATORS,
    "POST /accounts/tokens": STAFF,
    "POST /accounts/tokens/revoke": STAFF,
    "GET /inspection-groups": OFFICE_AND_ADMINISTRATORS,
    "POST /inspection-groups": ADMINISTRATORS,
    "POST /inspection-groups/members": ADMINISTRATORS,
    "POST /inspection-groups/people": ADMINISTRATORS,
    "POST /inspection-groups/people/strike": ADMINISTRATORS,
    "GET /draws": READERS,
    "POST /draws": OFFICE,
    "GET /draws/{draw_id}": READERS,
    "POST /draws/{draw_id}": OFFICE,
    "GET /self-inspections": READERS,
    "GET /publicity": READERS,
    "POST /publicity": OFFICE,
    "POST /publicity/list": OFFICE,
    "POST /publicity/{entry_id}/withdrawal": OFFICE,
    "GET /enterprise-visits": READERS,
    "POST /enterprise-visits": OFFICE,
    "POST /enterprise-visits/list": OFFICE,
    "POST /enterprise-visits/{entry_id}/withdrawal": OFFICE,
    "POST /self-inspections/links": OFFICE,
    "POST /self-inspections/links/{link_id}/revocation": OFFICE,
    "GET /rule-changes": STAFF,
    "POST /rule-changes": OFFICE_AND_ADMINISTRATORS,
    "GET /rule-changes/{change_id}": STAFF,
    "POST /rule-changes/{change_id}": APPROVERS,
    "GET /contacts": OFFICE_AND_ADMINISTRATORS,
    "POST /contacts": OFFICE_AND_ADMINISTRATORS,
    "POST /contacts/retire": OFFICE_AND_ADMINISTRATORS,
    "POST /contacts/decide": APPROVERS,
    "GET /mailbox": STAFF,
    "GET /mailbox/{mail_id}": STAFF,
    "GET /mailbox/{mail_id}/html": STAFF,
}

EVERYTHING = {
    **{
        f"{line.partition(' ')[0]} {API}{line.partition(' ')[2]}": who for line, who in REST.items()
    },
    **OPEN,
    **DISTRICT_SIDE,
    **PAGES,
}


def filled_in(path: str, problem_no: str) -> str:
    """Give an address in which every name stands for something that could be there."""
    names = {
        "problem_no": problem_no,
        "district": "500103",
        "what": "reminders",
        "place": "accounts",
    }
    return re.sub(r"\{(\w+)\}", lambda name: names.get(name[1], "none"), path)


async def browsers(office: Office, problem_no: str) -> dict[Role | None, httpx2.AsyncClient]:
    """Give everybody's browser; None is the stranger's."""
    known: dict[Role | None, httpx2.AsyncClient] = {role: office.seated(role) for role in PEOPLE}
    return known | {
        Role.DISTRICT: await office.district_browser(problem_no),
        None: office.browser(),
    }


def judged(path: str, answer: httpx2.Response) -> str:
    """Say which of the answers at the gate this is, or that it was passed."""
    to = answer.headers.get("location", "")
    if answer.status_code == 303 and to.startswith("/login?next=") and "returned=" not in to:
        return "to sign in"
    said = answer.headers.get("content-type", "")
    code = answer.json().get("code", "") if "problem+json" in said and answer.content else ""
    if (answer.status_code, code) == (401, "not_signed_in"):
        return "401"
    if (answer.status_code, code) == (403, "not_allowed"):
        return "403"
    if answer.status_code == 403 and "无权使用此功能" in answer.text:
        return "403"
    if answer.status_code == 403 and path.startswith("/f/") and "页面已超时" in answer.text:
        return "no session"
    assert answer.status_code not in (401, 403) or path == "/login", (path, answer.text)
    return "not under this name" if path in INNER and answer.status_code == 404 else "let in"


def expected(line: str, role: Role | None) -> str:
    """Say what somebody must meet at an address."""
    path = line.partition(" ")[2]
    if path in INNER:
        return "not under this name"
    if role in EVERYTHING[line]:
        return "let in"
    if line in DISTRICT_SIDE:
        return "no session"
    if role in PEOPLE:
        return "403"
    return "401" if path.startswith(API) else "to sign in"


def test_every_address_of_the_app_has_its_line(shared: Office) -> None:
    there = {f"{method} {path}" for method, path in operations(shared.app)}
    unsaid, gone = sorted(there - set(EVERYTHING)), sorted(set(EVERYTHING) - there)
    assert not unsaid, f"say above who may use {unsaid}"
    assert not gone, f"these are no more: {gone}"


@pytest.mark.parametrize("line", EVERYTHING)
async def test_everybody_meets_the_right_door(shared: Office, line: str) -> None:
    (row,) = (await shared.ask("GET", "/problems")).json()["problems"]
    method, _, path = line.partition(" ")
    met = {}
    for role, browser in (await browsers(shared, row["problem_no"])).items():
        data: dict[str, str] = {}
        if role in PEOPLE and method == "POST" and path not in ("/logout", "/accounts/tokens"):
            data = {"mark": shared.mark(Role(role))}
        answer = await browser.request(
            method, filled_in(path, row["problem_no"]), data=data or None
        )
        if "页面已过期" in answer.text:
            assert path in ("/logout", "/accounts/tokens")  # past the gate, stopped by the mark
            met[role] = "let in"
        elif "页面已失效" in answer.text:
            assert role is Role.DISTRICT  # past the gate, stopped by the form's own token
            met[role] = "let in"
        else:
            met[role] = judged(path, answer)
        await browser.aclose()
    assert met == {role: expected(line, role) for role in met}


BRINGING = [
    line
    for line in EVERYTHING
    if line.partition(" ")[0] not in SAFE_METHODS and None not in EVERYTHING[line]
]


@pytest.mark.parametrize("line", BRINGING)
async def test_nothing_is_read_of_what_a_stranger_brings(shared: Office, line: str) -> None:
    (row,) = (await shared.ask("GET", "/problems")).json()["problems"]
    method, _, path = line.partition(" ")
    said: list[Mapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        raise AssertionError("the body is read before anybody knows who brings it")

    async def send(message: Mapping[str, Any]) -> None:
        said.append(message)

    headers = {
        "host": urlsplit(BASE_URL).netloc,
        "cookie": "bihuan=x; bihuan-form=y",
        "content-length": "200000",
        "content-type": "multipart/form-data; boundary=x",
        "idempotency-key": "k",
    }
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": filled_in(path, row["problem_no"]),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await shared.app(scope, receive, send)
    assert said[0]["status"] in (303, 401, 403, 404, 410), said[0]


async def test_a_token_opens_rest_like_a_session_and_a_wrong_one_nothing(office: Office) -> None:
    for role in PEOPLE:
        answer = await office.ask("GET", "/problems", role)
        assert answer.status_code == (403 if role is Role.ADMINISTRATOR else 200)
    for wrong in ("Bearer", "Bearer ", "Bearer nonsense", "Basic dTpw", "bearer \u00e9"):
        async with office.browser() as browser:
            headers = [(b"authorization", wrong.encode())]
            answer = await browser.get(f"{API}/problems", headers=headers)
        assert answer.status_code == 401, wrong
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_whoever_asks_whether_anything_changed_is_told_when_it_did(office: Office) -> None:
    before = await office.digest()
    await office.ask("GET", "/problems")
    assert await office.digest() == before
    await office.registered()
    assert await office.digest() != before


@pytest.mark.parametrize(
    "line", [line for line in EVERYTHING if line.partition(" ")[0] not in SAFE_METHODS]
)
async def test_no_other_site_changes_anything_in_a_browsers_name(shared: Office, line: str) -> None:
    method, _, path = line.partition(" ")
    (row,) = (await shared.ask("GET", "/problems")).json()["problems"]
    role = next((one for one in PEOPLE if one in EVERYTHING[line]), Role.DISTRICT)
    all_browsers = await browsers(shared, row["problem_no"])
    before = await shared.digest()
    for foreign in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        headers = {"Idempotency-Key": "x", **foreign}
        answer = await all_browsers[role].request(
            method, filled_in(path, row["problem_no"]), headers=headers
        )
        assert answer.status_code == 403, answer.text
        said = answer.text
        assert "其他网站" in said or "请从邮件中的链接打开页面后再提交" in said
    assert await shared.digest() == before


def gate_of(dependant: Dependant) -> Gate | None:
    """Find the gate in a route's signature."""
    if isinstance(dependant.call, Gate):
        return dependant.call
    return next(filter(None, map(gate_of, dependant.dependencies)), None)


def test_each_description_names_exactly_the_roles_its_gate_lets_in(shared: Office) -> None:
    described = documented(shared.app)
    seen = 0
    for route in iter_route_contexts(shared.app.routes):
        for method in route.methods or ():
            operation = described.get((method, str(getattr(route, "path_format", route.path))))
            if operation is None:
                continue
            gate = gate_of(route.dependant)
            last = operation["description"].rstrip("。").rsplit("。", 1)[-1]
            if gate is None:
                assert last.startswith("无需登录"), operation["description"]
            else:
                in_order = [role.label for role in PEOPLE if role in gate.roles]
                assert last == "、".join(in_order) + "可用", operation["description"]
            seen += 1
    assert seen == len(described)


@pytest.mark.parametrize("path", ["/problems", f"{API}/problems", "/f/problem"])
async def test_headers_without_number_are_refused_in_our_own_shape(
    shared: Office, path: str
) -> None:
    browser = shared.browser()
    many = [(f"x-{number}", "y") for number in range(200)]
    answer = await browser.get(path, headers=many)
    assert answer.status_code == 431
    assert "请求头过多" in answer.text
    await browser.aclose()
