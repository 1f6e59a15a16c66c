"""Contents, hour, place and region of a problem: entered at every door, shown, found, exported."""

from __future__ import annotations

from typing import Any

from domain.roles import Role
from office.exports.ledgers import LEDGER
from tests.worlds.office import Office

WHOLE: dict[str, Any] = {
    "district": "500101",
    "enterprise": "重庆示例化工有限公司",
    "description": "废气直排，在线监测设备停运。",
    "key_content": "4",
    "further_contents": ["6"],
    "found_on": "2024-06-20",
    "found_time": "14:05",
    "longitude": "108.3800",
    "latitude": "30.8100",
    "inside_key_region": True,
    "transfer": {"on": "2024-06-24"},
}


async def registered(office: Office, **changes: Any) -> dict[str, Any]:
    made = await office.change("/problems", f"whole-{len(changes)}", WHOLE | changes)
    assert made.status_code == 201, made.text
    body: dict[str, Any] = made.json()
    return body


async def test_what_is_registered_is_shown_found_by_each_content_and_exported(
    office: Office,
) -> None:
    number = (await registered(office))["problem_no"]
    facts = (await office.ask("GET", f"/problems/{number}")).json()["facts"]
    assert (facts["key_content"], facts["further_contents"]) == (
        "excessive_emission",
        ["monitoring_abnormal"],
    )
    page = await (await office.sign_in(Role.OFFICER)).see(f"/problems/{number}")
    for said in (
        "2024-06-20 14:05",
        "东经108.38°，北纬30.81°（WGS-84）",
        "是（城市建成区或园区内）",
        "（2018年修正）第二十四条",
        "（2018年修正）第九十九条第二项",
        "大气在线监测设备不正常运行的",
    ):
        assert said in page, said
    for content in ("excessive_emission", "monitoring_abnormal"):
        answer = await office.ask("GET", f"/problems?key_content={content}")
        (found,) = answer.json()["problems"]
        assert found["problem_no"] == number
        assert found["contents"] == ["excessive_emission", "monitoring_abnormal"]
    assert (await office.ask("GET", "/problems?key_content=open_burning")).json()["problems"] == []
    headings, *rows = await office.sheet("/exports/ledger.xlsx")
    row = dict(zip(headings, rows[0], strict=True))
    assert (row["经度"], row["纬度"], row["发现时间"]) == (108.38, 30.81, "2024-06-20 14:05")
    assert row["是否在重点区域"] == "是（城市建成区或园区内）"
    assert "第二十四条" in row["违反的法律规定"]
    assert "第一百条第三项" in row["处罚依据"]
    assert len(headings) == len(LEDGER)


async def test_the_assessment_counts_key_regions_and_each_content(office: Office) -> None:
    await registered(office)
    await registered(office, inside_key_region=None, district="500101", enterprise="示例二厂")
    address = "/exports/assessment.xlsx?year=2024&for=pollution_battle"
    headings, *rows = await office.sheet(address)
    ours = next(dict(zip(headings, row, strict=True)) for row in rows if row[0] == "万州区")
    assert (ours["计入考核的问题"], ours["其中重点区域"], ours["重点区域待核"]) == (2, 1, 1)
    _, *contents = await office.sheet(address, number=2)
    counted = {row[0]: row[1] for row in contents}
    assert counted["超标排放涉气污染物或未执行超低排放标准的"] == 2
    assert counted["大气在线监测设备不正常运行的"] == 2
    assert counted["一般问题"] == 0


async def test_a_place_outside_the_city_is_told_and_kept_as_a_remark(office: Office) -> None:
    body = await registered(office, longitude="116.4", latitude="39.9")
    assert [one["code"] for one in body["warnings"]] == ["coordinates_outside"]
    facts = (await office.ask("GET", f"/problems/{body['problem_no']}")).json()["facts"]
    assert facts["coordinates"] is None
    assert dict(facts["remarks"])["经度"] == "116.4"


async def test_half_a_place_and_an_hour_without_its_day_are_refused(office: Office) -> None:
    for change in ({"latitude": None}, {"found_on": None}, {"longitude": "200"}):
        refused = await office.change("/problems", f"half-{next(iter(change))}", WHOLE | change)
        assert refused.status_code == 422, change


async def test_the_page_takes_several_contents_the_hour_the_place_and_the_region(
    office: Office,
) -> None:
    officer = await office.sign_in(Role.OFFICER)
    page = await officer.see("/problems/new")
    assert 'value="500101" data-region' in page
    assert 'value="500103" data-region' not in page
    typed = {
        "district": "500101",
        "enterprise": "重庆示例化工有限公司",
        "description": "废气直排，在线监测设备停运。",
        "key_content": "excessive_emission",
        "further_excessive_emission": "excessive_emission",
        "further_monitoring_abnormal": "monitoring_abnormal",
        "found_on": "2024-06-20",
        "found_time": "14:05",
        "longitude": "108.38",
        "latitude": "30.81",
        "inside_key_region": "false",
        "problem_no": "CQ2024-0700",
    }
    answer = await officer.press("/problems/new", "/problems/new", typed)
    assert "问题已登记" in answer.text
    facts = (await office.ask("GET", "/problems/CQ2024-0700")).json()["facts"]
    assert facts["further_contents"] == ["monitoring_abnormal"]
    assert (facts["found_time"], facts["inside_key_region"]) == ("14:05:00", False)
    assert facts["coordinates"] == {"longitude": "108.38", "latitude": "30.81"}
