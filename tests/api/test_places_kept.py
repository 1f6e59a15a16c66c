"""Whoever is led aside to sign in, or to show a code, comes to where he was going."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import httpx2
import pytest

from domain.one_time_codes import code_at, step_at
from store.people import second_factors
from tests.api.signing_in import PASSWORD, browser_at, marked, person, tried
from tests.api.test_second_factor import code_now, set_up, show, strict
from tests.worlds.office import Office

__all__ = ["strict"]

pytestmark = pytest.mark.usefixtures("quick_hashes")

CHOSEN = "/problems?overdue=true&text=%E6%89%AC%E5%B0%98"


def wide(text: str) -> str:
    """Write it as a keyboard for Chinese does."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def next_on(page: str) -> str:
    found = re.search(r'name="next" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


async def test_a_filtered_list_is_shown_after_signing_in(office: Office) -> None:
    await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as browser:
        asked = await browser.get(CHOSEN + "&flash=reminded&returned=x")
        page = await browser.get(asked.headers["location"])
        assert next_on(page.text) == CHOSEN
        led = await browser.post(
            "/login", data={"login": "wang.li", "password": PASSWORD, "next": next_on(page.text)}
        )
        assert led.headers["location"] == CHOSEN


async def test_a_page_is_shown_after_the_code(strict: Office) -> None:
    await person(strict, "wang.li")
    async with browser_at(strict, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        secret, _ = await set_up(strict, browser)
        strict.clock.now += timedelta(minutes=1)
        await tried(browser, "wang.li")
        asked = await browser.get(CHOSEN)
        page = (await browser.get(asked.headers["location"])).text
        wrong = await typed(browser, "000000", next_on(page))
        again = (await browser.get(wrong.headers["location"])).text
        assert next_on(page) == next_on(again) == CHOSEN
        led = await typed(browser, code_now(strict, secret), next_on(again))
        assert led.headers["location"] == CHOSEN


async def typed(browser: httpx2.AsyncClient, code: str, place: str) -> httpx2.Response:
    mark = await marked(browser, "/second-factor")
    return await browser.post("/second-factor", data={"mark": mark, "code": code, "next": place})


async def test_an_app_taken_into_use_on_the_way_leads_on_too(strict: Office) -> None:
    account = await person(strict, "wang.li")
    async with browser_at(strict, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        mark = await marked(browser, "/second-factor")
        began = await browser.post(
            "/second-factor", data={"mark": mark, "begin": "1", "next": CHOSEN}
        )
        assert next_on((await browser.get(began.headers["location"])).text) == CHOSEN
        secret = await second_factors.offer(strict.db, strict.services.seals, account)
        led = await typed(browser, code_at(secret, step_at(strict.clock.now)), CHOSEN)
        codes = (await browser.get(led.headers["location"])).text
        assert codes.count('<li class="code">') == 10
        assert f'<a href="{CHOSEN.replace("&", "&amp;")}">我已保存' in codes


@pytest.mark.parametrize("place", ["//evil.example", "/\\evil.example", "https://evil.example"])
async def test_nobody_is_led_elsewhere(strict: Office, place: str) -> None:
    await person(strict, "wang.li")
    async with browser_at(strict, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        secret, _ = await set_up(strict, browser)
        strict.clock.now += timedelta(minutes=1)
        await tried(browser, "wang.li")
        shown = await browser.get("/second-factor", params={"next": place})
        assert next_on(shown.text) == "/"
        led = await typed(browser, code_now(strict, secret), place)
        assert led.headers["location"] == "/"


async def test_a_keyboard_for_chinese_writes_logins_and_codes_too(strict: Office) -> None:
    await person(strict, "wang.li")
    async with browser_at(strict, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        secret, codes = await set_up(strict, browser)
        strict.clock.now += timedelta(minutes=1)
        for login in ("Wang.Li", wide("wang.li"), " WANG.LI "):
            assert await tried(browser, login) == 303
        assert (await show(browser, wide(code_now(strict, secret)))).status_code == 303
        assert await tried(browser, "wang.li") == 303
        assert (await show(browser, wide(codes[0].replace("-", "")))).status_code == 303


async def test_who_is_locked_out_of_codes_is_told_what_helps(strict: Office) -> None:
    await person(strict, "wang.li")
    async with browser_at(strict, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        await set_up(strict, browser)
        await tried(browser, "wang.li")
        for _ in range(10):
            await show(browser, "000000")
        told = await show(browser, "000000")
        assert told.status_code == 429
        assert "恢复码" in told.text
        assert "重置双重验证" in told.text
        assert "一次性链接" not in told.text


async def test_whose_session_somebody_ended_is_told_that_his_form_was_not_taken(
    office: Office,
) -> None:
    await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as browser:
        await tried(browser, "wang.li")
        browser.cookies.clear()
        browser.cookies.set("__Host-bihuan", "over-for-good")
        told = await browser.post(
            "/contacts", data={"name": "某人"}, headers={"Referer": "https://x/contacts"}
        )
        assert (told.status_code, "刚才填写的内容没有提交" in told.text) == (401, True)
        assert next_on(told.text) == "/contacts"
        assert "某人" not in told.text
