"""A clerk with several problems: one list, what is left of it, and nothing typed twice."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx2

from domain import commands as c
from gateways.link_signer import DISTRICT_DAY
from store.district import drafts, inbox, links
from store.district.links import LinkKey
from tests.worlds.house import DADUKOU, MONDAY, OFFICER, YUZHONG, House, found, typed

MARK = r'name="csrf" value="([^"]+)"'


async def clerk(house: House, more: int = 2) -> httpx2.AsyncClient:
    """Somebody let in to the day's list of the house's problem and `more` others."""
    for number in range(2, 2 + more):
        await house.transferred(f"CQ2024-000{number}", enterprise=f"重庆示例{number}号有限公司")
    key = LinkKey(
        purpose=DISTRICT_DAY, district=YUZHONG, recipient="h@example.cn", day=MONDAY.isoformat()
    )
    link = await links.issue(house.db, key, house.clock.now + timedelta(days=30))
    browser = house.browser()
    await browser.post("/f/enter", data={"token": house.token(link)})
    return browser


async def press(browser: httpx2.AsyncClient, page: str, **fields: str) -> httpx2.Response:
    """Press one of a page's buttons that lead to the list or to a form."""
    address = found(r'action="(/f/day\?[^"]+)"', page)
    sent = {"csrf": found(MARK, page), **fields}
    return await browser.post(address, data=sent, follow_redirects=True)


async def hand_in(browser: httpx2.AsyncClient, form: httpx2.Response, **more: str) -> str:
    """Fill in a form that is open and hand it in; give the receipt."""
    page = form.text
    hidden = {
        "csrf": found(MARK, page),
        "receipt_id": found(r'name="receipt_id" value="([^"]+)"', page),
    }
    answer = await browser.post(
        found(r'id="annex" method="post" action="([^"]+)"', page),
        data={**typed(**more), **hidden, "action": "submit"},
        files=[("upload", ("", b""))],
    )
    assert answer.status_code == 303, answer.text
    return (await browser.get(answer.headers["location"])).text


async def test_the_list_holds_all_that_is_owed_with_a_line_of_each(house: House) -> None:
    browser = await clerk(house)
    page = (await browser.get("/f/day")).text
    assert "已反馈 0/3" in page
    assert page.count("喷涂工序") == 3
    assert re.findall(r"CQ2024-000\d", page)[::2] == ["CQ2024-0001", "CQ2024-0002", "CQ2024-0003"]


async def test_from_a_receipt_the_next_is_one_press_away_until_none_is_left(house: House) -> None:
    browser = await clerk(house, more=1)
    form = await press(browser, (await browser.get("/f/day")).text, problem_no="CQ2024-0001")
    assert "返回待反馈问题" in form.text
    receipt = await hand_in(browser, form)
    assert "下一件（剩余1件）" in receipt
    assert "已反馈 1/2" in (await browser.get("/f/day")).text
    form = await press(browser, receipt, problem_no="CQ2024-0002")
    assert "CQ2024-0002" in form.text
    assert 'value="张某"' in form.text
    assert 'value="023-00000000"' in form.text
    receipt = await hand_in(browser, form)
    assert "清单所列问题均已反馈" in receipt
    assert "已反馈 2/2" in (await browser.get("/f/day")).text


async def test_what_waits_for_its_life_counts_as_answered(house: House) -> None:
    browser = await clerk(house, more=1)
    form = await press(browser, (await browser.get("/f/day")).text, problem_no="CQ2024-0001")
    house.desk.silent = True
    await hand_in(browser, form)
    page = (await browser.get("/f/day")).text
    assert "已反馈 1/2" in page
    assert "已提交，正在登记" in page


async def test_a_returned_answer_is_owed_again_in_its_next_round(
    house: House,
) -> None:
    browser = await clerk(house)
    form = await press(browser, (await browser.get("/f/day")).text, problem_no="CQ2024-0001")
    await hand_in(browser, form)
    async with house.db.reading() as session:
        (row,) = await inbox.of_round(session, "CQ2024-0001", 1)
    accept = c.ReviewFeedback(
        receipt_id=row.receipt_id,
        verdict=c.Verdict.RETURN_FOR_SUPPLEMENT,
        reason="缺照片",
        by=OFFICER,
    )
    await house.do(accept)
    page = (await browser.get("/f/day")).text
    assert "已反馈 0/3" in page
    assert "第2轮" in page


async def test_the_same_words_go_into_the_drafts_of_others_and_overwrite_nothing(
    house: House,
) -> None:
    browser = await clerk(house)
    page = (await browser.get("/f/day")).text
    third = await press(browser, page, problem_no="CQ2024-0003")
    await browser.post(
        found(r'id="annex" method="post" action="([^"]+)"', third.text),
        data={"csrf": found(MARK, third.text), "action": "save", "text": "自己写的"},
        files=[("upload", ("", b""))],
    )
    receipt = await hand_in(browser, await press(browser, page, problem_no="CQ2024-0001"))
    answer = await browser.post(
        found(r'action="(/f/day/same\?[^"]+)"', receipt),
        data={
            "csrf": found(MARK, receipt),
            "receipt_id": found(r'name="receipt_id" value="([^"]+)"', receipt),
            "problem_no": ["CQ2024-0002", "CQ2024-0003", "CQ2024-0009"],
        },
        follow_redirects=True,
    )
    assert "已带入2个问题的草稿" in answer.text
    assert answer.text.count("有草稿") == 2
    for number, text in (("CQ2024-0002", typed()["text"]), ("CQ2024-0003", "自己写的")):
        link = await house.link(number, recipient="h@example.cn")
        async with house.db.reading() as session:
            fields = (await drafts.find(session, link.jti, "answer")).fields
            assert await inbox.of_problem(session, number) == []
        assert fields["text"] == text
        assert fields["penalty_outcome"] == "first_violation"
        assert not fields.get("penalty_document_no")


async def test_words_of_another_district_are_brought_nowhere(house: House) -> None:
    stranger = await house.visitor(await house.link())
    answer = await stranger.press("submit", typed())
    receipt = answer.headers["location"].split("/")[-1].partition("?")[0]
    key = LinkKey(
        purpose=DISTRICT_DAY, district=DADUKOU, recipient="d@e.cn", day=MONDAY.isoformat()
    )
    link = await links.issue(house.db, key, house.clock.now + timedelta(days=30))
    await house.transferred("CQ2024-0002", district=DADUKOU)
    other = await house.visitor(link)
    page = (await other.see("/f/day")).text
    answer = await other.browser.post(
        found(r'action="(/f/day\?[^"]+)"', page).replace("/f/day?", "/f/day/same?"),
        data={"csrf": found(MARK, page), "receipt_id": receipt, "problem_no": "CQ2024-0002"},
    )
    assert answer.status_code == 404


async def test_another_persons_name_and_an_erased_one_are_not_brought_along(house: House) -> None:
    await house.transferred("CQ2024-0002")
    visitor = await house.visitor(await house.link())
    await visitor.press("submit", typed())
    other = await house.visitor(await house.link("CQ2024-0002"))
    assert "张某" not in (await other.see()).text
    token = house.token(await house.link("CQ2024-0002", recipient="somebody@example.cn"))
    await visitor.browser.post("/f/enter", data={"token": token})
    assert "张某" not in (await visitor.see()).text
