"""A grave act is shown before it is done: whom it hits, what it costs, who is written to."""

from __future__ import annotations

import re
from datetime import date

import httpx2
import pytest

from domain.policy import Position
from domain.problem import Problem
from domain.roles import Role
from store.lives import problems
from store.lives.records import record
from store.registers import contacts
from store.tables import ContactRow
from tests.worlds.house import YUZHONG, rules
from tests.worlds.life import Life
from tests.worlds.office import Office, Person

SAID = "照片与现场不符：\n集气罩未开启。"


async def problem_of(office: Office, number: str) -> Problem:
    async with office.db.reading() as session:
        problem = await problems.get(session, number)
    assert problem is not None
    return problem


@pytest.fixture
async def number(office: Office) -> str:
    """A problem whose district has answered and has one contact."""
    found = await office.registered()
    life = Life(
        rules=rules(), now=office.clock.now, problem_or_none=await problem_of(office, found)
    )
    life.answer()
    await record(office.db, found, life.history, life.notices)
    person = ContactRow(
        district=YUZHONG,
        position=Position.HANDLER.value,
        name="示例经办人",
        email="jingban@yuzhong.example",
        telephone="",
        valid_from=date(2024, 1, 1),
        entered_by="one",
    )
    await contacts.add(office.db, person)
    return found


async def found_false(office: Office, person: Person, number: str) -> httpx2.Response:
    """Press 认定整改不严不实."""
    waiting = (await problem_of(office, number)).under_review
    assert waiting is not None
    form = {"receipt_id": waiting.receipt_id, "verdict": "found_false", "reason": SAID}
    return await person.press(f"/problems/{number}", f"/problems/{number}/reviews", form)


def hidden(page: str) -> dict[str, str]:
    """What the form of the second look carries."""
    return {
        name: value.replace("&#10;", "\n")
        for name, value in re.findall(
            r'<input type="hidden" name="(receipt_id|verdict|reason|seen)" value="([^"]*)"', page
        )
    }


async def test_a_verdict_that_costs_points_is_shown_with_what_it_costs_and_done_when_confirmed(
    office: Office, number: str
) -> None:
    person = await office.sign_in(Role.OFFICER)
    shown = await found_false(office, person, number)
    assert shown.status_code == 200
    for said in ("尚未办理", "渝中区", "将列入", "升为第一级", "年累计", "扣分告知", "无联系人"):
        assert said in shown.text, said
    assert (await problem_of(office, number)).points == 0
    where = str(shown.url)
    address = f"/problems/{number}/reviews"
    done = await person.press(where, address, hidden(shown.text))
    assert "审核结论已登记" in done.text
    after = await problem_of(office, number)
    assert after.points > 0
    assert "集气罩未开启。" in done.text


async def test_what_was_pressed_may_be_taken_back_and_nothing_is_lost(
    office: Office, number: str
) -> None:
    person = await office.sign_in(Role.OFFICER)
    shown = await found_false(office, person, number)
    typed = hidden(shown.text) | {"reconsider": "1"}
    back = await person.press(str(shown.url), f"/problems/{number}/reviews", typed)
    assert "照片与现场不符" in back.text
    assert "尚未办理，请核对、修改后重新提交" in back.text
    assert (await problem_of(office, number)).under_review is not None


async def test_whoever_looked_at_something_else_looks_again(office: Office, number: str) -> None:
    person = await office.sign_in(Role.OFFICER)
    shown = await found_false(office, person, number)
    forged = hidden(shown.text) | {"seen": "0" * 64}
    again = await person.press(str(shown.url), f"/problems/{number}/reviews", forged)
    assert "尚未办理" in again.text
    assert (await problem_of(office, number)).points == 0


async def test_where_nothing_grave_is_left_to_look_at_one_is_led_back(
    office: Office, number: str
) -> None:
    person = await office.sign_in(Role.OFFICER)
    shown = await found_false(office, person, number)
    await person.press(str(shown.url), f"/problems/{number}/reviews", hidden(shown.text))
    later = await person.browser.get(str(shown.url))
    assert later.url.path == f"/problems/{number}"
    bare = await person.browser.get(f"/problems/{number}/second-look")
    assert bare.url.path == f"/problems/{number}"


async def test_nobody_else_sees_the_second_look_of_another(office: Office, number: str) -> None:
    person = await office.sign_in(Role.OFFICER)
    shown = await found_false(office, person, number)
    other = await office.sign_in(Role.SUPERVISOR)
    seen = await other.browser.get(str(shown.url))
    assert seen.url.path == f"/problems/{number}"
