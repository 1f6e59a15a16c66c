"""自查自纠 has a door of its own: a district without a transferred problem hands in its list."""

from __future__ import annotations

import re

from domain.roles import Role
from store.district import self_inspections
from store.district.self_inspections import EntryFilter
from tests.worlds.house import Visitor, found
from tests.worlds.office import Office

OWN = "/f/own/self-inspection"
BODY = {"district": "大渡口区", "recipient": "示例经办人", "days": 30}
ENTRY = {
    "enterprise": "重庆示例加油站有限公司",
    "address": "大渡口区示例路2号",
    "key_object": "mobile_sources",
    "finding": "油气回收装置密封不严。",
    "state": "done",
    "measure": "更换密封圈并复测合格。",
    "corrected_on": "2024-06-20",
    "slot": "batch_1",
}


async def entered(office: Office, address: str) -> Visitor:
    """Open the link in a district's browser."""
    browser = office.browser()
    token = address.rpartition("/f/")[2]
    answer = await browser.post("/f/enter", data={"token": token})
    assert answer.headers["location"].partition("?")[0] == OWN, answer.text
    return Visitor(browser)


async def test_a_district_without_a_problem_hands_in_its_own_list(office: Office) -> None:
    made = await office.change("/self-inspection-links", "k", BODY)
    assert made.status_code == 201, made.text
    again = await office.change("/self-inspection-links", "l", BODY)
    assert again.json()["id"] == made.json()["id"]
    visitor = await entered(office, made.json()["address"])
    page = (await visitor.see(OWN)).text
    assert "大渡口区" in page
    hidden = {
        "csrf": found(r'name="csrf" value="([0-9a-f]{64})"', page),
        "entry": found(r'name="entry" value="([0-9a-f]{32})"', page),
    }
    saved = await visitor.browser.post(
        OWN, data={**hidden, **ENTRY, "action": "save"}, follow_redirects=True
    )
    assert "重庆示例加油站有限公司" in saved.text
    async with office.db.reading() as session:
        (one,) = await self_inspections.listed(session, EntryFilter(district="500104"))
    assert one.entry.enterprise == ENTRY["enterprise"]


async def test_a_link_that_is_taken_back_opens_nothing_any_more(office: Office) -> None:
    made = (await office.change("/self-inspection-links", "k", BODY)).json()
    visitor = await entered(office, made["address"])
    path = f"/self-inspection-links/{made['id']}/revocation"
    assert (await office.change(path, "r")).status_code == 200
    assert (await visitor.browser.get(OWN)).status_code in {403, 410}
    assert (await office.ask("GET", "/self-inspection-links")).json()["links"] == []
    other = await office.change("/self-inspection-links/none/revocation", "s")
    assert other.status_code == 404


async def test_a_link_ends_with_its_days(office: Office) -> None:
    made = (await office.change("/self-inspection-links", "k", {**BODY, "days": 1})).json()
    office.clock.pass_by(days=2)
    browser = office.browser()
    token = made["address"].rpartition("/f/")[2]
    answer = await browser.post("/f/enter", data={"token": token})
    assert answer.status_code == 410
    assert (await office.ask("GET", "/self-inspection-links")).json()["links"] == []


async def test_a_link_is_issued_shown_once_and_taken_back_on_the_page(office: Office) -> None:
    officer = await office.sign_in(Role.OFFICER)
    typed = {"district": "500104", "recipient": "示例经办人", "days": "30"}
    shown = await officer.press("/self-inspections", "/self-inspections/links", typed)
    assert "链接已开出" in shown.text
    page = await officer.see("/self-inspections")
    assert "链接已开出" not in page
    revocation = re.search(r'action="(/self-inspections/links/[0-9a-f]{32}/revocation)"', page)
    assert revocation is not None
    back = await officer.press("/self-inspections", revocation[1], {})
    assert "链接已收回" in back.text


async def test_what_cannot_be_issued_says_why(office: Office) -> None:
    wrong = await office.change("/self-inspection-links", "k", {**BODY, "district": "火星区"})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "district_not_found")
    assert (
        await office.change("/self-inspection-links", "l", {**BODY, "days": 0})
    ).status_code == 422
    officer = await office.sign_in(Role.OFFICER)
    typed = {"district": "500104", "recipient": "", "days": "30"}
    refused = await officer.press("/self-inspections", "/self-inspections/links", typed)
    assert refused.status_code == 422


async def test_a_link_never_ends_because_another_district_gets_one(office: Office) -> None:
    made = (await office.change("/self-inspection-links", "k", BODY)).json()
    other = await office.change("/self-inspection-links", "l", {**BODY, "district": "渝中区"})
    assert other.status_code == 201, other.text
    assert other.json()["id"] != made["id"]
    for link in (made, other.json()):
        await entered(office, link["address"])


async def test_a_key_stands_for_one_link_and_one_revocation(office: Office) -> None:
    made = await office.change("/self-inspection-links", "k", BODY)
    other = await office.change("/self-inspection-links", "k", {**BODY, "recipient": "另一人"})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    same = await office.change("/self-inspection-links", "k", BODY, Role.SUPERVISOR)
    assert same.json()["code"] == "idempotency_key_reused"
    path = f"/self-inspection-links/{made.json()['id']}/revocation"
    assert (await office.change(path, "k")).json()["code"] == "idempotency_key_reused"
    assert [(await office.change(path, "r")).status_code for _ in range(2)] == [200, 200]


async def test_who_issued_prolonged_and_took_back_a_link_is_recorded(office: Office) -> None:
    made = (await office.change("/self-inspection-links", "k", BODY)).json()
    await office.change("/self-inspection-links", "l", BODY)
    longer = {**BODY, "days": 60}
    await office.change("/self-inspection-links", "m", longer, Role.SUPERVISOR)
    path = f"/self-inspection-links/{made['id']}/revocation"
    for key in ("r", "s"):
        await office.change(path, key, role=Role.SUPERVISOR)
    answer = await office.ask("GET", "/register-changes?register=self_inspection_links")
    told = answer.json()["changes"]
    assert [(one["act"], one["by"]) for one in reversed(told)] == [
        ("entered", "u-officer"),
        ("changed", "u-supervisor"),
        ("retired", "u-supervisor"),
    ]
    assert {one["subject"] for one in told} == {made["id"]}
    assert told[-1]["details"]["recipient"] == BODY["recipient"]
    assert {one["by_name"] for one in told} == {"承办人", "审批人"}
    again = (await office.change("/self-inspection-links", "n", BODY)).json()
    assert again["id"] != made["id"]
