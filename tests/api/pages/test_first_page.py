"""Whoever signs in comes to a page of his own, never to a refusal."""

from __future__ import annotations

import pytest

from domain.roles import Role
from tests.worlds.office import PEOPLE, Office


@pytest.mark.parametrize("role", PEOPLE)
async def test_the_first_page_after_signing_in_is_one_the_role_may_see(
    office: Office, role: Role
) -> None:
    async with office.seated(role) as browser:
        first = await browser.get("/", follow_redirects=True)
    assert first.status_code == 200
    assert "未能办理" not in first.text


async def test_an_administrator_comes_to_where_the_missing_year_stands(office: Office) -> None:
    async with office.seated(Role.ADMINISTRATOR) as browser:
        first = await browser.get("/")
    assert (first.status_code, first.headers["location"]) == (303, "/rule-changes")
