"""Contacts: entered at the door with checked addresses, retired without loss of the record."""

from __future__ import annotations

import pytest

from domain.roles import Role
from tests.worlds.office import Office

ONE = {
    "district": "500103",
    "position": "handler",
    "name": "示例经办人",
    "email": "jingban@unit.example",
}


async def test_a_contact_is_entered_once_and_retired(office: Office) -> None:
    first = await office.change("/contacts", "a", ONE)
    again = await office.change("/contacts", "b", ONE, Role.ADMINISTRATOR)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    gone = await office.ask("DELETE", f"/contacts/{first.json()['id']}")
    assert gone.status_code == 200
    assert (await office.ask("GET", "/contacts")).json() == {"contacts": []}


async def test_one_address_in_two_positions_is_two_contacts(office: Office) -> None:
    first = await office.change("/contacts", "a", ONE)
    other = await office.change("/contacts", "b", ONE | {"position": "section_chief"})
    assert first.json()["id"] != other.json()["id"]
    listed = (await office.ask("GET", "/contacts")).json()["contacts"]
    assert [one["position"] for one in listed] == ["handler", "section_chief"]


async def test_another_name_for_a_known_address_is_refused_not_passed_over(office: Office) -> None:
    first = await office.change("/contacts", "a", {**ONE, "telephone": "023-63000000"})
    for field, other in (("name", "示例接任"), ("telephone", ""), ("valid_from", "2030-01-01")):
        body = {**ONE, "telephone": "023-63000000", field: other}
        answer = await office.change("/contacts", field, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "contact_differs")
        assert ("示例经办人" in answer.text, "待审批" in answer.text) == (True, True)
    office.clock.pass_by(days=3)
    again = await office.change("/contacts", "later", {**ONE, "telephone": "023-63000000"})
    assert again.json() == first.json()


@pytest.mark.parametrize("number", [2**31, 2**63, 2**64 + 1, 10**400, 0, -1])
async def test_a_number_that_no_store_holds_is_refused(office: Office, number: int) -> None:
    decision = await office.change(
        f"/contacts/{number}/decision", "d", {"decision": "approve"}, Role.SUPERVISOR
    )
    gone = await office.ask("DELETE", f"/contacts/{number}")
    left = await office.change(f"/positive-list/{number}/removal", "r", {"reason": "示例"})
    for answer in (decision, gone, left):
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "nobody"}, "邮箱"),
        ({"email": "a@b.c\r\nBcc: x@y.z"}, "邮箱"),
        ({"email": "张三@unit.example"}, "邮箱"),
        ({"district": "999999"}, "没有这个区县代码"),
        ({"position": "supervisor"}, "与所选单位不符"),
        ({"district": "CITY"}, "与所选单位不符"),
    ],
)
async def test_what_is_no_contact_is_refused_in_plain_words(
    office: Office, changes: dict[str, str], said: str
) -> None:
    answer = await office.change("/contacts", "bad", {**ONE, **changes})
    assert answer.status_code == 422
    assert said in answer.text


async def test_the_page_names_the_districts_without_anybody_and_keeps_what_was_typed(
    office: Office,
) -> None:
    async with office.seated(Role.OFFICER) as officer:
        page = (await officer.get("/contacts")).text
        assert "没有经办人的区县（41）" in page
        form = {**ONE, "mark": office.mark(Role.OFFICER)}
        bad = await officer.post(
            "/contacts", data={**form, "email": "nobody"}, follow_redirects=True
        )
        assert (bad.status_code, "示例经办人" in bad.text) == (422, True)
        assert (await officer.post("/contacts", data=form)).status_code == 303
        page = (await officer.get("/contacts")).text
        assert "没有经办人的区县（41）" in page
        assert ("待审批的联系人" in page, "jingban@unit.example" in page) == (True, True)
        (row,) = (await office.ask("GET", "/contacts?district=500103")).json()["contacts"]
        left = {"mark": office.mark(Role.OFFICER), "id": str(row["id"])}
        assert (await officer.post("/contacts/retire", data=left)).status_code == 303
        page = (await officer.get("/contacts")).text
        assert "待审批的联系人" not in page
        assert "渝中区经办人示例经办人（jingban@unit.example）" in page.partition("变更记录")[2]
