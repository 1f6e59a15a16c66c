"""On a development machine an officer opens the district's form without looking for its mail."""

from __future__ import annotations

from dataclasses import replace

from api.app import create_app
from domain.roles import Role
from tests.worlds.office import Office

BUTTON = "以该区县身份填报"


async def test_in_development_an_officer_opens_the_districts_form(office: Office) -> None:
    number = await office.registered("one")
    office.services = replace(office.services, development=True)
    office.app = create_app(office.services)
    async with office.seated(Role.OFFICER) as officer:
        assert BUTTON in (await officer.get(f"/problems/{number}")).text
        form = {"mark": office.mark(Role.OFFICER)}
        led = await officer.post(f"/problems/{number}/links/trial", data=form)
        unknown = await officer.post("/problems/none/links/trial", data=form)
    assert (led.status_code, unknown.status_code) == (303, 404)
    token = led.headers["location"].removeprefix("/f/")
    async with office.browser() as district:
        await district.post("/f/enter", data={"token": token})
        assert number in (await district.get("/f/problem")).text


async def test_elsewhere_nobody_answers_in_a_districts_place(office: Office) -> None:
    number = await office.registered("one")
    async with office.seated(Role.OFFICER) as officer:
        assert BUTTON not in (await officer.get(f"/problems/{number}")).text
        form = {"mark": office.mark(Role.OFFICER)}
        refused = await officer.post(f"/problems/{number}/links/trial", data=form)
    assert refused.status_code == 404
