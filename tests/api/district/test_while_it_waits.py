"""What a district is told while what it handed in, or asked for, has to wait: the truth, and what to do."""

from __future__ import annotations

import pytest
from httpx2 import Response

from domain.restore_epoch import Restored
from store.district import delivering, links
from store.watch import doors
from tests.worlds.house import House, Visitor, typed

SECONDS, LATER = "一般几秒内完成", "登记到问题档案有所延迟"


@pytest.fixture
async def visitor(house: House, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """Somebody whose papers come to no life."""

    async def nobody_there(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(delivering, "deliver", nobody_there)
    return await house.visitor()


async def receipt(visitor: Visitor) -> str:
    answer = await visitor.press("submit", typed())
    assert answer.status_code == 303
    return answer.headers["location"]


async def test_a_receipt_promises_seconds_only_while_it_is_a_matter_of_seconds(
    house: House, visitor: Visitor
) -> None:
    address = await receipt(visitor)
    page = (await visitor.see(address)).text
    assert (SECONDS in page, LATER in page, 'content="10"' in page) == (True, False, True)
    house.clock.pass_by(minutes=3)
    page = (await visitor.see(address)).text
    assert (SECONDS in page, LATER in page, 'content="60"' in page) == (False, True, True)


async def test_while_the_doors_are_shut_no_receipt_promises_seconds(
    house: House, visitor: Visitor
) -> None:
    await doors.shut_for(house.db, Restored.STORE_OLDER, "x")
    page = (await visitor.see(await receipt(visitor))).text
    assert (SECONDS in page, LATER in page) == (False, True)
    assert "无需重复提交" in page
    reason = {"wanted_on": "2024-07-20", "reason": "设备待到货", **SIGNED}
    asked = await visitor.press("submit", reason, path="/f/problem/extension")
    assert LATER in (await visitor.see(asked.headers["location"])).text


SIGNED = {name: typed()[name] for name in ("filled_by", "telephone")}


async def resend(house: House) -> Response:
    link = await house.link()
    async with house.browser() as browser:
        return await browser.post("/f/resend", data={"token": house.token(link)})


async def test_while_no_mail_goes_out_no_new_link_is_promised_within_minutes(house: House) -> None:
    await doors.shut_for(house.db, Restored.STORE_OLDER, "x")
    page = (await resend(house)).text
    assert "几分钟内" not in page
    assert "核对完成后，新链接自动发到" in page


async def test_otherwise_it_is_promised_within_minutes(house: House) -> None:
    assert "几分钟内" in (await resend(house)).text


async def test_who_holds_a_link_that_was_taken_back_is_told_how_to_get_another(
    house: House,
) -> None:
    link = await house.link()
    visitor = await house.visitor(link)
    await links.revoke(house.db, "by_hand", jti=link.jti)
    page = (await visitor.see()).text
    assert "链接已收回" in page
    assert "请联系市级承办人发送新链接" in page


async def test_nobody_is_asked_to_correct_what_needs_no_answer_any_more(house: House) -> None:
    first, second = await house.visitor(), await house.visitor()
    hidden = await second.hidden()
    assert (await first.press("submit", typed())).status_code == 303
    page = (await second.post({**hidden, **typed(), "action": "submit"})).text
    assert ("没有提交" in page, "请更正以下内容" in page) == (True, False)
    assert "无需重复提交" in page


async def test_who_goes_back_and_changes_what_he_handed_in_is_told_that_it_was_handed_in(
    house: House,
) -> None:
    visitor = await house.visitor()
    fields = {**await visitor.hidden(), **typed(), "action": "submit"}
    await visitor.post(fields)
    again = await visitor.post({**fields, "text": "改了几个字。"})
    assert again.status_code == 409
    assert "此前已提交，本次的改动没有提交" in again.text
    assert "改了几个字。" in again.text
