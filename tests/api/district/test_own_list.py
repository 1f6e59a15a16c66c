"""A district keeps its own list on any of its links that holds, and only its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from gateways.link_signer import DISTRICT_DAY, OWN_LIST
from store.district import links, self_inspections
from store.district.links import LinkKey
from store.district.self_inspections import EntryFilter, ListedEntry
from store.points import ledger
from tests.worlds.house import DADUKOU, MONDAY, YUZHONG, House, Visitor, found

PROBLEM, DAY = "/f/problem/self-inspection", "/f/day/self-inspection"
TYPED = {
    "enterprise": "重庆示例加油站有限公司",
    "address": "渝中区示例路2号",
    "key_object": "mobile_sources",
    "finding": "油气回收装置密封不严。",
    "state": "done",
    "measure": "更换密封圈并复测合格。",
    "corrected_on": "2024-06-20",
    "slot": "batch_1",
}


async def day_visitor(house: House, district: str = YUZHONG) -> Visitor:
    expires = house.clock.now + timedelta(days=30)
    key = LinkKey(
        purpose=DISTRICT_DAY,
        district=district,
        recipient="a@example.cn",
        day=MONDAY.isoformat(),
    )
    link = await links.issue(house.db, key, expires)
    return await house.visitor(link)


async def write(
    visitor: Visitor, path: str = PROBLEM, entry: str = "", action: str = "save", **typed: str
) -> str:
    """Fill in the form as the page shows it and press a button; give the page that comes."""
    page = (await visitor.see(f"{path}?entry={entry}" if entry else path)).text
    hidden = {
        "csrf": found(r'name="csrf" value="([0-9a-f]{64})"', page),
        "entry": found(r'name="entry" value="([0-9a-f]{32})"', page),
    }
    answer = await visitor.browser.post(
        path, data={**hidden, **TYPED, **typed, "action": action}, follow_redirects=True
    )
    return answer.text


async def kept(house: House, district: str = YUZHONG) -> tuple[ListedEntry, ...]:
    async with house.db.reading() as session:
        return await self_inspections.listed(session, EntryFilter(district=district))


async def test_an_entry_is_written_changed_and_removed(house: House) -> None:
    visitor = await house.visitor()
    assert "重庆示例加油站有限公司" in await write(visitor)
    (one,) = await kept(house)
    assert one.entry.corrected_on is not None
    assert "正在整改" in await write(
        visitor, entry=one.entry_id, state="in_progress", finding="油枪密封不严。"
    )
    (changed,) = await kept(house)
    assert (changed.entry_id, changed.version) == (one.entry_id, 2)
    assert changed.entry.corrected_on is None
    assert "尚未填报" in await write(visitor, entry=one.entry_id, action="remove")
    assert await kept(house) == ()
    async with house.db.reading() as session:
        assert await ledger.scores(session, 2024) == ()


async def test_a_days_link_opens_the_same_list(house: House) -> None:
    await write(await house.visitor())
    visitor = await day_visitor(house)
    page = (await visitor.see("/f/day")).text
    assert f'href="{DAY}?of=' in page
    assert "重庆示例加油站有限公司" in (await visitor.see(DAY)).text
    await write(visitor, DAY, enterprise="重庆示例建材有限公司")
    assert len(await kept(house)) == 2


async def test_pressing_twice_writes_one_entry(house: House) -> None:
    visitor = await house.visitor()
    page = (await visitor.see(PROBLEM)).text
    fields = {
        "csrf": found(r'name="csrf" value="([0-9a-f]{64})"', page),
        "entry": found(r'name="entry" value="([0-9a-f]{32})"', page),
        **TYPED,
    }
    for _ in range(2):
        assert (await visitor.browser.post(PROBLEM, data=fields)).status_code == 303
    assert [one.version for one in await kept(house)] == [1]


async def test_the_district_is_the_links_whatever_the_form_says(house: House) -> None:
    await write(await house.visitor(), district=DADUKOU)
    (one,) = await kept(house)
    stranger = await day_visitor(house, DADUKOU)
    assert "尚未填报" in (await stranger.see(DAY)).text
    assert (await stranger.see(f"{DAY}?entry={one.entry_id}")).status_code == 404
    page = (await stranger.see(DAY)).text
    stolen = {"csrf": found(r'name="csrf" value="([0-9a-f]{64})"', page), "entry": one.entry_id}
    for action in ("save", "remove"):
        answer = await stranger.browser.post(DAY, data={**stolen, **TYPED, "action": action})
        assert answer.status_code == 404
    assert await kept(house, DADUKOU) == ()
    assert await kept(house) == (one,)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("enterprise", " ", "请填写企业（点位）名称。"),
        ("enterprise", "示" * 101, "最多100字，现为101字"),
        ("finding", "", "请填写自查发现的问题。"),
        ("key_object", "", "请选择对应的重点检查对象。"),
        ("slot", "batch_7", "请选择分类处置。"),
        ("state", "", "请选择整改情况。"),
        ("corrected_on", "", "已完成整改的，请填写完成日期。"),
        ("corrected_on", "2024-06-25", "完成日期晚于今天"),
        ("corrected_on", "2024-02-30", "没有这一天"),
    ],
)
async def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(
    house: House, field: str, typed: str, said: str
) -> None:
    page = await write(await house.visitor(), **{field: typed})
    assert said in page
    assert "更换密封圈并复测合格。" in page
    assert await kept(house) == ()


async def test_a_wrong_change_keeps_the_entry_and_the_editing(house: House) -> None:
    visitor = await house.visitor()
    await write(visitor)
    (one,) = await kept(house)
    page = await write(visitor, entry=one.entry_id, finding="")
    assert "删除这一条" in page
    assert await kept(house) == (one,)


async def test_a_refused_entry_is_loaded_again_without_being_sent_again(house: House) -> None:
    visitor = await house.visitor()
    page = (await visitor.see(PROBLEM)).text
    fields = {
        "csrf": found(r'name="csrf" value="([0-9a-f]{64})"', page),
        "entry": found(r'name="entry" value="([0-9a-f]{32})"', page),
        **TYPED,
    }
    refused = await visitor.browser.post(PROBLEM, data={**fields, "slot": ""})
    assert refused.status_code == 303
    for said in ("请选择分类处置。", TYPED["finding"], fields["entry"]):
        assert said in (await visitor.see(refused.headers["location"])).text
    assert "完成日期" not in refused.headers["location"]
    await visitor.browser.post(PROBLEM, data=fields)
    afterwards = (await visitor.see(refused.headers["location"])).text
    assert "尚未保存" not in afterwards
    assert "共1条" in afterwards


async def test_its_door_promises_no_draft(house: House) -> None:
    expires = house.clock.now + timedelta(days=30)
    key = LinkKey(purpose=OWN_LIST, district=YUZHONG, recipient="a@example.cn")
    own = await links.issue(house.db, key, expires)
    async with house.browser() as browser:
        door = (await browser.get(f"/f/{house.token(own)}")).text
        assert "打开自查自纠清单" in door
        assert "没有点“保存”的内容不会保留" in door
        assert "草稿会保留" in (await browser.get(f"/f/{house.token(await house.link())}")).text


async def test_what_is_refused_leads_back_to_the_list(house: House) -> None:
    visitor = await house.visitor()
    page = (await visitor.see(f"{PROBLEM}?entry={'0' * 32}&of=")).text
    assert f'<a href="{PROBLEM}?of=">返回清单</a>' in page


async def test_only_the_page_itself_writes(house: House) -> None:
    visitor = await house.visitor()
    csrf = found(r'name="csrf" value="([0-9a-f]{64})"', (await visitor.see(PROBLEM)).text)
    entry = "0" * 32
    tries = [
        ({"csrf": "0" * 64, "entry": entry}, {}, 403),
        ({"csrf": csrf, "entry": entry}, {"origin": "https://evil.example"}, 403),
        ({"csrf": csrf, "entry": "../etc"}, {}, 400),
        ({"csrf": csrf}, {}, 400),
    ]
    for hidden, headers, status in tries:
        answer = await visitor.browser.post(PROBLEM, data={**hidden, **TYPED}, headers=headers)
        assert answer.status_code == status, answer.text
    async with house.browser() as nobody:
        assert (await nobody.get(PROBLEM)).status_code == 403
    assert await kept(house) == ()


async def test_a_revoked_link_writes_no_more(house: House) -> None:
    link = await house.link()
    visitor = await house.visitor(link)
    await links.revoke(house.db, "reassigned", jti=link.jti)
    assert (await visitor.see(PROBLEM)).status_code == 410


async def test_too_many_changes_a_day_are_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_inspections, "CHANGES_A_DAY", 1)
    visitor = await house.visitor()
    await write(visitor)
    assert "今日填报次数过多" in await write(visitor, enterprise="重庆示例建材有限公司")


async def test_a_busy_store_offers_what_was_typed_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> None:
        raise OperationalError("insert", {}, Exception("database is locked"))

    visitor = await house.visitor()
    with monkeypatch.context() as broken:
        broken.setattr(self_inspections, "save", busy)
        page = await write(visitor)
    assert "请勿关闭本页" in page
    assert f'action="{PROBLEM}"' in page
    assert "油气回收装置密封不严。" in page
