"""Points stay a district's own when the problem goes to another one: it can still appeal them."""

from __future__ import annotations

from tests.api.district.test_requests import APPEALS, NO, appeals_path, ask, asks, rows
from tests.worlds.house import DADUKOU, YUZHONG, House

FORM, FURTHER = "/f/problem", ("/f/problem/extension", "/f/problem/objection")


async def test_the_link_of_before_leads_to_the_points_and_to_nothing_else(any_house: House) -> None:
    house = any_house
    link = await house.moved_with_points()
    async with house.browser() as browser:
        answer = await browser.post("/f/enter", data={"token": house.token(link)})
    assert answer.headers["location"].startswith(APPEALS)
    visitor = await house.visitor(link)
    page = (await visitor.see(APPEALS)).text
    assert "渝中区" in page
    assert "大渡口区" not in page
    assert "仍由本单位承担" in page
    assert [(await visitor.see(path)).status_code for path in (FORM, *FURTHER)] == [410] * 3


async def test_a_link_taken_back_by_hand_or_over_leads_to_no_points(house: House) -> None:
    link = await house.moved_with_points()
    visitor = await house.visitor(link)
    house.clock.pass_by(days=61)
    assert (await visitor.see(APPEALS)).status_code in (403, 410)
    async with house.browser() as browser:
        answer = await browser.post("/f/enter", data={"token": house.token(link)})
    assert answer.status_code == 410
    assert "申诉" not in answer.text


async def test_the_former_district_appeals_and_sees_what_becomes_of_it(any_house: House) -> None:
    house = any_house
    visitor = await house.visitor(await house.moved_with_points())
    status, receipt = await ask(visitor, await appeals_path(visitor), asks())
    assert status == 303
    assert "申诉中" in receipt
    assert "返回扣分清单" in receipt
    (row,) = [one for one in await rows(house) if one.kind == "appeal"]
    assert (row.district, row.state) == (YUZHONG, "applied")
    problem = await house.desk.state(NO)
    assert problem.district == DADUKOU
    assert problem.appeals_open
