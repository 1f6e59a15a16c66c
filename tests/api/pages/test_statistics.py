"""The statistics page: every picture has its table, and its table is what is exported."""

from __future__ import annotations

import re

import pytest

from api.pages.map_picture import drawn, tone
from domain.roles import Role
from gateways.map_shapes import Shape
from tests.worlds.office import Office

SQUARE = Shape("500103", (((106.0, 29.0), (107.0, 29.0), (107.0, 30.0), (106.0, 30.0)),))


def test_a_shape_is_drawn_to_scale_with_the_north_above() -> None:
    picture = drawn([SQUARE], {"500103": 2})
    (area,) = picture.areas
    assert area.path == "M0 919l800 0 0 -919 -800 0z"
    assert (area.tone, area.at) == (5, (400, 459))
    assert picture.height == 920


@pytest.mark.parametrize(("value", "of"), [(0, 0), (1, 1), (20, 1), (21, 2), (99, 5), (100, 5)])
def test_a_tone_is_the_fifth_of_the_greatest_value(value: float, of: int) -> None:
    assert tone(value, 100) == of


@pytest.mark.parametrize("show", ["open", "overdue", "rate", "points"])
async def test_the_page_shows_every_unit_on_the_map_or_beside_it(office: Office, show: str) -> None:
    await office.transferred("CQ2024-0001")
    officer = await office.sign_in(Role.OFFICER)
    page = await officer.see(f"/statistics?year=2024&show={show}")
    on_map = set(re.findall(r"<title>([^：<]+)：", page))
    beside = set(re.findall(r"<li class=\"t\d\"><span>([^<]+)</span>", page))
    assert len(on_map) == 38
    assert not on_map & beside
    assert len(on_map | beside) == 41


async def test_the_workbook_has_the_figures_of_the_page(office: Office) -> None:
    await office.transferred("CQ2024-0001")
    _, headings, *rows = await office.sheet("/exports/statistics.xlsx?year=2024")
    ours = next(row for row in rows if row[0] == "渝中区")
    assert headings[:3] == ("区县", "移交", "在办")
    assert ours[1:3] == (1, 1)


async def test_a_year_without_problems_says_so(office: Office) -> None:
    auditor = await office.sign_in(Role.AUDITOR)
    assert "没有数据" in await auditor.see("/statistics?year=2025")
