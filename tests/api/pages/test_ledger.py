"""The ledger shows what was asked for, tells it in a sentence, turns pages both ways and exports just that."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest

from api.pages import lists as pages
from domain.roles import Role
from tests.worlds.office import Office

NUMBER = re.compile(r'href="/problems/(CQ[0-9-]+)"')


async def see(office: Office, address: str) -> str:
    """A page as an officer sees it."""
    async with office.seated(Role.OFFICER) as browser:
        answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture
async def filled(office: Office) -> Office:
    """Five problems, three of them in 江北区."""
    for place, said in enumerate(
        ("露天焚烧秸秆", "堆场扬尘", "裸土未覆盖", "渣土冒装", "焚烧垃圾")
    ):
        district = "500105" if place % 2 == 0 else "500103"
        one = {"district": district, "description": said, "enterprise": f"示例{place}厂"}
        await office.registered(f"k{place}", **one)
    return office


async def test_conditions_are_told_and_each_can_be_taken_away(filled: Office) -> None:
    shown = await see(filled, "/problems?text=焚烧&district=500105&sort=newest")
    assert "共 2 个" in shown
    assert "含“焚烧” ×" in shown
    assert 'href="/problems?text=%E7%84%9A%E7%83%A7&amp;sort=newest"' in shown
    assert 'href="/problems?district=500105&amp;sort=newest"' in shown
    assert 'value="焚烧"' in shown


async def test_what_no_list_offers_is_left_out(filled: Office) -> None:
    shown = await see(filled, "/problems?stage=none&only=all&sort=best&page=99999&text=")
    assert "共 5 个" in shown


async def test_pages_are_turned_both_ways(filled: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    first = await see(filled, "/problems?sort=oldest")
    middle = await see(filled, "/problems?sort=oldest&page=2")
    last = await see(filled, "/problems?sort=oldest&page=9")
    numbers = [number for page in (first, middle, last) for number in NUMBER.findall(page)]
    assert numbers == sorted(numbers)
    assert len(numbers) == 5
    assert "第 2 页，共 3 页" in middle
    assert 'rel="prev" href="/problems?sort=oldest&amp;page=1"' in middle
    assert 'rel="next" href="/problems?sort=oldest&amp;page=3"' in middle
    assert 'rel="prev"' not in first
    assert 'rel="next"' not in last


@pytest.mark.parametrize("sort", ["due", "newest", "oldest", "district", "level"])
async def test_an_export_holds_the_rows_shown_in_their_order(filled: Office, sort: str) -> None:
    asked = f"district=500105&sort={sort}"
    shown = NUMBER.findall(await see(filled, f"/problems?{asked}"))
    book = await filled.ask("GET", f"/exports/ledger.xlsx?{asked}")
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert sheet is not None
    column = [str(row[0].value) for row in sheet.iter_rows()]
    assert [one for one in column if one.startswith("CQ")] == shown
    assert "条件：江北区" in column
    text = await filled.ask("GET", f"/exports/ledger.csv?{asked}")
    rows = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == shown
    assert len(shown) == 3


async def test_no_cell_of_a_text_export_is_a_formula(office: Office) -> None:
    await office.registered(description="=HYPERLINK(1)", enterprise="+示例厂")
    answer = await office.ask("GET", "/exports/ledger.csv")
    assert "'=HYPERLINK(1)" in answer.text
    assert "'+示例厂" in answer.text
