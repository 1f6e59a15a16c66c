"""A link opens one round of one problem for one district, while it holds; looking changes nothing."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import text

from domain.notices import NoticeKind, notice_key
from gateways.link_signer import DISTRICT_DAY
from store.district import links
from store.district.links import LinkKey
from store.tables import Table
from tests.worlds.house import DADUKOU, MONDAY, YUZHONG, House, found, typed


async def digest(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Everything the store holds."""
    async with house.db.reading() as session:
        return {
            name: sorted(map(tuple, await session.execute(text(f"SELECT * FROM {name}"))), key=repr)  # noqa: S608 - names from our own metadata
            for name in Table.metadata.tables
        }


async def test_looking_at_a_link_changes_nothing_and_tells_nothing(house: House) -> None:
    link = await house.link()
    token, before = house.token(link), await digest(house)
    async with house.browser() as browser:
        for number in range(30):
            method = "HEAD" if number % 3 else "GET"
            answer = await browser.request(method, f"/f/{token}")
            assert answer.status_code == 200
            assert "set-cookie" not in answer.headers
            assert "示例印务" not in answer.text
            assert "CQ2024-0001" not in answer.text
    assert await digest(house) == before


async def test_reading_pages_of_an_open_session_changes_nothing(house: House) -> None:
    visitor = await house.visitor()
    await visitor.press("save", typed())
    before = await digest(house)
    for path in ("/f/problem", "/f/receipt/none", "/f/files/" + "0" * 64, "/f/day"):
        await visitor.see(path)
    assert await digest(house) == before


async def test_a_made_up_link_looks_like_any_other_until_it_is_pressed(house: House) -> None:
    async with house.browser() as browser:
        assert (await browser.get("/f/anything-at-all")).status_code == 200
        answer = await browser.post("/f/enter", data={"token": "anything-at-all"})
    assert answer.status_code == 404
    assert "链接无效" in answer.text


async def test_the_token_is_exchanged_for_a_cookie_and_a_clean_address(house: House) -> None:
    token = house.token(await house.link())
    async with house.browser() as browser:
        answer = await browser.post("/f/enter", data={"token": token})
        page = await browser.get("/f/problem")
    assert answer.status_code == 303
    assert re.fullmatch(r"/f/problem\?of=[0-9a-f]{12}", answer.headers["location"])
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-bihuan-form=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert token not in page.text
    assert "示例印务" in page.text


async def test_every_answer_carries_the_headers_even_an_error(house: House) -> None:
    token = house.token(await house.link())
    async with house.browser() as browser:
        answers = [
            await browser.get(f"/f/{token}"),
            await browser.post("/f/enter", data={"token": "x"}),
            await browser.get("/f/problem"),
            await browser.post("/f/enter", data={"token": token}),
            await browser.get("/f/problem"),
            await browser.get("/f/receipt/x"),
        ]
    for answer in answers:
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_other_spellings_of_a_token_are_the_same_link(house: House) -> None:
    link = await house.link()
    token = house.token(link)
    let_in = 0
    async with house.browser() as browser:
        for spelling in [token[:-1] + c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"] + [
            f"{token}="
        ]:
            answer = await browser.post("/f/enter", data={"token": spelling})
            assert answer.status_code in (303, 404)
            let_in += answer.status_code == 303
        await links.revoke(house.db, "staff_change", jti=link.jti)
        for spelling in (token, f"{token}="):
            answer = await browser.post("/f/enter", data={"token": spelling})
            assert answer.status_code in (404, 410)
    assert let_in >= 1


async def test_a_token_may_not_claim_more_than_was_issued(house: House) -> None:
    await house.transferred("CQ2024-0002")
    link = await house.link()
    async with house.browser() as browser:
        for changes in (
            {"problem_no": "CQ2024-0002"},
            {"district": DADUKOU},
            {"round_no": 2},
            {"purpose": "district_day"},
            {"jti": "f" * 32},
        ):
            answer = await browser.post("/f/enter", data={"token": house.token(link, **changes)})
            assert answer.status_code == 404, changes


async def test_an_expired_link_offers_a_new_one_to_the_registered_address(house: House) -> None:
    link = await house.link(days=1)
    token = house.token(link)
    house.clock.pass_by(days=2)
    async with house.browser() as browser:
        answer = await browser.post("/f/enter", data={"token": token})
        assert answer.status_code == 410
        assert "向登记邮箱重新发送" in answer.text
        shown = found(r'name="token" value="([^"]+)"', answer.text)
        sent = await browser.post("/f/resend", data={"token": shown})
        again = await browser.post("/f/resend", data={"token": shown})
    assert (sent.status_code, again.status_code) == (200, 429)
    assert "登记的邮箱" in sent.text
    ordered = {row[0] for row in (await digest(house))["notices"]}
    first, second = (
        notice_key("CQ2024-0001", NoticeKind.TRANSFER_NOTICE, 1, f"resend-{n}") for n in (1, 2)
    )
    assert first in ordered
    assert second not in ordered


async def test_a_new_link_is_sent_three_times_a_day_at_most(house: House) -> None:
    link = await house.link()
    outcomes = []
    for _ in range(5):
        outcomes.append(await links.request_new_link(house.db, link))
        house.clock.pass_by(minutes=11)
    assert [o.value for o in outcomes] == ["ordered"] * 3 + ["too_often"] * 2
    house.clock.pass_by(days=1)
    assert await links.request_new_link(house.db, link) == "ordered"


async def test_no_new_link_is_sent_for_a_round_that_was_answered(house: House) -> None:
    link = await house.link()
    visitor = await house.visitor(link)
    assert (await visitor.press("submit", typed())).status_code == 303
    assert await links.request_new_link(house.db, link) == "not_needed"


async def test_an_open_session_ends_with_its_link(house: House) -> None:
    link = await house.link()
    visitor = await house.visitor(link)
    hidden = await visitor.hidden()
    await links.revoke(house.db, "staff_change", jti=link.jti)
    for answer in (
        await visitor.see(),
        await visitor.post({**hidden, **typed(), "action": "submit"}),
    ):
        assert answer.status_code == 410
    async with house.browser() as browser:
        answer = await browser.post("/f/enter", data={"token": house.token(link)})
    assert answer.status_code == 410
    assert "链接已收回" in answer.text


async def test_a_problem_that_went_to_another_district_is_closed_to_the_first(
    house: House,
) -> None:
    link = await house.link()
    visitor = await house.visitor(link)
    hidden = await visitor.hidden()
    async with house.db.writing() as session:
        body = await session.scalar(text("SELECT body FROM problems"))
        moved = str(body).replace(f'"district":"{YUZHONG}"', f'"district":"{DADUKOU}"')
        await session.execute(text("UPDATE problems SET body = :b"), {"b": moved})
    for answer in (
        await visitor.see(),
        await visitor.post({**hidden, **typed(), "action": "submit"}),
    ):
        assert answer.status_code == 410
        assert "已改由其他单位办理" in answer.text
    assert (await digest(house))["inbox"] == []


async def test_a_district_sees_nothing_of_another(house: House) -> None:
    await house.transferred("CQ2024-0002", district=DADUKOU, enterprise="大渡口金丝雀公司")
    other = await house.visitor(await house.link("CQ2024-0002"))
    await other.press("submit", typed(text="大渡口金丝雀答复"))
    async with house.db.reading() as session:
        receipt = await session.scalar(text("SELECT receipt_id FROM inbox"))
    visitor = await house.visitor()
    for path in ("/f/problem", f"/f/receipt/{receipt}", "/f/problem?problem_no=CQ2024-0002"):
        assert "金丝雀" not in (await visitor.see(path)).text
    assert (await visitor.see(f"/f/receipt/{receipt}")).status_code == 404


async def test_a_session_is_over_after_two_idle_hours_and_eight_in_all(house: House) -> None:
    visitor = await house.visitor()
    for _ in range(5):
        house.clock.pass_by(minutes=90)
        assert (await visitor.press("save", typed())).status_code == 303
    house.clock.pass_by(minutes=40)
    assert (await visitor.see()).status_code == 403
    idle = await house.visitor()
    house.clock.pass_by(hours=2)
    answer = await idle.see()
    assert answer.status_code == 403
    assert "页面已超时" in answer.text


async def test_a_link_issued_again_is_the_same_link_and_lasts_longer(house: House) -> None:
    first = await house.link(days=1)
    second = await house.link(days=9)
    other = await house.link(recipient="chief@example.cn")
    assert first.jti == second.jti != other.jti
    assert second.expires_at > first.expires_at
    await links.revoke(house.db, "staff_change", problem_no="CQ2024-0001")
    assert (await house.link()).jti not in (first.jti, other.jti)


async def test_a_foreign_page_cannot_post(house: House) -> None:
    visitor = await house.visitor()
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
    ):
        answer = await visitor.press("submit", typed(), **headers)
        assert answer.status_code == 403
    for headers in ({"sec-fetch-site": "same-origin", "origin": "null"}, {"origin": "null"}):
        assert (await visitor.press("save", typed(), **headers)).status_code == 303
    hidden = await visitor.hidden()
    answer = await visitor.post({**hidden, **typed(), "csrf": "0" * 64, "action": "submit"})
    assert answer.status_code == 403


async def test_two_districts_that_share_an_address_have_a_day_each(house: House) -> None:
    ends = house.clock.now + timedelta(days=60)
    day, at = MONDAY.isoformat(), "shared@example.cn"
    keys = [
        LinkKey(purpose=DISTRICT_DAY, district=unit, recipient=at, day=day)
        for unit in (YUZHONG, DADUKOU)
    ]
    both = [await links.issue(house.db, key, ends) for key in keys]
    for link in both:
        async with house.browser() as browser:
            entered = await browser.post("/f/enter", data={"token": house.token(link)})
            assert entered.status_code == 303
            assert entered.headers["location"] == f"/f/day?of={link.jti[:12]}"
            assert (await browser.get(entered.headers["location"])).status_code == 200
    again = await links.issue(house.db, keys[0], ends)
    assert again.jti == both[0].jti
