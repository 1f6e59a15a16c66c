"""People with passwords, and browsers at addresses of their own, for the tests of the sign-in."""

from __future__ import annotations

import re

import httpx2

from domain.roles import Role
from store.people import accounts
from store.people.accounts import Account
from tests.worlds.office import Office

PASSWORD = "a long enough phrase"  # of invented people in a temporary folder
NEW = "another phrase of some length"


async def person(office: Office, login: str, role: Role = Role.SUPERVISOR) -> Account:
    """Somebody who can sign in."""
    return await accounts.create(office.db, login, f"示例{login}", role, PASSWORD)


def browser_at(office: Office, address: str) -> httpx2.AsyncClient:
    """A browser that comes from an address."""
    transport = httpx2.ASGITransport(office.app, client=(address, 40000))
    return httpx2.AsyncClient(transport=transport, base_url=office.services.base_url)


async def tried(browser: httpx2.AsyncClient, login: str, password: str = PASSWORD) -> int:
    """Try to sign in; give the status, of the page that says why not where it was refused."""
    form = {"login": login, "password": password}
    return (await led_back(browser, await browser.post("/login", data=form))).status_code


async def led_back(browser: httpx2.AsyncClient, answer: httpx2.Response) -> httpx2.Response:
    """Give the page with the reason to which a refused form leads, else the answer itself."""
    address = answer.headers.get("location", "")
    return await browser.get(address) if "returned=" in address else answer


async def marked(browser: httpx2.AsyncClient, page: str) -> str:
    """Give the mark of the forms on a page."""
    found = re.search(r'name="mark" value="([0-9a-f]{64})"', (await browser.get(page)).text)
    assert found is not None
    return found[1]
