"""A session ends: by time, by its owner, with its account; and nothing of it opens anything afterwards."""

from __future__ import annotations

from datetime import timedelta

import httpx2
import pytest

from domain.roles import Role
from store.people import accounts
from tests.api.signing_in import browser_at, marked, person, tried
from tests.worlds.office import PEOPLE, Office

pytestmark = pytest.mark.usefixtures("quick_hashes")


async def inside(browser: httpx2.AsyncClient) -> bool:
    """Say whether pages are shown."""
    return (await browser.get("/problems")).status_code == 200


async def test_a_session_is_over_after_half_an_hour_idle_and_twelve_hours_in_all(
    office: Office,
) -> None:
    await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        office.clock.now += timedelta(minutes=29)
        assert await inside(browser)
        office.clock.now += timedelta(minutes=30)
        assert not await inside(browser)
        await tried(browser, "wang.li")
        for _ in range(29):
            office.clock.now += timedelta(minutes=24)
            assert await inside(browser)
        office.clock.now += timedelta(minutes=24)
        assert not await inside(browser)


async def test_after_signing_out_the_cookie_opens_nothing(office: Office) -> None:
    await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        cookie = browser.cookies["__Host-bihuan"]
        answer = await browser.post("/logout", data={"mark": await marked(browser, "/accounts")})
        assert "__Host-bihuan" not in browser.cookies
        assert answer.headers["clear-site-data"] == '"cache", "storage"'
        browser.cookies.set("__Host-bihuan", cookie)
        assert not await inside(browser)
        assert (await browser.get("/api/v1/problems")).status_code == 401


async def test_a_disabled_account_is_out_at_once(office: Office) -> None:
    account = await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        await accounts.set_active(office.db, account.id, active=False)
        assert not await inside(browser)
        assert await tried(browser, "wang.li") == 401


@pytest.mark.parametrize("role", PEOPLE)
async def test_every_page_of_somebody_signed_in_offers_the_way_out(
    office: Office, role: Role
) -> None:
    async with office.seated(role) as browser:
        for place in ("/accounts", "/password", "/second-factor"):
            assert 'action="/logout"' in (await browser.get(place)).text, place
