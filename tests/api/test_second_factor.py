"""The second factor: asked of supervisors and administrators, set up once, shown at each sign-in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest

from api.app import create_app
from domain.one_time_codes import code_at, step_at
from domain.roles import Role
from gateways.seals import SecretSeals
from store.people import chosen_passwords, second_factors
from store.tables import SecondFactorRow
from tests.api.signing_in import NEW, browser_at, led_back, marked, person, tried
from tests.worlds.office import Office

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def strict(office: Office) -> Office:
    """An office that asks for the second factor, as in production."""
    office.services = replace(office.services, second_factor=True)
    office.app = create_app(office.services)
    return office


async def set_up(office: Office, browser: httpx2.AsyncClient) -> tuple[str, list[str]]:
    """Take an app into use; give its secret and the recovery codes."""
    assert "开始设置" in (await browser.get("/second-factor")).text
    mark = await marked(browser, "/second-factor")
    began = await browser.post("/second-factor", data={"mark": mark, "begin": "1"})
    assert began.headers["location"] == "/second-factor"
    shown = (await browser.get("/second-factor")).text
    found = re.search(r'<p class="code">([A-Z2-7 ]+)</p>', shown)
    assert found is not None
    secret = found[1].replace(" ", "")
    answer = await show(browser, code_now(office, secret))
    assert (answer.status_code, answer.headers["location"]) == (303, "/second-factor"), answer.text
    codes = codes_on((await browser.get("/second-factor")).text)
    assert codes_on((await browser.get("/second-factor")).text) == []
    assert len(set(codes)) == 10
    assert all(len(code.replace("-", "")) == 24 for code in codes)  # 118 bits of chance
    return secret, codes


def codes_on(page: str) -> list[str]:
    return re.findall(r'<li class="code">([\w-]+)</li>', page)


def code_now(office: Office, secret: str) -> str:
    return code_at(secret, step_at(office.clock.now))


async def show(browser: httpx2.AsyncClient, code: str) -> httpx2.Response:
    """Type a code."""
    mark = await marked(browser, "/second-factor")
    answer = await browser.post("/second-factor", data={"mark": mark, "code": code})
    return await led_back(browser, answer)


async def opens(browser: httpx2.AsyncClient, path: str = "/problems") -> str:
    """Say where a page leads; nowhere else when it is shown."""
    return str((await browser.get(path)).headers.get("location", "")).split("?")[0]


async def test_a_supervisor_sets_up_an_app_first_and_shows_its_code_at_each_sign_in(
    strict: Office,
) -> None:
    await person(strict, "wang.li")
    async with browser_at(strict, "198.51.100.7") as browser:
        assert await tried(browser, "wang.li") == 303
        assert await opens(browser) == "/second-factor"
        refused = await browser.get("/api/v1/problems")
        assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_needed")
        wrong = await show(browser, "000000")
        assert (wrong.status_code, "不正确" in wrong.text) == (422, True)
        secret, _ = await set_up(strict, browser)
        assert await opens(browser) == ""
        assert secret not in (await browser.get("/second-factor")).text
        assert await tried(browser, "wang.li") == 303
        assert await opens(browser) == await opens(browser, "/password") == "/second-factor"
        assert (await show(browser, code_now(strict, secret))).status_code == 422  # it counted once
        strict.clock.now += timedelta(seconds=30)
        assert (await show(browser, code_now(strict, secret))).status_code == 303
        assert await opens(browser) == ""


async def test_an_officer_is_asked_only_after_he_took_one_into_use(strict: Office) -> None:
    await person(strict, "zhao.min", Role.OFFICER)
    async with browser_at(strict, "198.51.100.7") as browser:
        assert await tried(browser, "zhao.min") == 303
        assert await opens(browser) == ""
        await set_up(strict, browser)
        assert await tried(browser, "zhao.min") == 303
        assert await opens(browser) == "/second-factor"


async def test_development_asks_nobody(office: Office) -> None:
    await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as browser:
        assert await tried(browser, "wang.li") == 303
        assert await opens(browser) == ""


async def test_a_recovery_code_stands_for_the_telephone_once(strict: Office) -> None:
    await person(strict, "wang.li")
    async with browser_at(strict, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        _, codes = await set_up(strict, browser)
        await tried(browser, "wang.li")
        assert (await show(browser, codes[0].lower())).status_code == 303
        await tried(browser, "wang.li")
        assert (await show(browser, codes[0])).status_code == 422
        assert (await show(browser, codes[1].replace("-", " "))).status_code == 303


async def test_codes_are_not_guessed(strict: Office) -> None:
    await person(strict, "wang.li")
    async with browser_at(strict, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        secret, _ = await set_up(strict, browser)
        await tried(browser, "wang.li")
        met = [(await show(browser, "000000")).status_code for _ in range(11)]
        assert met == [422] * 10 + [429]
        strict.clock.now += timedelta(minutes=5)
        assert (await show(browser, code_now(strict, secret))).status_code == 303


async def test_who_knows_the_password_locks_nobody_out_by_wrong_codes(strict: Office) -> None:
    await person(strict, "wang.li")
    async with (
        browser_at(strict, "198.51.100.7") as own,
        browser_at(strict, "198.51.100.8") as new,
        browser_at(strict, "203.0.113.9") as thief,
    ):
        await tried(own, "wang.li")
        secret, codes = await set_up(strict, own)
        strict.clock.now += timedelta(minutes=1)
        met = []
        for _ in range(3):  # each time a session and a browser of its own
            thief.cookies.clear()
            await tried(thief, "wang.li")
            met += [(await show(thief, "000000")).status_code for _ in range(5)]
        assert met == [422] * 5 + [429] * 10
        await tried(own, "wang.li")
        assert (await show(own, code_now(strict, secret))).status_code == 303
        await tried(new, "wang.li")
        assert (await show(new, "000000")).status_code == 429  # a stranger as well
        assert (await show(new, codes[0])).status_code == 303
        await tried(new, "wang.li")
        strict.clock.now += timedelta(minutes=1)
        assert (await show(new, code_now(strict, secret))).status_code == 303  # known from now on


async def test_recovery_codes_are_not_tried_without_end_either(strict: Office) -> None:
    await person(strict, "wang.li")
    async with browser_at(strict, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        await set_up(strict, browser)
        await tried(browser, "wang.li")
        met = [(await show(browser, "A" * 24)).status_code for _ in range(11)]
        assert met == [422] * 10 + [429]


async def test_a_one_time_link_gets_nobody_past_it_and_another_administrator_resets_it(
    strict: Office,
) -> None:
    account = await person(strict, "wang.li", Role.ADMINISTRATOR)
    other = await person(strict, "second.admin", Role.ADMINISTRATOR)
    async with (
        browser_at(strict, "198.51.100.7") as browser,
        browser_at(strict, "198.51.100.8") as second,
    ):
        await tried(browser, "wang.li")
        await set_up(strict, browser)
        own = {"mark": await marked(browser, "/accounts"), "account": account.id}
        assert (await browser.post("/accounts/second-factor", data=own)).status_code == 403
        token = await chosen_passwords.make_link(strict.db, account.id, other.id)
        await browser.post(f"/password/{token}", data={"new": NEW, "again": NEW})
        assert await tried(browser, "wang.li", NEW) == 303
        assert await opens(browser) == "/second-factor"
        await tried(second, "second.admin")
        await set_up(strict, second)
        form = {"mark": await marked(second, "/accounts"), "account": account.id}
        assert (await second.post("/accounts/second-factor", data=form)).status_code == 303
        assert (await opens(browser)).startswith("/login")
        await tried(browser, "wang.li", NEW)
        await set_up(strict, browser)


async def test_the_secret_is_kept_sealed_and_goes_to_the_newest_key(strict: Office) -> None:
    """One from before anything was sealed too."""
    account = await person(strict, "wang.li")
    async with browser_at(strict, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        secret, _ = await set_up(strict, browser)
        assert secret not in await kept_of(strict, account.id)
        await keep(strict, account.id, secret)
        assert await second_factors.seal_anew(strict.db, strict.services.seals) == 1
        assert await second_factors.seal_anew(strict.db, strict.services.seals) == 0
        keys = [("k1", "0" * 40), ("k2", "1" * 40)]
        assert await second_factors.seal_anew(strict.db, SecretSeals(keys)) == 1
        assert (await kept_of(strict, account.id)).startswith("sealed:k2:")
        await tried(browser, "wang.li")
        strict.clock.now += timedelta(seconds=30)
        assert (await show(browser, code_now(strict, secret))).status_code == 422
        assert await second_factors.seal_anew(strict.db, SecretSeals(keys[:1])) == 0
        async with strict.db.reading() as session:
            told = [
                await second_factors.sealed_otherwise(session, SecretSeals(some))
                for some in (keys, [*keys, ("k3", "2" * 40)], keys[:1])
            ]
        assert told == [(0, 0), (1, 0), (0, 1)]


async def kept_of(office: Office, account_id: str) -> str:
    """Give what the store holds."""
    async with office.db.reading() as session:
        row = await session.get(SecondFactorRow, account_id)
    assert row is not None
    return row.secret


async def keep(office: Office, account_id: str, secret: str) -> None:
    """Put something in its place."""
    async with office.db.writing() as session:
        row = await session.get(SecondFactorRow, account_id)
        assert row is not None
        row.secret = secret
