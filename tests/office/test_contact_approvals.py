"""A contact is written to once a second person approved it; who did what stays on record."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.local_time import day_of
from domain.policy import Position
from domain.roles import Role
from store.people import accounts
from store.people.accounts import AccountRefused
from store.registers import contacts
from store.registers.contacts import Addressee
from tests.worlds.office import Office

ONE = {
    "district": "500103",
    "position": "handler",
    "name": "示例经办人",
    "email": "jingban@unit.example",
    "telephone": "13900000001",
}
APPROVE = {"decision": "approve"}


async def entered(office: Office, key: str = "a", role: Role = Role.OFFICER) -> int:
    """Enter the contact; gives its number."""
    number: int = (await office.change("/contacts", key, ONE, role)).json()["id"]
    return number


async def decided(
    office: Office, number: int, body: dict[str, str], role: Role = Role.SUPERVISOR, key: str = "d"
) -> tuple[int, str]:
    """Decide on the contact; gives the status and the code or the state."""
    answer = await office.change(f"/contacts/{number}/decision", key, body, role)
    told = answer.json()
    return answer.status_code, told.get("code") or told["state"]


async def written_to(office: Office) -> list[str]:
    """Give whom a notice to the district's handler would go to; empty where nobody is known."""
    async with office.db.reading() as session:
        today = day_of(office.clock.now)
        found = await contacts.addressees(session, "500103", [Position.HANDLER], today)
    return [one.email for one in found if one != Addressee(Position.HANDLER, "")]


async def test_a_new_contact_is_written_to_only_once_another_person_approved_it(
    office: Office,
) -> None:
    number = await entered(office)
    assert await written_to(office) == []
    assert await decided(office, number, APPROVE) == (200, "approved")
    assert await written_to(office) == [ONE["email"]]
    assert await decided(office, number, APPROVE, key="again") == (200, "approved")


async def test_whoever_entered_a_contact_may_not_approve_it(office: Office) -> None:
    number = await entered(office, role=Role.SUPERVISOR)
    assert await decided(office, number, APPROVE) == (403, "second_person_required")
    assert await decided(office, number, APPROVE, Role.OFFICER) == (403, "not_allowed")
    assert await written_to(office) == []


async def test_a_declined_contact_is_never_written_to_and_the_reason_is_kept(
    office: Office,
) -> None:
    number = await entered(office)
    assert (await decided(office, number, {"decision": "decline"}))[0] == 422
    declined = {"decision": "decline", "reason": "示例：不是本单位人员"}
    assert await decided(office, number, declined, key="b") == (200, "declined")
    assert await decided(office, number, APPROVE, key="c") == (409, "already_decided")
    assert await written_to(office) == []
    changes = (await office.ask("GET", "/register-changes?register=contacts")).json()["changes"]
    assert [(one["act"], one["by_name"]) for one in changes] == [
        ("declined", "审批人"),
        ("entered", "承办人"),
    ]
    assert changes[0]["details"] == {**ONE, "reason": "示例：不是本单位人员"}
    earlier = f"/register-changes?before={changes[0]['id']}&limit=1"
    (entry,) = (await office.ask("GET", earlier)).json()["changes"]
    assert entry == changes[1]


async def test_what_nobody_entered_is_neither_decided_nor_retired(office: Office) -> None:
    assert await decided(office, 999, APPROVE) == (404, "contact_not_found")
    gone = await office.ask("DELETE", "/contacts/999")
    assert (gone.status_code, gone.json()["code"]) == (404, "contact_not_found")


@pytest.mark.parametrize(
    ("email", "telephone"),
    [
        ("JingBan@unit.example", ""),
        ("", "+86 139-0000-0001"),
        ("someone@city.example", "139 0000 0001"),
        ("", "１３９０００００００１"),
        ("", "0086 139 0000 0001"),
        ("", "139-0000-0001 转 8"),
        ("", "13800000000、13900000001"),
        ("", "023-63000000/13900000001"),
        ("", "13800000000 13900000001"),
    ],
)
async def test_a_districts_contact_who_is_reached_like_an_officer_is_refused_at_every_door(
    office: Office, email: str, telephone: str
) -> None:
    await accounts.set_reach(office.db, "u-officer", email, telephone)
    answer = await office.change("/contacts", "a", ONE)
    assert (answer.status_code, answer.json()["code"]) == (422, "contact_is_officer")
    assert "与市级人员“承办人”的相同" in answer.json()["detail"]
    async with office.seated(Role.OFFICER) as officer:
        form = {**ONE, "mark": office.mark(Role.OFFICER)}
        page = await officer.post("/contacts", data=form, follow_redirects=True)
    assert (page.status_code, "与市级人员“承办人”的相同" in page.text) == (422, True)


async def test_a_contact_who_became_an_officer_meanwhile_is_not_approved(office: Office) -> None:
    number = await entered(office)
    with pytest.raises(AccountRefused, match="渝中区"):
        await accounts.set_reach(office.db, "u-officer", ONE["email"], "")
    async with office.db.writing() as session:
        await session.execute(
            text("UPDATE accounts SET email = :email WHERE id = 'u-officer'"),
            {"email": ONE["email"]},
        )
    assert await decided(office, number, APPROVE) == (422, "contact_is_officer")


async def test_no_account_is_opened_or_enabled_with_the_address_of_a_districts_contact(
    office: Office,
) -> None:
    await accounts.set_reach(office.db, "u-auditor", ONE["email"], "")
    await accounts.set_active(office.db, "u-auditor", active=False)
    await entered(office)
    with pytest.raises(AccountRefused, match="渝中区"):
        await accounts.set_active(office.db, "u-auditor", active=True)
    with pytest.raises(AccountRefused, match="渝中区"):
        await accounts.create(
            office.db, "second", "示例", Role.OFFICER, "a long enough phrase", email=ONE["email"]
        )
    with pytest.raises(AccountRefused, match="邮箱格式"):
        await accounts.set_reach(office.db, "u-officer", "nobody", "")
    city = {**ONE, "district": "CITY", "position": "case_officer"}
    answer = await office.change("/contacts", "city", city)
    assert (answer.status_code, answer.json()["code"]) == (422, "officer_is_contact")


async def test_the_administrator_keeps_address_and_telephone_of_accounts(office: Office) -> None:
    async with office.seated(Role.ADMINISTRATOR) as administrator:
        form = {"mark": office.mark(Role.ADMINISTRATOR), "account": "u-officer"}
        reach = {"email": "chengban@city.example", "telephone": "023-00000000"}
        kept = await administrator.post("/accounts/reach", data={**form, **reach})
        assert kept.status_code == 303
        page = (await administrator.get("/accounts")).text
        assert ("chengban@city.example" in page, "023-00000000" in page) == (True, True)
        bad = await administrator.post(
            "/accounts/reach", data={**form, "email": "nobody"}, follow_redirects=True
        )
        assert (bad.status_code, "邮箱格式不正确" in bad.text) == (422, True)


async def test_a_waiting_contact_stands_on_the_desk_and_is_approved_on_its_page(
    office: Office,
) -> None:
    number = await entered(office)
    async with office.seated(Role.OFFICER) as officer:
        desk = (await officer.get("/")).text
        assert ("新登记的联系人" in desk, "请您审批" in desk) == (True, False)
        assert "待审批" in (await officer.get("/contacts")).text
    async with office.seated(Role.SUPERVISOR) as supervisor:
        desk = (await supervisor.get("/")).text
        assert ("新登记的联系人" in desk, "请您审批" in desk) == (True, True)
        assert "待审批的联系人" in (await supervisor.get("/contacts")).text
        form = {"mark": office.mark(Role.SUPERVISOR), "id": str(number)}
        bare = await supervisor.post(
            "/contacts/decide", data={**form, "decision": "decline"}, follow_redirects=True
        )
        assert (bare.status_code, "理由" in bare.text) == (422, True)
        done = await supervisor.post("/contacts/decide", data={**form, **APPROVE})
        assert done.status_code == 303
        assert "新登记的联系人" not in (await supervisor.get("/")).text
        for contact, status in (("1" * 30, 422), ("999", 404)):
            left = {**form, "id": contact}
            gone = await supervisor.post("/contacts/retire", data=left, follow_redirects=True)
            assert gone.status_code == status
    assert await written_to(office) == [ONE["email"]]


async def test_a_recorded_change_of_a_register_is_never_altered(office: Office) -> None:
    await entered(office)
    with pytest.raises(DBAPIError, match="append-only"):
        async with office.db.writing() as session:
            await session.execute(text("UPDATE register_changes SET by_id = 'another'"))


async def test_a_contact_from_before_approvals_were_asked_is_written_to(office: Office) -> None:
    async with office.db.writing() as session:
        await session.execute(
            text(
                "INSERT INTO contacts (district, position, name, email, telephone, active, valid_from)"
                " VALUES ('500103', 'handler', '示例', 'before@unit.example', '', true, '2024-01-01')"
            )
        )
    assert await written_to(office) == ["before@unit.example"]


async def test_one_person_has_one_account(office: Office) -> None:
    reach = {"email": "Wang@city.example", "telephone": "138 1111 2222；023-63000000"}
    await accounts.set_reach(office.db, "u-officer", **reach)
    for email, telephone in (("wang@city.example", ""), ("", "+86 13811112222")):
        with pytest.raises(AccountRefused, match="officer") as refused:
            await accounts.set_reach(office.db, "u-supervisor", email, telephone)
        assert refused.value.code == "reached_as_account"
    with pytest.raises(AccountRefused, match="officer"):
        await accounts.create(
            office.db,
            "second",
            "示例",
            Role.SUPERVISOR,
            "a long enough phrase",
            email=reach["email"],
        )
    await accounts.set_reach(office.db, "u-supervisor", "li@city.example", "02363000000")
    await accounts.set_reach(office.db, "u-officer", **reach)
    await accounts.set_active(office.db, "u-officer", active=False)
    await accounts.set_reach(office.db, "u-supervisor", **reach)
    with pytest.raises(AccountRefused, match="supervisor"):
        await accounts.set_active(office.db, "u-officer", active=True)
