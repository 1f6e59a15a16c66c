"""The register of groups through its doors, and what intake makes of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.roles import Role
from tests.office.living import rectified
from tests.worlds.office import Office

YUZHONG, DADUKOU = "500103", "500104"
ADMIN = Role.ADMINISTRATOR
NEW = {
    "district": YUZHONG,
    "enterprise": "重庆示例印务有限公司",
    "description": "印刷车间集气罩未全部开启，有机废气无组织排放。",
}


async def person(
    office: Office, name: str, kind: str = "district_inspector", home: str = ""
) -> str:
    body = {"name": name, "kind": kind, "home_district": home}
    added = await office.send("POST", "/inspectors", ADMIN, json=body)
    assert added.status_code == 201, added.text
    return str(added.json()["id"])


async def group(office: Office, name: str, *members: str) -> dict[str, Any]:
    body = {"name": name, "members": members}
    formed = await office.send("POST", "/inspection-groups", ADMIN, json=body)
    assert formed.status_code == 201, formed.text
    found: dict[str, Any] = formed.json()
    return found


async def mixed_group(office: Office) -> dict[str, Any]:
    return await group(
        office,
        "示例一组",
        await person(office, "陈某示例", home=YUZHONG),
        await person(office, "何某示例", "air_expert"),
    )


async def test_a_problem_found_by_a_group_with_a_local_member_is_refused(office: Office) -> None:
    formed = await mixed_group(office)
    problem = {**NEW, "inspection_group": "示例一组"}
    refused = await office.send("POST", "/problems", json=problem)
    assert refused.status_code == 422
    assert refused.json()["code"] == "home_district_inspected"
    assert "渝中区" in refused.json()["detail"]
    assert "陈某示例" not in refused.text
    expert = formed["members"][1]["id"]
    changed = await office.send(
        "PUT", f"/inspection-groups/{formed['id']}/members", ADMIN, json={"members": [expert]}
    )
    assert [one["name"] for one in changed.json()["members"]] == ["何某示例"]
    assert (await office.send("POST", "/problems", json=problem)).status_code == 201


async def test_a_group_checks_other_districts_and_an_unknown_name_is_refused(
    office: Office,
) -> None:
    await mixed_group(office)
    elsewhere = {**NEW, "district": DADUKOU, "inspection_group": "示例一组"}
    assert (await office.send("POST", "/problems", json=elsewhere)).status_code == 201
    misspelled = {**elsewhere, "inspection_group": "示例第一组"}
    refused = await office.send("POST", "/problems", json=misspelled)
    assert (refused.status_code, refused.json()["code"]) == (422, "inspection_group_unknown")
    assert "示例一组" in refused.json()["detail"]


async def test_a_group_is_named_by_its_id_and_kept_by_its_name(office: Office) -> None:
    formed = await mixed_group(office)
    for said in (formed["id"], "示例　一 组"):
        new = {**NEW, "district": DADUKOU, "inspection_group": said, "description": said}
        taken = await office.send("POST", "/problems", json=new)
        number = taken.json()["problem_no"]
        problem = await office.desk.state(number)
        assert problem.facts.inspection_group == "示例一组"


async def test_without_a_register_a_name_is_a_text_with_a_warning(office: Office) -> None:
    free_text = {**NEW, "inspection_group": "没有登记过的执法帮扶组"}
    taken = await office.send("POST", "/problems", json=free_text)
    assert taken.status_code == 201
    (warning,) = taken.json()["warnings"]
    assert warning["code"] == "inspection_group_unchecked"
    other = {**free_text, "enterprise": "重庆示例涂装有限公司"}
    rows = await office.send("POST", "/batches/rows", json={"rows": [other], "dry_run": True})
    report = rows.json()
    assert report["refused"] == 0
    assert [one["code"] for one in report["warnings"]] == ["inspection_group_unchecked"]
    assert report["rows"][0]["warnings"] == []


async def test_a_key_problem_names_the_group_that_found_it(office: Office) -> None:
    key = {**NEW, "district": DADUKOU, "key_content": "covert_discharge"}
    assert (await office.send("POST", "/problems", json=key)).status_code == 201
    await mixed_group(office)
    new = {**key, "description": "另一问题示例"}
    refused = await office.send("POST", "/problems", json=new)
    assert refused.json()["code"] == "inspection_group_missing"
    told = {**new, "clue_source": "public_complaint"}
    assert (await office.send("POST", "/problems", json=told)).status_code == 201
    named = {**new, "inspection_group": "示例一组", "description": "再一问题示例"}
    assert (await office.send("POST", "/problems", json=named)).status_code == 201


async def test_nothing_is_handed_on_to_a_district_of_its_own_group(office: Office) -> None:
    await mixed_group(office)
    number = await office.registered("n", district=DADUKOU, inspection_group="示例一组")
    body = {"to_district": YUZHONG, "reason": "移交对象有误"}
    address = f"/problems/{number}/reassignment"
    tried = await office.send("POST", f"{address}?dry_run=true", json=body)
    refused = await office.send("POST", address, json=body)
    for one in (tried, refused):
        assert (one.status_code, one.json()["code"]) == (422, "home_district_inspected")
    batch = {"act": "reassign", "reason": "示例", "to_district": YUZHONG}
    preview = await office.send(
        "POST", "/batch-acts/preview", json=batch | {"filter": {"district": DADUKOU}}
    )
    (previewed,) = preview.json()["results"]
    done = await office.change("/batch-acts", "b", batch | {"problems": [number]})
    (told,) = done.json()["results"]
    assert (previewed["code"], told["code"]) == (
        "home_district_inspected",
        "home_district_inspected",
    )
    other = body | {"to_district": "500106"}
    assert (await office.send("POST", address, json=other)).status_code == 200


async def test_a_successor_takes_nothing_that_its_own_people_found(office: Office) -> None:
    office.clock.now = datetime(2025, 11, 3, 2, tzinfo=UTC)
    await group(office, "示例二组", await person(office, "罗某示例", home="500112"))
    number = await office.registered(
        "n",
        district="500105",
        inspection_group="示例二组",
        transfer={"on": "2025-11-03", "document_no": "示例"},
    )
    office.clock.now = datetime(2025, 11, 7, 2, tzinfo=UTC)
    done = await office.change("/batch-acts", "b", {"act": "succeed", "problems": [number]})
    (told,) = done.json()["results"]
    assert told["code"] == "home_district_inspected"


async def test_who_goes_back_to_look_comes_from_elsewhere(office: Office) -> None:
    formed = await mixed_group(office)
    (local, expert) = (one["id"] for one in formed["members"])
    away = await group(office, "示例二组", await person(office, "罗某示例", home=DADUKOU))
    for number in ("CQ2024-0001", "CQ2024-0002", "CQ2024-0003"):
        await rectified(office, number, inspection_group="示例一组")
    looked = {"on": "2024-06-24", "result": "in_place", "findings": "现场核查示例"}

    async def record(number: str, **who: Any) -> tuple[int, str]:
        answer = await office.send("POST", f"/problems/{number}/revisits", json=looked | who)
        return answer.status_code, answer.json().get("code", "")

    first = "CQ2024-0001"
    assert await record(first) == (422, "home_district_inspected")
    assert await record(first, inspection_group="示例一组") == (422, "home_district_inspected")
    assert await record(first, inspection_group="示例三组") == (422, "inspection_group_unknown")
    assert await record(first, inspectors=[local]) == (422, "home_inspector_sent")
    assert await record(first, inspectors=["nobody"]) == (404, "inspector_not_found")
    assert await record(first, inspection_group=away["id"]) == (200, "")
    assert await record("CQ2024-0002", inspectors=[expert]) == (200, "")
    desk = await office.sign_in(Role.OFFICER)
    page = f"/problems/{first}"
    assert "回头看（示例二组）：整改到位" in await desk.see(page)
    assert "（检查人员1名）" in await desk.see("/problems/CQ2024-0002")
    form = await desk.see("/problems/CQ2024-0003")
    assert '<option value="示例二组"' in form
    assert "示例二组" in await desk.see("/problems/new")


async def test_a_row_of_a_list_is_refused_under_its_column(office: Office) -> None:
    await mixed_group(office)
    rows = [{**NEW, "inspection_group": "示例 一组"}, {**NEW, "district": DADUKOU}]
    answer = await office.send("POST", "/batches/rows", json={"rows": rows, "dry_run": True})
    report = answer.json()
    assert (report["accepted"], report["refused"]) == (1, 1)
    (error,) = report["rows"][0]["errors"]
    assert (error["column"], error["code"]) == ("检查组", "home_district_inspected")


async def test_a_dissolved_group_is_a_text_like_any(office: Office) -> None:
    formed = await mixed_group(office)
    gone = await office.send("DELETE", f"/inspection-groups/{formed['id']}", ADMIN)
    assert gone.status_code == 204
    problem = {**NEW, "inspection_group": "示例一组"}
    assert (await office.send("POST", "/problems", json=problem)).status_code == 201
    again = await office.send("DELETE", f"/inspection-groups/{formed['id']}", ADMIN)
    assert again.json()["code"] == "inspection_group_not_found"


async def test_asking_twice_under_one_key_adds_one(office: Office) -> None:
    body = {"name": "陈某示例", "kind": "district_inspector", "home_district": YUZHONG}
    first = await office.send("POST", "/inspectors", ADMIN, json=body, key="same")
    second = await office.send("POST", "/inspectors", ADMIN, json=body, key="same")
    assert first.json() == second.json()
    other = await office.send(
        "POST", "/inspectors", ADMIN, json={**body, "name": "别人示例"}, key="same"
    )
    assert other.json()["code"] == "idempotency_key_reused"
    listed = await office.send("GET", "/inspectors")
    assert [one["name"] for one in listed.json()["inspectors"]] == ["陈某示例"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "陈某示例", "kind": "district_inspector"}, "home_district_missing"),
        ({"name": "陈某示例", "kind": "air_expert", "home_district": "1"}, "district_unknown"),
        ({"name": "", "kind": "air_expert"}, "invalid_request"),
        ({"name": "陈某示例", "kind": "friend"}, "invalid_request"),
        (
            {"name": "陈某示例", "kind": "air_expert", "telephone": "023-00000000"},
            "invalid_request",
        ),
    ],
)
async def test_a_person_that_makes_no_sense_is_refused(
    office: Office, body: dict[str, str], code: str
) -> None:
    refused = await office.send("POST", "/inspectors", ADMIN, json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_only_the_administrator_keeps_the_register_and_the_auditor_sees_no_name(
    office: Office,
) -> None:
    await mixed_group(office)
    body = {"name": "陈某示例", "kind": "air_expert"}
    for role in (Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR):
        assert (await office.send("POST", "/inspectors", role, json=body)).status_code == 403
    for path in ("/inspectors", "/inspection-groups", "/exports/inspection-groups.xlsx"):
        assert (await office.send("GET", path, Role.AUDITOR)).status_code == 403
        assert (await office.send("GET", path, Role.SUPERVISOR)).status_code == 200


async def test_the_export_says_who_bears_which_cost(office: Office) -> None:
    await mixed_group(office)
    headings, sent, expert = await office.sheet("/exports/inspection-groups.xlsx")
    assert not any("电话" in str(heading) for heading in headings)
    assert sent == (
        "示例一组",
        "陈某示例",
        "区县抽调执法人员",
        "渝中区",
        "督导帮扶专项统筹",
        "督导帮扶专项统筹",
        "派员单位负责（渝中区生态环境局）",
        "行动方案四（一）",
    )
    assert expert[-1] == "行动方案未作明确规定"


async def test_the_administrator_keeps_the_register_on_its_page(office: Office) -> None:
    desk, page = await office.sign_in(ADMIN), "/inspection-groups"
    chen = {"name": "陈某示例", "kind": "district_inspector", "home_district": YUZHONG}
    assert "人员已登记" in (await desk.press(page, f"{page}/people", chen)).text
    assert (
        "人员已登记"
        in (
            await desk.press(page, f"{page}/people", {"name": "何某示例", "kind": "air_expert"})
        ).text
    )
    homeless = {"name": "林某示例", "kind": "district_inspector"}
    assert "须填写派出区县" in (await desk.press(page, f"{page}/people", homeless)).text
    people = (await office.send("GET", "/inspectors")).json()["inspectors"]
    ids = [one["id"] for one in people]
    formed = await desk.press(page, page, {"name": "示例一组", "member": ids})
    assert "执法帮扶组已组建" in formed.text
    assert "同名" in (await desk.press(page, page, {"name": "示例一组", "member": ids})).text
    (group_,) = (await office.send("GET", "/inspection-groups")).json()["inspection_groups"]
    assert [one["id"] for one in group_["members"]] == ids
    fewer = {"group": group_["id"], "member": ids[1:], "act": "set"}
    assert "人员已调整" in (await desk.press(page, f"{page}/members", fewer)).text
    struck = await desk.press(page, f"{page}/people/strike", {"inspector": ids[1]})
    assert "已调离" in struck.text
    assert "尚无人员" in struck.text
    dissolved = {"group": group_["id"], "act": "dissolve"}
    assert "已解散" in (await desk.press(page, f"{page}/members", dissolved)).text
    assert "已解散" in (await desk.press(page, f"{page}/members", dissolved)).text


async def test_an_officer_looks_at_groups_and_chooses_one_by_name(office: Office) -> None:
    await mixed_group(office)
    desk = await office.sign_in(Role.OFFICER)
    shown = await desk.see("/inspection-groups")
    assert "陈某示例" in shown
    assert "登记人员" not in shown
    assert '<option value="示例一组"' in await desk.see("/problems/new")
