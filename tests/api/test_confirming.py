"""What could give an account away asks for the password again."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx2
import pytest

from domain.roles import Role
from tests.api.signing_in import PASSWORD, browser_at, led_back, marked, person, tried
from tests.worlds.office import Office

pytestmark = pytest.mark.usefixtures("quick_hashes")
GRAVE = [
    ("/accounts", {"login": "another", "name": "示例", "role": "administrator"}),
    ("/accounts/reset", {"account": "u-officer"}),
    ("/accounts/reach", {"account": "u-officer", "email": "one@unit.example"}),
    ("/accounts/active", {"account": "u-officer", "active": "no"}),
    ("/accounts/second-factor", {"account": "u-officer"}),
    ("/accounts/tokens", {"label": "示例", "days": "365"}),
    ("/accounts/sessions/end", {"session": "none"}),
    ("/accounts/sessions/end-all", {"account": "u-officer"}),
]


async def answered(browser: httpx2.AsyncClient, path: str, form: dict[str, str]) -> str:
    """Send a form; say where it leads, nowhere else when a page is shown."""
    mark = await marked(browser, "/accounts")
    answer = await browser.post(path, data=form | {"mark": mark})
    assert answer.status_code in (200, 303), answer.text
    return str(answer.headers.get("location", ""))


async def test_a_session_left_open_makes_no_account_link_or_token(office: Office) -> None:
    await person(office, "wang.li", Role.ADMINISTRATOR)
    async with browser_at(office, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        office.clock.now += timedelta(minutes=15)
        for path, form in GRAVE:
            asked_at = (await answered(browser, path, form)).partition("?")[0]
            assert asked_at == "/confirm/accounts", path
        asked = await browser.get("/confirm/accounts")
        assert "刚才的操作没有办理" in asked.text
        assert await answered(browser, "/confirm/accounts", {"password": PASSWORD}) == (
            "/accounts?flash=password_confirmed"
        )
        for path, form in GRAVE:
            assert "/confirm/" not in await answered(browser, path, form), path
        office.clock.now += timedelta(minutes=15)
        assert (await answered(browser, *GRAVE[0])).startswith("/confirm/accounts?kept=")


async def test_what_was_typed_for_a_new_account_stands_there_again_after_the_password(
    office: Office,
) -> None:
    await person(office, "wang.li", Role.ADMINISTRATOR)
    async with browser_at(office, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        office.clock.now += timedelta(minutes=15)
        form = {"login": "zhao.min", "name": "示例赵", "role": "auditor", "email": "z@unit.example"}
        asked = await answered(browser, "/accounts", form)
        for typed in ("wrong", PASSWORD):
            kept = re.search(r'name="kept" value="([^"]+)"', (await browser.get(asked)).text)
            assert kept is not None
            data = {"mark": await marked(browser, asked), "password": typed, "kept": kept[1]}
            asked = (await browser.post("/confirm/accounts", data=data)).headers["location"]
        page = (await browser.get(asked)).text
        assert "已为您保留" in page
        for words in ("zhao.min", "示例赵", "z@unit.example", '"auditor" selected'):
            assert words in page
        bad = await browser.post(
            "/accounts", data=form | {"mark": await marked(browser, "/accounts"), "login": "坏"}
        )
        assert "示例赵" in (await browser.get(bad.headers["location"])).text


async def test_an_app_is_set_up_by_whoever_knows_the_password(office: Office) -> None:
    await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        office.clock.now += timedelta(minutes=15)
        begin = {"begin": "1"}
        assert await answered(browser, "/second-factor", begin) == "/confirm/second-factor"
        right = {"password": PASSWORD}
        assert await answered(browser, "/confirm/second-factor", right) == "/second-factor"
        assert await answered(browser, "/second-factor", begin) == "/second-factor"


async def test_the_password_asked_for_again_is_not_guessed(office: Office) -> None:
    await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        form = {"mark": await marked(browser, "/accounts"), "password": "not this one at all"}
        met = []
        for _ in range(11):
            shown = await led_back(browser, await browser.post("/confirm/accounts", data=form))
            assert form["password"] not in shown.text
            met.append(shown.status_code)
        assert met == [422] * 10 + [429]
        assert (await browser.get("/confirm/elsewhere")).status_code in (404, 422)
