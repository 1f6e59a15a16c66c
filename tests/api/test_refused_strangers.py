"""A refused sign-in leads back by GET: loading the page again sends nothing, no password is kept anywhere."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import func, select

from store.people import chosen_passwords
from store.tables import RefusedFormRow
from tests.api.signing_in import NEW, browser_at, led_back, person
from tests.worlds.office import Office

pytestmark = pytest.mark.usefixtures("quick_hashes")
WRONG = "not this one at all"
KEPT = "__Host-bihuan-refused"


async def test_a_refused_sign_in_is_loaded_again_without_being_sent_again(office: Office) -> None:
    await person(office, "wang.li")
    async with browser_at(office, "198.51.100.7") as browser:
        form = {"login": "wang.li", "password": WRONG, "next": "/problems?q=x&y=z"}
        refused = await browser.post("/login", data=form)
        assert refused.status_code == 303
        address = refused.headers["location"]
        assert address.startswith("/login?next=%2Fproblems%3Fq%3Dx%26y%3Dz&returned=")
        assert "wang.li" not in address
        for _ in range(2):
            shown = await browser.get(address)
            assert (shown.status_code, "登录名或密码不正确" in shown.text) == (401, True)
            assert 'value="wang.li"' in shown.text
            assert WRONG not in shown.text
        assert WRONG not in base64.urlsafe_b64decode(browser.cookies[KEPT]).decode()
        plain = await browser.get("/login")
        assert (plain.status_code, "不正确" in plain.text) == (200, False)
        async with office.db.reading() as session:
            rows = await session.scalar(select(func.count()).select_from(RefusedFormRow))
        assert rows == 0  # strangers fill no table


async def test_a_refused_new_password_leads_back_to_its_link(office: Office) -> None:
    account = await person(office, "wang.li")
    token = await chosen_passwords.make_link(office.db, account.id, "u-administrator")
    async with browser_at(office, "198.51.100.7") as browser:
        for typed, why in ((NEW, "两次输入"), ("short", "至少10位")):
            form = {"new": typed, "again": "short"}
            shown = await led_back(browser, await browser.post(f"/password/{token}", data=form))
            assert (shown.status_code, why in shown.text, NEW in shown.text) == (422, True, False)
        form = {"new": NEW, "again": NEW}
        assert (
            (await browser.post(f"/password/{token}", data=form))
            .headers["location"]
            .startswith("/login")
        )


@pytest.mark.parametrize(
    "said",
    [
        "{",
        '{"id": "x", "code": "no_such_code"}',
        '{"id": "y", "code": "wrong_login"}',
        '{"id": "x", "code": "login_taken", "login": "<b>"}',
        '{"id": "x", "code": "too_many_attempts", "minutes": 99999}',
        '{"id": "x", "code": "wrong_login", "more": "words"}',
    ],
)
async def test_what_a_browser_makes_up_is_not_told(shared: Office, said: str) -> None:
    async with browser_at(shared, "198.51.100.7") as browser:
        browser.cookies.set(KEPT, base64.urlsafe_b64encode(said.encode()).decode())
        shown = await browser.get("/login?returned=x")
        assert (shown.status_code, 'role="alert"' in shown.text) == (200, False)
        browser.cookies.set(KEPT, "???")
        assert (await browser.get("/login?returned=x")).status_code == 200
