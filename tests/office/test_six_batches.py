"""六个一批: entered at every door, sorted anew, found, exported and counted under names of the city's own."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from domain.roles import Role
from tests.worlds.office import Office

ONE: dict[str, Any] = {
    "district": "500103",
    "enterprise": "重庆示例印务有限公司",
    "description": "印刷车间集气罩未全部开启。",
    "six_batch": "2",
    "transfer": {"on": "2024-06-24"},
}


async def registered(office: Office, key: str = "one", **changes: Any) -> dict[str, Any]:
    made = await office.change("/problems", key, ONE | changes)
    assert made.status_code == 201, made.text
    body: dict[str, Any] = made.json()
    return body


async def batch_of(office: Office, number: str) -> str:
    answer = await office.ask("GET", f"/problems/{number}")
    return str(answer.json()["facts"]["six_batch"])


async def named(office: Office, code: str, name: str) -> Any:
    return await office.send("PUT", f"/six-batches/{code}", Role.ADMINISTRATOR, json={"name": name})


async def test_a_batch_is_entered_shown_found_exported_and_counted(office: Office) -> None:
    number = (await registered(office))["problem_no"]
    other = (await registered(office, "two", enterprise="重庆示例家具厂", six_batch=""))[
        "problem_no"
    ]
    assert await batch_of(office, number) == "batch_2"
    for asked, found in (("batch_2", number), ("none", other)):
        answer = await office.ask("GET", f"/problems?six_batch={asked}")
        assert [one["problem_no"] for one in answer.json()["problems"]] == [found]
    people = await office.sign_in(Role.OFFICER)
    assert "限期整改一批（示例）" in await people.see(f"/problems/{number}")
    only = await people.see("/problems?six_batch=batch_2")
    assert number in only
    assert other not in only
    headings, *rows = await office.sheet("/exports/ledger.xlsx")
    cells = [dict(zip(headings, row, strict=True))["六个一批"] for row in rows]
    assert sorted(str(cell or "") for cell in cells) == ["", "限期整改一批（示例）"]
    (counted,) = (await office.ask("GET", "/six-batches?year=2024")).json()["districts"]
    assert (counted["problems"], counted["batch_2"], counted["unsorted"]) == (2, 1, 1)


async def test_a_problem_is_sorted_anew_by_an_act_on_record(office: Office) -> None:
    number = (await registered(office))["problem_no"]
    body = {"six_batch": "立案查处一批", "reason": "现场核查后调整"}
    answer = await office.change(f"/problems/{number}/six-batch", "sort", body)
    assert answer.status_code == 200, answer.text
    assert await batch_of(office, number) == "batch_5"
    page = await (await office.sign_in(Role.AUDITOR)).see(f"/problems/{number}")
    assert "归入“六个一批”：立案查处一批（示例）；理由：现场核查后调整" in page
    again = await office.change(f"/problems/{number}/six-batch", "again", {"six_batch": "无此分类"})
    assert (again.status_code, again.json()["code"]) == (422, "six_batch_unknown")


async def test_the_administrator_names_a_batch_and_who_did_is_on_record(office: Office) -> None:
    number = (await registered(office))["problem_no"]
    renamed = await named(office, "batch_2", "分类整治一批")
    assert renamed.json() == {
        "code": "batch_2",
        "number": 2,
        "name": "分类整治一批",
        "label": "分类整治一批",
    }
    await named(office, "batch_2", "分类整治一批")
    assert await batch_of(office, number) == "batch_2"
    assert "分类整治一批" in await (await office.sign_in(Role.OFFICER)).see(f"/problems/{number}")
    later = await registered(office, "two", enterprise="重庆示例家具厂", six_batch="分类整治一批")
    assert await batch_of(office, later["problem_no"]) == "batch_2"
    changes = (await office.ask("GET", "/register-changes?register=six_batches")).json()["changes"]
    assert [(one["subject"], one["details"]["was"]) for one in changes] == [
        ("batch_2", "限期整改一批")
    ]
    book = (
        await office.ask("GET", "/exports/assessment.xlsx?for=pollution_battle&year=2024")
    ).content
    _, headings, *rows = openpyxl.load_workbook(io.BytesIO(book))["按六个一批"].values
    place = headings.index("分类整治一批")
    assert [row[place] for row in rows[:2]] == [2, 2]


async def test_a_name_that_cannot_be_used_is_refused(office: Office) -> None:
    taken = await named(office, "batch_2", "立行立改一批")
    assert (taken.status_code, taken.json()["code"]) == (422, "six_batch_name_taken")
    nowhere = await named(office, "batch_9", "另一批")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "six_batch_not_found")


async def test_the_page_renames_and_shows_what_was_refused(office: Office) -> None:
    people = await office.sign_in(Role.ADMINISTRATOR)
    fields = {"code": "batch_6", "name": "移送司法一批"}
    done = await people.press("/six-batches", "/six-batches", fields)
    assert "移送司法一批" in done.text
    page = await people.see("/six-batches")
    assert "移送追责一批" in page
    assert "移送司法一批" in page
    wrong = {"code": "batch_6", "name": "立行立改一批"}
    refused = await people.press("/six-batches", "/six-batches", wrong)
    assert refused.status_code == 422
    assert "请换一个名称" in refused.text


async def test_a_list_says_the_batch_and_what_it_does_not_know_becomes_a_remark(
    office: Office,
) -> None:
    await named(office, "batch_3", "停产治理一批")
    out, headings = (
        io.BytesIO(),
        ["区县", "企业名称", "存在的环境问题", "移交日期", "分类处置（六个一批）"],
    )
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        headings,
        ["渝中区", "重庆示例印务有限公司", "集气罩未开启。", "2024-06-24", "停产治理一批"],
        ["渝中区", "重庆示例家具厂", "喷漆房未密闭。", "2024-06-24", "另案处理"],
    ):
        sheet.append(row)
    book.save(out)
    files = {"file": ("清单.xlsx", out.getvalue())}
    answer = await office.send("POST", "/batches", files=files, data={"dry_run": "true"})
    assert answer.status_code == 200, answer.text
    first, second = answer.json()["rows"]
    assert not first["warnings"]
    assert [one["code"] for one in second["warnings"]] == ["kept_as_remark"]
