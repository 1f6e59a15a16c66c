"""What a personal token is good for, and for how long; and the sessions one sees and ends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from api.forms import mark_of
from domain.roles import Role
from store.people import tokens
from store.people.tokens import Scope
from tests.api.signing_in import browser_at, marked, person, tried
from tests.worlds.office import NEW, Office

pytestmark = pytest.mark.usefixtures("quick_hashes")


async def as_token(office: Office, role: Role, scope: Scope) -> None:
    """Let somebody call with a token of a scope from now on."""
    office.tokens[role] = await tokens.issue(office.db, f"u-{role.value}", "示例", scope)


async def test_a_token_that_reads_changes_nothing(office: Office) -> None:
    await as_token(office, Role.OFFICER, Scope.READ)
    assert (await office.ask("GET", "/problems")).status_code == 200
    refused = await office.change("/problems", "one", NEW)
    assert (refused.status_code, refused.json()["code"]) == (403, "token_reads_only")


@pytest.mark.parametrize("scope", [Scope.ACT, Scope.FULL])
async def test_a_token_that_acts_does_what_an_officer_may_and_never_approves(
    office: Office, scope: Scope
) -> None:
    """A token from before there were scopes neither."""
    number = await office.registered("one")
    await as_token(office, Role.SUPERVISOR, scope)
    headers = {"Authorization": f"Bearer {office.tokens[Role.SUPERVISOR]}", "Idempotency-Key": "r"}
    api = f"/api/v1/problems/{number}"
    async with office.browser() as script:
        reminded = await script.post(f"{api}/reminders", headers=headers, json={})
        assert reminded.status_code == 200, reminded.text
        for path in (
            f"{api}/approvals",
            "/api/v1/contacts/1/decision",
            "/api/v1/rule-changes/x/decision",
        ):
            refused = await script.post(path, headers=headers, json={})
            assert (refused.status_code, refused.json()["code"]) == (403, "token_never_approves")


@pytest.mark.parametrize(
    ("role", "path", "form"),
    [
        (Role.ADMINISTRATOR, "/accounts/reset", {"account": "u-officer"}),
        (Role.OFFICER, "/accounts/tokens", {"days": "365"}),
        (Role.SUPERVISOR, "/problems/CQ2024-0001/closure", {"decision": "approve"}),
    ],
)
async def test_no_token_opens_a_page(
    office: Office, role: Role, path: str, form: dict[str, str]
) -> None:
    """Its forms issue tokens, make links and approve; their mark can be reckoned where there is no session."""
    token = await tokens.issue(office.db, f"u-{role.value}", "示例", Scope.ACT)
    headers = {"Authorization": f"Bearer {token}"}
    async with office.browser() as script:
        for mark in ("", mark_of("form", "")):
            posted = await script.post(path, headers=headers, data=form | {"mark": mark})
            assert posted.headers.get("location", "").startswith("/login"), posted.text
        shown = await script.get("/accounts", headers=headers)
        assert shown.headers["location"].startswith("/login")


async def test_tokens_of_before_are_told_with_their_end(office: Office) -> None:
    async with office.db.reading() as session:
        assert await tokens.of_before(session, office.clock.now) == ()
    await tokens.issue(office.db, "u-officer", "旧", Scope.FULL)
    async with office.db.reading() as session:
        (old,) = await tokens.of_before(session, office.clock.now)
        assert tokens.ends_at(old) == office.clock.now + timedelta(days=30)
        assert await tokens.of_before(session, tokens.ends_at(old)) == ()
    async with office.seated(Role.OFFICER) as officer:
        assert "旧令牌，建议撤销后新建" in (await officer.get("/accounts")).text


async def test_a_token_ends(office: Office) -> None:
    await as_token(office, Role.OFFICER, Scope.READ)
    office.clock.now += timedelta(days=30)
    assert (await office.ask("GET", "/problems")).status_code == 401


async def test_a_token_is_issued_on_the_page_with_its_scope_and_its_end(office: Office) -> None:
    form = {"mark": office.mark(Role.OFFICER), "label": "示例", "scope": "act", "days": "90"}
    async with office.seated(Role.OFFICER) as officer:
        issued = await officer.post("/accounts/tokens", data=form)
        answer = await officer.get(issued.headers["location"])
        assert "bh_" not in (await officer.get("/accounts")).text
    found = re.search(r"bh_[\w-]{43}", answer.text)
    assert found is not None
    shown = await tokens.shown(office.db, found[0])
    assert shown is not None
    assert (shown.scope, "查询和办理（审批除外）" in answer.text) == (Scope.ACT, True)
    office.clock.now += timedelta(days=90)
    assert await tokens.shown(office.db, found[0]) is None


async def test_one_sees_ones_sessions_and_ends_them(office: Office) -> None:
    await person(office, "wang.li")
    async with (
        browser_at(office, "198.51.100.7") as own,
        browser_at(office, "198.51.100.8") as other,
        office.seated(Role.OFFICER) as somebody,
    ):
        assert [await tried(one, "wang.li") for one in (own, other)] == [303, 303]
        shown = (await own.get("/accounts")).text
        assert ("198.51.100.8" in shown, shown.count("当前浏览器")) == (True, 1)
        found = re.search(r'name="session" value="(\w+)"', shown)
        assert found is not None
        form = {"session": found[1]}
        theirs = form | {"mark": office.mark(Role.OFFICER)}
        await somebody.post("/accounts/sessions/end", data=theirs)
        assert (await other.get("/problems")).status_code == 200
        mine = form | {"mark": await marked(own, "/accounts")}
        assert (await own.post("/accounts/sessions/end", data=mine)).status_code == 303
        assert (await other.get("/problems")).status_code == 303
        assert (await own.get("/problems")).status_code == 200


async def test_an_administrator_ends_all_sessions_of_somebody(office: Office) -> None:
    account = await person(office, "wang.li")
    form = {"mark": office.mark(Role.ADMINISTRATOR), "account": account.id}
    async with (
        browser_at(office, "198.51.100.7") as theirs,
        office.seated(Role.ADMINISTRATOR) as administrator,
    ):
        assert await tried(theirs, "wang.li") == 303
        answer = await administrator.post("/accounts/sessions/end-all", data=form)
        assert answer.headers["location"] == "/accounts?flash=sessions_ended"
        assert (await theirs.get("/problems")).status_code == 303
        assert await tried(theirs, "wang.li") == 303
