"""正面清单: entered singly and by list, approved by another, used by draw and revisit, shown, exported."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from domain.roles import Role
from tests.office.living import rectified
from tests.worlds.office import Office

ONE: dict[str, Any] = {
    "district": "渝中区",
    "enterprise": "重庆示例印务有限公司",
    "ground": "示例：守法记录良好",
    "from_on": "2024-06-01",
    "until_on": "2024-12-31",
}
HEADINGS = ["区县", "企业名称", "统一社会信用代码", "列入依据", "列入日期", "有效期至"]
BADGE = "正面清单：示例：守法记录良好，有效期至2024年12月31日"
DRAW = {"seed_source": "示例彩票第2024073期开奖号码", "seed_on": "2024-06-27"}


async def entered(office: Office, role: Role = Role.OFFICER, **changes: Any) -> int:
    made = await office.send("POST", "/positive-list", role, json=ONE | changes)
    assert made.status_code == 201, made.text
    number: int = made.json()["id"]
    return number


async def decided(office: Office, *ids: int, role: Role = Role.SUPERVISOR, **said: str) -> Any:
    body = {"ids": ids, "decision": "approve", **said}
    return await office.send("POST", "/positive-list/decisions", role, json=body)


async def listed(office: Office) -> int:
    number = await entered(office)
    answer = await decided(office, number)
    assert answer.status_code == 200, answer.text
    return number


async def test_an_entry_counts_once_another_person_approved_it(office: Office) -> None:
    await rectified(office, "CQ2024-0001")
    people = await office.sign_in(Role.OFFICER)
    number = await entered(office)
    assert BADGE not in await people.see("/problems/CQ2024-0001")
    assert await entered(office) == number
    assert (await decided(office, number)).json()["enterprises"][0]["state"] == "approved"
    assert BADGE in await people.see("/problems/CQ2024-0001")
    changes = await office.ask("GET", "/register-changes?register=positive_list")
    assert [one["act"] for one in changes.json()["changes"]] == ["approved", "entered"]


async def test_nobody_approves_what_he_entered_and_nothing_is_decided_twice(
    office: Office,
) -> None:
    number = await entered(office, Role.SUPERVISOR, enterprise="重庆示例家具厂")
    own = await decided(office, number)
    assert (own.status_code, own.json()["code"]) == (403, "second_person_required")
    other = await listed(office)
    again = await decided(office, other, decision="decline", reason="示例")
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    nowhere = await decided(office, 999)
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "listing_not_found")


async def test_a_draw_leaves_out_what_the_list_covers_and_names_it(office: Office) -> None:
    await rectified(office, "CQ2024-0001")
    await rectified(office, "CQ2024-0002", enterprise="重庆示例家具厂")
    await listed(office)
    page = await (await office.sign_in(Role.OFFICER)).see("/draws")
    assert "另有 1 个问题的企业在监督执法正面清单内" in page
    made = (await office.send("POST", "/draws", json=DRAW)).json()["announcement"]
    assert [one["problem_no"] for one in made["candidates"]] == ["CQ2024-0002"]
    assert [one["problem_no"] for one in made["left_out"]] == ["CQ2024-0001"]
    shown = await (await office.sign_in(Role.AUDITOR)).see(f"/draws/{made['draw_id']}")
    assert "CQ2024-0001（渝中区）：示例：守法记录良好，有效期至2024-12-31" in shown


async def test_a_revisit_from_afar_needs_the_list(office: Office) -> None:
    await rectified(office, "CQ2024-0001")
    body = {
        "on": office.clock.now.date().isoformat(),
        "result": "in_place",
        "findings": "在线数据核查，治理设施运行正常。",
        "off_site": True,
    }
    path = "/problems/CQ2024-0001/revisits"
    refused = await office.send("POST", path, json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "revisit_on_site")
    await listed(office)
    people = await office.sign_in(Role.OFFICER)
    assert "计划以非现场方式" in await people.see("/problems/CQ2024-0001")
    done = await office.send("POST", path, json=body)
    assert done.status_code == 200, done.text
    assert "非现场；企业在正面清单内" in await people.see("/problems/CQ2024-0001")


async def test_who_left_the_list_is_on_it_no_more(office: Office) -> None:
    await rectified(office, "CQ2024-0001")
    number = await listed(office)
    gone = await office.send(
        "POST", f"/positive-list/{number}/removal", json={"reason": "发现超标排放"}
    )
    assert gone.json()["left_on"] is not None
    assert BADGE not in await (await office.sign_in(Role.OFFICER)).see("/problems/CQ2024-0001")


async def test_the_ledger_and_the_list_are_exported(office: Office) -> None:
    await rectified(office, "CQ2024-0001")
    await listed(office)
    headings, row = await office.sheet("/exports/ledger.xlsx")
    cells = dict(zip(headings, row, strict=True))
    assert cells["正面清单"] == "示例：守法记录良好，有效期至2024年12月31日"
    headings, row, *_ = await office.sheet("/exports/positive-list.xlsx")
    assert list(headings[: len(HEADINGS)]) == HEADINGS
    assert row[:2] == ("渝中区", "重庆示例印务有限公司")


def workbook(*rows: list[str]) -> dict[str, Any]:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(out)
    return {"file": ("正面清单.xlsx", out.getvalue())}


async def test_a_list_enters_its_good_rows_and_says_what_is_wrong_with_the_others(
    office: Office,
) -> None:
    good = ["渝中区", "重庆示例印务有限公司", "", "示例", "2024年6月1日", "2024-12-31"]
    rows = [
        ["监督执法正面清单（示例）"],
        HEADINGS,
        good,
        ["渝中区", "", "12", "示例", "六月", "2024-12-31"],
        ["某某区", "重庆示例家具厂", "", "示例", "2024-06-01", "2024-12-31"],
        ["大渡口区", "重庆示例砖厂", "", "示例", "2024-06-01", "2024-05-01"],
    ]
    address = "/positive-list/workbook"
    told = (await office.send("POST", address, files=workbook(*rows))).json()
    assert (told["accepted"], told["refused"]) == (1, 3)
    assert [one["row"] for one in told["rows"] if one["id"] is None] == [4, 5, 6]
    assert "统一社会信用代码应为18位" in told["rows"][1]["message"]
    again = (await office.send("POST", address, files=workbook(*rows))).json()
    assert again["rows"][0]["id"] == told["rows"][0]["id"]
    exported = (await office.ask("GET", "/exports/positive-list.xlsx")).content
    back = (await office.send("POST", address, files={"file": ("清单.xlsx", exported)})).json()
    assert [one["id"] for one in back["rows"]] == [told["rows"][0]["id"]]
    other = await office.send("POST", address, files=workbook(["甲", "乙"]))
    assert (other.status_code, other.json()["code"]) == (422, "invalid_request")


async def test_the_page_enters_approves_and_takes_off(office: Office) -> None:
    officer = await office.sign_in(Role.OFFICER)
    home = "/positive-list"
    wrong = await officer.press(home, home, ONE | {"until_on": "2024-01-01"})
    assert wrong.status_code == 422
    await officer.press(home, home, ONE)
    report = await officer.browser.post(
        f"{home}/workbook",
        data={"mark": (await officer.see(home)).split('name="mark" value="')[1][:64]},
        files=workbook(HEADINGS, ["渝中区", "", "", "示例", "2024-06-01", "2024-12-31"]),
    )
    assert "未登记 1 行" in report.text
    boss = await office.sign_in(Role.SUPERVISOR)
    done = await boss.press(home, f"{home}/decide", {"id": "1", "decision": "approve"})
    assert "审批意见已登记" in done.text
    left = await officer.press(home, f"{home}/leave", {"id": "1", "reason": "发现超标排放"})
    assert "移出" in left.text
