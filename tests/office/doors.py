"""The officers' doors over a real store and the real rules; the desk decides in this process."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import openpyxl

from api.app import create_app
from domain.roles import Role
from store import accounts
from store import tokens as personal_tokens
from tests.worlds.house import House, make_house

PASSWORD = "a long enough phrase"
ROLES = (Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)


@dataclass
class Office:
    """A house with its officers' doors open, one person of each role."""

    house: House
    tokens: dict[Role, str]
    browser: httpx2.AsyncClient
    asked: int = 0

    async def ask(
        self, method: str, path: str, role: Role = Role.OFFICER, **rest: Any
    ) -> httpx2.Response:
        """Call REST as somebody; every change under a key of its own unless one is given."""
        self.asked += 1
        headers = {
            "Authorization": f"Bearer {self.tokens[role]}",
            "Idempotency-Key": rest.pop("key", f"key-{self.asked}"),
        }
        return await self.browser.request(method, f"/api/v1{path}", headers=headers, **rest)

    async def sheet(
        self, path: str, role: Role = Role.OFFICER, number: int = 0
    ) -> list[tuple[Any, ...]]:
        """Give the rows of an exported sheet, headings first, title and note left out."""
        answer = await self.ask("GET", path, role)
        assert answer.status_code == 200, answer.text
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        return list(book.worksheets[number].iter_rows(min_row=2, values_only=True))

    async def sign_in(self, role: Role) -> Desk:
        """Sign somebody in with a browser of their own."""
        transport = httpx2.ASGITransport(self.house.app)
        browser = httpx2.AsyncClient(
            transport=transport, base_url=self.house.services.base_url, follow_redirects=True
        )
        await browser.post("/login", data={"login": f"test.{role.value}", "password": PASSWORD})
        return Desk(browser)


@dataclass
class Desk:
    """Somebody signed in, in front of the pages."""

    browser: httpx2.AsyncClient

    async def see(self, path: str) -> str:
        """Look at a page."""
        answer = await self.browser.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def press(self, page: str, path: str, fields: dict[str, Any]) -> httpx2.Response:
        """Look at a page, then post one of its forms."""
        shown = await self.see(page)
        mark = re.search(r'name="mark" value="([0-9a-f]{64})"', shown)
        key = re.search(r'name="key" value="([^"]+)"', shown)
        assert mark is not None
        hidden = {"mark": mark[1]} | ({"key": key[1]} if key else {})
        return await self.browser.post(path, data={**hidden, **fields})


async def open_office(folder: Path) -> Office:
    """Build everything in `folder`."""
    house = await make_house(folder)
    house.app = create_app(house.services)
    tokens = {}
    for role in ROLES:
        login = f"test.{role.value}"
        account = await accounts.create(house.db, login, role.label, role, PASSWORD)
        tokens[role] = await personal_tokens.issue(house.db, account.id, "test")
    return Office(house, tokens, house.browser())
