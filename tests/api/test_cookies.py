"""What browsers are told: cookies of our host alone, no other site let in, nothing kept on the machine."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from domain.roles import Role
from store.people import passwords
from tests.api.signing_in import PASSWORD, browser_at, person, tried
from tests.worlds.office import Office

PLACES = ("/login", "/problems", "/nothing-here", "/api/v1/problems", "/static/bihuan.css", "/f/x")
REMEMBERED = "__Host-bihuan-device"


@pytest.mark.usefixtures("quick_hashes")
async def test_over_https_every_cookie_is_bound_to_our_host(office: Office) -> None:
    await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as browser:
        answer = await browser.post("/login", data={"login": "wang.li", "password": PASSWORD})
    given = [SimpleCookie(one) for one in answer.headers.get_list("set-cookie")]
    kept = {name: one[name] for one in given for name in one}
    assert set(kept) == {"__Host-bihuan", REMEMBERED}
    for name, cookie in kept.items():
        assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
        assert (cookie["samesite"], cookie["domain"]) == ("lax", "")
        assert bool(cookie["max-age"]) is (name == REMEMBERED)
        assert len(cookie.value) == 43  # 256 bits
    assert not any(cookie.value in answer.text for cookie in kept.values())


@pytest.mark.parametrize("place", PLACES)
async def test_no_other_site_is_ever_let_read(shared: Office, place: str) -> None:
    headers = {"Origin": "https://elsewhere.example"}
    async with shared.seated(Role.OFFICER) as browser:
        answers = [
            await browser.get(place, headers=headers),
            await browser.options(
                place, headers=headers | {"Access-Control-Request-Method": "POST"}
            ),
        ]
    for answer in answers:
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("place", PLACES)
async def test_no_answer_may_be_framed_by_another_site(shared: Office, place: str) -> None:
    async with shared.seated(Role.OFFICER) as browser:
        answer = await browser.get(place)
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("place", PLACES)
async def test_every_answer_says_its_type_and_charset(shared: Office, place: str) -> None:
    async with shared.seated(Role.OFFICER) as browser:
        answer = await browser.get(place)
    kind = answer.headers["content-type"]
    assert "charset=utf-8" in kind or kind.endswith("json"), kind


@pytest.mark.parametrize("place", ["/", "/api/v1/problems", "/static/bihuan.css", "/f/problem"])
async def test_trace_is_not_done(shared: Office, place: str) -> None:
    async with shared.seated(Role.OFFICER) as browser:
        answer = await browser.request("TRACE", place, headers={"X-Secret": "told back"})
    assert answer.status_code in (403, 404, 405)
    assert "told back" not in answer.text


@pytest.mark.usefixtures("quick_hashes")
@pytest.mark.parametrize(
    "place", ["//elsewhere.example", "/\\elsewhere.example", "https://e.example"]
)
async def test_after_signing_in_nobody_is_led_elsewhere(office: Office, place: str) -> None:
    await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as browser:
        form = {"login": "wang.li", "password": PASSWORD, "next": place}
        answer = await browser.post("/login", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_passwords_are_typed_masked_and_may_be_pasted(shared: Office) -> None:
    async with shared.seated(Role.OFFICER) as browser:
        pages = [(await browser.get(place)).text for place in ("/login", "/password")]
    fields = [
        one for page in pages for one in re.findall(r"<input[^>]+>", page) if "hidden" not in one
    ]
    secret = [one for one in fields if 'name="login"' not in one and 'type="search"' not in one]
    assert len(secret) == 4
    for one in secret:
        assert 'type="password"' in one
        assert re.search(r'autocomplete="(current|new)-password"', one)
        assert "onpaste" not in one


@pytest.mark.usefixtures("quick_hashes")
async def test_a_password_is_taken_exactly_as_it_was_typed(office: Office) -> None:
    long = " Spring 春江 " * 16
    async with browser_at(office, "198.51.100.7") as browser:
        kept = await passwords.hashed(long)
        for typed, right in ((long, True), (long.strip(), False), (long.lower(), False)):
            assert await passwords.matches(kept, typed) is right
        assert len(long) > 64
        assert await tried(browser, "nobody", long) == 401


async def test_passwords_are_kept_by_argon2id() -> None:
    kept = extract_parameters(await passwords.hashed(PASSWORD))
    assert (kept.type, kept.memory_cost >= 64 * 1024, kept.hash_len) == (Type.ID, True, 32)
