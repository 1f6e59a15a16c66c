"""The office reads the districts' own lists beside what was transferred."""

from __future__ import annotations

from dataclasses import replace

from domain.commands import RectificationState
from domain.roles import Role
from store.district import self_inspections
from tests.worlds.office import Office
from tests.worlds.problems import ENTRY

YUZHONG, DADUKOU = "500103", "500104"


async def two_lists(office: Office) -> None:
    open_one = replace(
        ENTRY,
        enterprise="大渡口示例建材有限公司",
        key_object="open_burning_control",
        state=RectificationState.IN_PROGRESS,
        corrected_on=None,
    )
    db = office.db
    await self_inspections.save(db, DADUKOU, "b", open_one, "link-2")
    await self_inspections.save(db, YUZHONG, "a", ENTRY, "link-1")


async def test_the_lists_are_read_and_filtered(office: Office) -> None:
    await two_lists(office)
    for query, expected in [
        ("", {"a", "b"}),
        (f"?district={YUZHONG}", {"a"}),
        ("?key_object=open_burning_control", {"b"}),
        ("?state=done", {"a"}),
        ("?district=none", set()),
    ]:
        answer = await office.send("GET", f"/self-inspections{query}", Role.AUDITOR)
        assert {one["entry_id"] for one in answer.json()["self_inspections"]} == expected
    assert (await office.send("GET", "/self-inspections?state=x")).status_code == 422


async def test_the_export_has_one_row_an_entry_and_says_it_is_not_scored(office: Office) -> None:
    await two_lists(office)
    headings, first, second, note = await office.sheet("/exports/self-inspection.xlsx")
    assert headings[:2] == ("区县", "企业（点位）名称")
    assert (first[0], second[0]) == ("渝中区", "大渡口区")
    assert "移动源" in str(first[3])
    assert (first[5], second[5]) == ("已完成整改", "正在整改")
    assert "不参与扣分" in str(note[0])
    assert len(await office.sheet(f"/exports/self-inspection.xlsx?district={YUZHONG}")) == 3


async def test_the_page_shows_own_findings_beside_transferred_problems(office: Office) -> None:
    await two_lists(office)
    await office.transferred()
    desk = await office.sign_in(Role.OFFICER)
    page = await desk.see("/self-inspections")
    assert "大渡口示例建材有限公司" in page
    assert "与市级移交问题对照" in page
    filtered = await desk.see(f"/self-inspections?district={YUZHONG}")
    assert "大渡口示例建材有限公司" not in filtered
    assert f"self-inspection.xlsx?district={YUZHONG}" in filtered
    assert "没有符合条件" in await desk.see("/self-inspections?state=not_begun")
