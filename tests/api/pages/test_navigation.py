"""Each role finds what it works with on one line, and a box to search from everywhere."""

from __future__ import annotations

import re

import pytest

from api.pages.navigation import Menu, Place, navigation
from domain.roles import Role
from tests.worlds.office import PEOPLE, Office


def places(role: Role) -> list[Place]:
    """Every page in a role's navigation, behind a word or not."""
    line = navigation(role, development=True)
    return [p for one in line for p in (one.places if isinstance(one, Menu) else (one,))]


@pytest.mark.parametrize("role", PEOPLE)
async def test_nobodys_navigation_leads_to_a_refusal(office: Office, role: Role) -> None:
    async with office.seated(role) as browser:
        for place in places(role):
            if place.address != "/mailbox":  # mails are caught by the development house alone
                answer = await browser.get(place.address)
                assert answer.status_code == 200, place


@pytest.mark.parametrize("role", PEOPLE)
def test_a_line_holds_no_more_than_fits_on_it(role: Role) -> None:
    line = navigation(role, development=False)
    assert len(line) <= 8
    assert sum(len(one.label) for one in line) <= 34
    assert len({place.address for place in places(role)}) == len(places(role))


async def test_a_page_marks_where_one_is_even_behind_a_word(office: Office) -> None:
    async with office.seated(Role.OFFICER) as browser:
        listed = (await browser.get("/supervisory-list")).text
        batches = (await browser.get("/six-batches")).text
    assert re.search(r'href="/supervisory-list" aria-current="page"', listed)
    assert '<summary aria-current="true">专项工作</summary>' in batches


@pytest.mark.parametrize("address", ["/nothing-here", "/problems/CQ0000-0000"])
async def test_whoever_went_astray_keeps_the_navigation_and_the_search(
    office: Office, address: str
) -> None:
    async with office.seated(Role.OFFICER) as browser:
        astray = await browser.get(address)
    assert astray.status_code == 404
    assert 'href="/supervisory-list"' in astray.text
    assert 'role="search"' in astray.text


async def test_whoever_is_turned_away_keeps_his_own_navigation(office: Office) -> None:
    async with office.seated(Role.ADMINISTRATOR) as browser:
        refused = await browser.get("/problems")
    assert refused.status_code == 403
    assert 'href="/contacts"' in refused.text
    assert 'role="search"' not in refused.text


async def test_a_stranger_sees_no_navigation(office: Office) -> None:
    async with office.browser() as browser:
        astray = await browser.get("/nothing-here")
    assert "主导航" not in astray.text


async def test_signing_in_leads_back_with_what_was_searched_for(office: Office) -> None:
    async with office.browser() as browser:
        sent = await browser.get("/problems?text=焚烧&only=overdue")
        assert sent.headers["location"] == (
            "/login?next=/problems%3Ftext%3D%25E7%2584%259A%25E7%2583%25A7%26only%3Doverdue"
        )
        form = (await browser.get(sent.headers["location"])).text
        assert 'value="/problems?text=%E7%84%9A%E7%83%A7&amp;only=overdue"' in form
        long = await browser.get(f"/problems?text={'x' * 600}")
    assert long.headers["location"] == "/login?next=/problems"
