"""Whoever looks at a problem sees that its notice reached nobody, until somebody is there."""

from __future__ import annotations

from typing import Any, cast

from domain.policy import Position
from domain.roles import Role
from tests.worlds.office import Office
from tests.worlds.post_office import CHIEF, HANDLER, add_people, courier
from tests.worlds.relay import Relay

TOLD = "没有联系人，本轮通知未能发出"


async def test_a_vacant_position_is_told_on_the_page_of_the_problem(office: Office) -> None:
    number = await office.registered("one")
    person = await office.sign_in(Role.OFFICER)
    with Relay() as relay:
        postman = courier(office.db, relay, cast("Any", office.clock))
        await postman.run_once()
        page = await person.see(f"/problems/{number}")
        assert f"经办人、科长{TOLD}" in page
        await add_people(
            office.db,
            ("500103", Position.HANDLER, HANDLER),
            ("500103", Position.SECTION_CHIEF, CHIEF),
        )
        await postman.run_once()
        assert TOLD not in await person.see(f"/problems/{number}")
