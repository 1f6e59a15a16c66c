"""Guessing is stopped, however many guess at once and from wherever; honest people get in meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import httpx2
import pytest
from fastapi import FastAPI, Request

from api.serving import server_for
from store.people import passwords, sign_in_tries
from store.people.sign_in_tries import ADDRESS_TRIES, LOGIN_TRIES, TRIES
from tests.api.signing_in import browser_at, led_back, person, tried
from tests.worlds.office import Office

pytestmark = pytest.mark.usefixtures("quick_hashes")


async def guesses(office: Office, login: str, addresses: list[str]) -> Counter[int]:
    """Guess once from each address, all at the same time."""

    async def guess(address: str) -> int:
        async with browser_at(office, address) as browser:
            return await tried(browser, login, "wrong wrong wrong")

    return Counter(await asyncio.gather(*(guess(one) for one in addresses)))


async def test_a_hundred_guesses_at_once_are_counted_one_by_one(office: Office) -> None:
    await person(office, "wang.li")
    met = await guesses(office, "wang.li", ["203.0.113.5"] * 100)
    assert met == {401: TRIES, 429: 100 - TRIES}


async def test_strangers_at_many_addresses_share_the_tries_of_a_login(office: Office) -> None:
    await person(office, "wang.li")
    met = await guesses(office, "wang.li", [f"203.0.113.{number}" for number in range(60)])
    assert met[401] <= LOGIN_TRIES
    assert met[401] + met[429] + met[503] == 60


async def test_spraying_over_logins_from_one_address_is_stopped(office: Office) -> None:
    async with browser_at(office, "203.0.113.5") as browser:
        met = [await tried(browser, f"login{number}", "spring rain 77") for number in range(30)]
    assert met == [401] * ADDRESS_TRIES + [429] * (30 - ADDRESS_TRIES)


async def test_addresses_of_one_ipv6_network_count_as_one(office: Office) -> None:
    met = [
        await guesses(office, f"login{number}", [f"2001:db8::{number:x}"])
        for number in range(1, ADDRESS_TRIES + 2)
    ]
    assert met[-1] == {429: 1}


async def test_all_strangers_together_have_a_limit(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_tries, "ALL_TRIES", 3)
    for n in range(3):
        assert await guesses(office, f"login{n}", [f"198.51.{n}.1"]) == {401: 1}
    assert await guesses(office, "somebody", ["203.0.113.5"]) == {429: 1}


async def test_who_signed_in_with_this_browser_before_gets_in_while_strangers_guess(
    office: Office,
) -> None:
    await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as own:
        assert await tried(own, "wang.li") == 303
        addresses = [f"203.0.113.{number}" for number in range(100)]
        met = await guesses(office, "wang.li", [*addresses, *["198.51.100.7"] * 20])
        assert met[429] > 0
        own.cookies.delete("__Host-bihuan")
        assert await tried(own, "wang.li") == 303
        async with browser_at(office, "198.51.100.7") as other:
            assert await tried(other, "wang.li") == 429


async def test_a_known_browser_has_no_more_tries_than_others_and_none_for_another_login(
    office: Office,
) -> None:
    await person(office, "wang.li")
    await person(office, "zhao.min")
    async with browser_at(office, "198.51.100.7") as own:
        assert await tried(own, "wang.li") == 303
        met = [await tried(own, "wang.li", "wrong wrong wrong") for _ in range(TRIES + 1)]
        assert met == [401] * TRIES + [429]
        await guesses(office, "zhao.min", ["198.51.100.7"] * TRIES)
        assert await tried(own, "zhao.min") == 429


async def test_waiting_helps_and_impatience_does_not_make_it_longer(office: Office) -> None:
    await person(office, "wang.li")
    await guesses(office, "wang.li", ["203.0.113.5"] * 30)
    async with browser_at(office, "203.0.113.5") as browser:
        office.clock.now += timedelta(minutes=4)
        form = {"login": "wang.li", "password": "x"}
        refused = await led_back(browser, await browser.post("/login", data=form))
        assert (refused.status_code, "请于1分钟后再试" in refused.text) == (429, True)
        office.clock.now += timedelta(minutes=1)
        assert await tried(browser, "wang.li") == 303


async def test_two_people_share_a_browser_and_both_are_known(office: Office) -> None:
    await person(office, "wang.li")
    await person(office, "zhao.min")
    async with browser_at(office, "198.51.100.7") as shared:
        assert [await tried(shared, login) for login in ("wang.li", "zhao.min")] == [303, 303]
        for login in ("wang.li", "zhao.min"):
            await guesses(office, login, ["198.51.100.7"] * TRIES)
            assert await tried(shared, login) == 303


async def test_signing_in_again_ends_the_old_session_of_the_browser(office: Office) -> None:
    await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as browser:
        assert await tried(browser, "wang.li") == 303
        old = browser.cookies["__Host-bihuan"]
        assert await tried(browser, "wang.li") == 303
        assert (await browser.get("/problems")).status_code == 200
    async with browser_at(office, "198.51.100.7") as thief:
        thief.cookies.set("__Host-bihuan", old)
        assert (await thief.get("/problems")).status_code == 303


async def test_only_so_many_strangers_wait_for_their_password_to_be_looked_at(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as own:
        assert await tried(own, "wang.li") == 303
        monkeypatch.setattr(passwords.STRANGERS, "_waiting", passwords.MOST_WAITING)
        met = await guesses(office, "wang.li", ["203.0.113.5"] * (TRIES - 1))
        met += await guesses(office, "wang.li", ["203.0.113.5"] * (TRIES - 1))
        assert met == {503: 2 * (TRIES - 1)}  # not looked at, and so not counted
        assert await tried(own, "wang.li") == 303


@pytest.mark.parametrize(
    ("trusted", "forwarded", "seen"),
    [
        ((), "198.51.100.7", "127.0.0.1"),
        (("127.0.0.1",), "198.51.100.7", "198.51.100.7"),
        (("127.0.0.0/8",), "9.9.9.9, 198.51.100.7", "198.51.100.7"),
        (("10.1.1.1",), "198.51.100.7", "127.0.0.1"),
    ],
    ids=["nobody", "the proxy", "what a client wrote before it", "another"],
)
async def test_only_a_trusted_proxy_is_believed_for_whom_it_asks(
    trusted: tuple[str, ...], forwarded: str, seen: str
) -> None:
    app = FastAPI()

    @app.get("/who")
    async def who(request: Request) -> str:
        return request.client.host if request.client else ""

    server = server_for(app, "127.0.0.1", 0, trusted)
    serving = asyncio.create_task(server.serve())
    await server.until_started(serving)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx2.AsyncClient() as browser:
        headers = {"X-Forwarded-For": forwarded}
        answer = await browser.get(f"http://127.0.0.1:{port}/who", headers=headers)
    server.should_exit = True
    await serving
    assert answer.json() == seen
