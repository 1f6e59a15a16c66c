"""A district's officer in front of a page 360 points wide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from store.district import inbox
from store.tables import LinkRow
from tests.browser.serving import Served
from tests.worlds.house import House

PHONE = {"width": 360, "height": 740}


@dataclass
class Phone:
    """A page 360 points wide, in front of a house."""

    page: Page
    served: Served

    def open(self, link: LinkRow) -> None:
        """Follow a link and press on."""
        self.page.goto(self.served.address(f"/f/{self.served.house.token(link)}"))
        self.check("door")
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="继续").click()

    def check(self, where: str) -> None:
        """Nothing may be wider than the phone, nothing seriously hard to use."""
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], where
        found: list[dict[str, Any]] = Axe().run(self.page).response["violations"]
        serious = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
        assert serious == [], where

    def fill(self, *, outcome: str = "first_violation") -> None:
        """Fill in what the form asks for."""
        page = self.page
        page.get_by_label("已完成整改").check()
        page.get_by_label("整改情况说明").fill("已完成密闭改造。")
        page.get_by_label("是否立案处罚").select_option(outcome)
        page.get_by_label("依据或理由").fill("初次违法，危害后果轻微，已及时改正。")
        page.get_by_label("填报人").fill("张某")
        page.get_by_label("联系电话").fill("023-00000000")

    def choose(self, *files: tuple[str, str, bytes]) -> None:
        """Choose files in the form."""
        for label, papers in (("选择照片", False), ("选择 PDF 文件", True)):
            chosen: Any = [
                {"name": n, "mimeType": m, "buffer": b}
                for n, m, b in files
                if (m == "application/pdf") is papers
            ]
            if chosen:
                expect(self.page.get_by_label(label, exact=True)).to_be_enabled()
                self.page.get_by_label(label, exact=True).set_input_files(chosen)


def received(house: House) -> Any:
    """The submissions of the first round."""

    async def look() -> list[Any]:
        async with house.db.reading() as session:
            return await inbox.of_round(session, "CQ2024-0001", 1)

    return look()
