"""Everybody chooses his own password, and nobody else learns it."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from sqlmodel import col, select
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from domain.roles import Role
from store.people import accounts, chosen_passwords, passwords
from store.people.accounts import AccountRefused
from store.people.password_rule import LONGEST, SHORTEST, is_too_common
from store.tables import KnownDeviceRow
from tests.api.signing_in import NEW, PASSWORD, browser_at, led_back, marked, person, tried
from tests.worlds.office import Office

ADMIN = Role.ADMINISTRATOR
pytestmark = pytest.mark.usefixtures("quick_hashes")


async def link_from(office: Office, path: str, **fields: str) -> str:
    """Let the administrator make a link; give its path."""
    async with office.seated(ADMIN) as administrator:
        made = await administrator.post(path, data={"mark": office.mark(ADMIN), **fields})
        assert made.headers["location"] == "/accounts", made.text
        answer = await administrator.get("/accounts")
    found = re.search(r"https://bihuan\.example(/password/[\w-]+)", answer.text)
    assert found is not None, answer.text
    return found[1]


async def test_who_gets_an_account_chooses_the_password_by_a_link_that_works_once(
    office: Office,
) -> None:
    link = await link_from(office, "/accounts", login="wang.li", name="示例", role="supervisor")
    async with browser_at(office, "198.51.100.7") as browser:
        assert await tried(browser, "wang.li", "") == 401
        shown = await browser.get(link)
        assert (shown.status_code, "wang.li" in shown.text) == (200, True)
        differs = await browser.post(link, data={"new": NEW, "again": PASSWORD})
        differs = await led_back(browser, differs)
        assert (differs.status_code, "两次输入" in differs.text) == (422, True)
        chosen = await browser.post(link, data={"new": NEW, "again": NEW})
        assert chosen.headers["location"].startswith("/login")
        again = await browser.post(link, data={"new": PASSWORD, "again": PASSWORD})
        again = await led_back(browser, again)
        assert (again.status_code, (await browser.get(link)).status_code) == (410, 410)
        assert await tried(browser, "wang.li", NEW) == 303
        assert (await browser.get("/problems")).status_code == 200


async def test_a_link_is_over_after_its_time_after_the_next_one_and_with_its_account(
    office: Office,
) -> None:
    account = await person(office, "wang.li")
    first = await link_from(office, "/accounts/reset", account=account.id)
    second = await link_from(office, "/accounts/reset", account=account.id)
    async with office.browser() as browser:
        assert (await browser.get(first)).status_code == 410
        assert (await browser.get(second)).status_code == 200
        await accounts.set_active(office.db, account.id, active=False)
        assert (await browser.get(second)).status_code == 410
        await accounts.set_active(office.db, account.id, active=True)
        office.clock.now += timedelta(hours=72)
        assert (await browser.get(second)).status_code == 410


async def test_a_reset_ends_sessions_and_tokens_of_who_knew_the_old_password(
    office: Office,
) -> None:
    link = await link_from(office, "/accounts/reset", account="u-officer")
    assert (await office.ask("GET", "/problems")).status_code == 200
    async with office.browser() as browser:
        assert (await browser.post(link, data={"new": NEW, "again": NEW})).status_code == 303
    assert (await office.ask("GET", "/problems")).status_code == 401
    async with office.seated(Role.OFFICER) as old:
        assert (await old.get("/problems")).status_code == 303


async def test_a_browser_that_knew_the_old_password_is_a_stranger_after_it(office: Office) -> None:
    """Else whoever had it would guess the new one by as many counts as he had browsers."""
    account = await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as own, browser_at(office, "203.0.113.9") as old:
        assert [await tried(one, "wang.li") for one in (own, old)] == [303, 303]
        mark = await marked(own, "/password")
        form = {"mark": mark, "old": PASSWORD, "new": NEW, "again": NEW}
        assert (await own.post("/password", data=form)).status_code == 303
        assert await devices_of(office, account.id) == 1
        assert [await tried(one, "wang.li", NEW) for one in (own, old)] == [303, 303]
        token = await chosen_passwords.make_link(office.db, account.id, "cli:example")
        await own.post(f"/password/{token}", data={"new": PASSWORD, "again": PASSWORD})
        assert await devices_of(office, account.id) == 1  # the one with which it was chosen


async def devices_of(office: Office, account_id: str) -> int:
    async with office.db.reading() as session:
        rows = await session.scalars(
            select(KnownDeviceRow).where(col(KnownDeviceRow.account_id) == account_id)
        )
        return len(list(rows))


async def test_a_password_that_is_over_while_it_is_looked_at_opens_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await person(office, "wang.li")
    matches = passwords.matches

    async def replaced_meanwhile(kept: str | None, password: str, row: passwords.Row) -> bool:
        right = await matches(kept, password, row)
        monkeypatch.setattr(passwords, "matches", matches)
        token = await chosen_passwords.make_link(office.db, account.id, "cli:example")
        await chosen_passwords.choose_by_link(office.db, token, NEW)
        return right

    async with browser_at(office, "203.0.113.9") as thief:
        monkeypatch.setattr(passwords, "matches", replaced_meanwhile)
        assert await tried(thief, "wang.li") == 401
        await tried(thief, "wang.li", NEW)
        mark = await marked(thief, "/password")
        monkeypatch.setattr(passwords, "matches", replaced_meanwhile)
        form = {"mark": mark, "old": NEW, "new": PASSWORD, "again": PASSWORD}
        await thief.post("/password", data=form)
    async with browser_at(office, "198.51.100.7") as own:
        assert [await tried(own, "wang.li", one) for one in (PASSWORD, NEW)] == [401, 303]


async def test_one_changes_ones_own_password_with_the_old_one_and_other_sessions_end(
    office: Office,
) -> None:
    await person(office, "wang.li")
    async with (
        browser_at(office, "198.51.100.7") as own,
        browser_at(office, "198.51.100.8") as other,
    ):
        assert [await tried(one, "wang.li") for one in (own, other)] == [303, 303]
        mark = await marked(own, "/password")
        form = {"mark": mark, "old": PASSWORD, "new": NEW, "again": NEW}
        for wrong, said in (
            ({"old": "not this one"}, "密码不正确"),
            ({"again": "something else"}, "两次输入"),
            ({"new": PASSWORD, "again": PASSWORD}, "与原密码相同"),
            ({"new": "short", "again": "short"}, "至少10位"),
            ({"new": "wang.li is me", "again": "wang.li is me"}, "过于常见"),
        ):
            answer = await led_back(own, await own.post("/password", data=form | wrong))
            assert not any(
                typed in answer.text for typed in (form | wrong).values() if typed != mark
            )
            assert (answer.status_code, said in answer.text) == (422, True), answer.text
        assert (await own.post("/password", data=form)).status_code == 303
        assert (await own.get("/problems")).status_code == 200
        assert (await other.get("/problems")).status_code == 303
        assert [await tried(other, "wang.li", one) for one in (PASSWORD, NEW)] == [401, 303]


async def test_the_old_password_is_not_guessed_in_a_session_left_open(office: Office) -> None:
    await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as own:
        await tried(own, "wang.li")
        form = {"mark": await marked(own, "/password"), "new": NEW, "again": NEW}
        met = [
            (
                await led_back(own, await own.post("/password", data=form | {"old": "no"}))
            ).status_code
            for _ in range(11)
        ]
    assert met == [422] * 10 + [429]


async def test_a_password_set_by_somebody_else_is_replaced_before_anything_is_done(
    office: Office,
) -> None:
    account = await person(office, "wang.li", Role.OFFICER)
    await chosen_passwords.set_for(office.db, account, "told by telephone")
    async with browser_at(office, "198.51.100.7") as own:
        assert await tried(own, "wang.li", "told by telephone") == 303
        for path in ("/", "/problems", "/accounts"):
            assert (await own.get(path)).headers["location"] == "/password"
        refused = await own.get("/api/v1/problems")
        assert (refused.status_code, refused.json()["code"]) == (403, "password_unchosen")
        form = {"mark": await marked(own, "/password"), "old": "told by telephone"}
        assert (await own.post("/password", data=form | {"new": NEW, "again": NEW})).is_redirect
        assert (await own.get("/problems")).status_code == 200


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "officerofficer1",
        "Password2024!",
        "qwertyuiop123",
        "abababababab",
        "chongqing2024",
        "123456789a",
        "12345678910",
        "123qweasdzxc",
        "Strawberry",
        "13800138000",
        "woaini5201314",
    ],
)
def test_passwords_that_are_tried_first_are_too_common(password: str) -> None:
    assert is_too_common("wang.li", password)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "春江潮水连海平海上明", "xK9mPq2vLw"]
)
def test_what_nobody_tries_first_is_not(password: str) -> None:
    assert not is_too_common("wang.li", password)


async def test_a_store_knows_whether_an_administrator_can_sign_in(office: Office) -> None:
    await accounts.create(office.db, "second.admin", "示例", ADMIN)
    async with office.db.reading() as session:
        assert await accounts.has_administrator(session)
    with pytest.raises(AccountRefused, match="最后一个"):
        await accounts.set_active(office.db, "u-administrator", active=False)


def test_of_the_commonest_passwords_none_is_taken() -> None:
    """Of thirty thousand, those that are long enough."""
    common = [one for one in FREQUENCY_LISTS["passwords"] if len(one) >= SHORTEST]
    assert len(common) > 1000
    assert [one for one in common[::5] if not is_too_common("wang.li", one)] == []


def test_weighing_the_longest_password_takes_no_time() -> None:
    begun = time.process_time()
    is_too_common("wang.li", ("p4ssw0rd1!aA@$" * 20)[:LONGEST])
    assert time.process_time() - begun < 1
