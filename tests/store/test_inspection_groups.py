"""The register of inspectors and groups, on both databases."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from domain.inspection_groups import InspectionGroup, Member, MemberKind
from store.engine import Database
from store.refusing import StoreRefused
from store.registers import inspection_groups as register
from store.registers.register_changes import Register, RegisterAct, latest
from store.tables import GroupMemberRow

YUZHONG, DADUKOU = "500103", "500104"
CHEN = Member(
    member_id="m-1",
    name="陈某示例",
    kind=MemberKind.DISTRICT_INSPECTOR,
    home_district=YUZHONG,
)
LIN = Member(
    member_id="m-2",
    name="林某示例",
    kind=MemberKind.DISTRICT_INSPECTOR,
    home_district=DADUKOU,
)
EXPERT = Member(member_id="m-3", name="何某示例", kind=MemberKind.AIR_EXPERT)


@pytest.fixture(autouse=True)
async def people(db: Database) -> None:
    """Three people on the register."""
    for one in (CHEN, LIN, EXPERT):
        await register.add_inspector(db, one, "admin")


async def form(db: Database, *members: Member, name: str = "示例一组") -> InspectionGroup:
    ids = [member.member_id for member in members]
    return await register.form_group(db, f"group-{name}", name, ids, "admin")


async def test_a_group_is_found_by_its_name_however_it_is_spaced(db: Database) -> None:
    await form(db, CHEN, EXPERT)
    async with db.reading() as session:
        found = await register.named(session, " 示例　一组。")
        other = await register.named(session, "示例二组")
        nameless = await register.named(session, "")
    assert found == InspectionGroup(
        group_id="group-示例一组", name="示例一组", members=(CHEN, EXPERT)
    )
    assert other is None
    assert nameless is None


async def test_forming_the_same_group_again_changes_nothing(db: Database) -> None:
    first = await form(db, CHEN)
    assert await form(db, LIN) == first


async def test_a_name_in_use_is_refused_until_its_group_is_dissolved(db: Database) -> None:
    await form(db, CHEN)
    with pytest.raises(StoreRefused, match="group_name_taken"):
        await register.form_group(db, "another", "示例 一组", [LIN.member_id], "admin")
    await register.dissolve(db, "group-示例一组", "admin")
    await register.form_group(db, "another", "示例 一组", [LIN.member_id], "admin")
    async with db.reading() as session:
        assert [group.group_id for group in await register.groups(session)] == ["another"]


async def test_who_belonged_to_a_group_stays_on_record(db: Database) -> None:
    await form(db, CHEN, EXPERT)
    wanted = [EXPERT.member_id, LIN.member_id]
    changed = await register.set_members(db, "group-示例一组", wanted, "admin")
    assert changed.members == (EXPERT, LIN)
    async with db.reading() as session:
        kept = list(await session.scalars(select(GroupMemberRow).order_by(col(GroupMemberRow.id))))
    assert [(row.inspector_id, row.left_at is None) for row in kept] == [
        ("m-1", False),
        ("m-3", True),
        ("m-2", True),
    ]


async def test_nobody_unknown_joins_and_nothing_half_done_remains(db: Database) -> None:
    with pytest.raises(StoreRefused, match="inspector_not_found"):
        await register.form_group(db, "g", "示例三组", [CHEN.member_id, "nobody"], "admin")
    async with db.reading() as session:
        assert await register.groups(session) == ()


async def test_who_is_struck_off_leaves_every_group(db: Database) -> None:
    await form(db, CHEN, EXPERT)
    await register.strike_inspector(db, CHEN.member_id, "admin")
    async with db.reading() as session:
        assert await register.inspectors(session) == (LIN, EXPERT)
        (group,) = await register.groups(session)
    assert group.members == (EXPERT,)


async def test_an_id_stands_for_one_person_and_one_group_only(db: Database) -> None:
    await register.add_inspector(db, CHEN, "admin")
    other = Member(member_id="m-1", name="别人示例", kind=MemberKind.AIR_EXPERT)
    with pytest.raises(StoreRefused, match="idempotency_key_reused"):
        await register.add_inspector(db, other, "admin")
    await form(db, CHEN)
    with pytest.raises(StoreRefused, match="idempotency_key_reused"):
        await register.form_group(db, "group-示例一组", "别的组", [], "admin")


async def test_what_is_not_there_cannot_be_changed(db: Database) -> None:
    with pytest.raises(StoreRefused, match="inspector_not_found"):
        await register.strike_inspector(db, "nobody", "admin")
    nothing = register.set_members(db, "none", [], "admin")
    for change in (nothing, register.dissolve(db, "none", "admin")):
        with pytest.raises(StoreRefused, match="inspection_group_not_found"):
            await change


async def test_whoever_changes_a_group_or_the_register_is_recorded_with_the_change(
    db: Database,
) -> None:
    await form(db, CHEN)
    await register.set_members(db, "group-示例一组", [CHEN.member_id], "nobody changed anything")
    await register.set_members(db, "group-示例一组", [], "admin-2")
    await register.strike_inspector(db, CHEN.member_id, "admin-3")
    await register.strike_inspector(db, CHEN.member_id, "struck already")
    await register.dissolve(db, "group-示例一组", "admin-4")
    async with db.reading() as session:
        found = await latest(session, Register.INSPECTION_GROUPS, limit=4)
    assert [(one.by_id, one.act, one.subject) for one in reversed(found)] == [
        ("admin", RegisterAct.ENTERED, "group-示例一组"),
        ("admin-2", RegisterAct.CHANGED, "group-示例一组"),
        ("admin-3", RegisterAct.RETIRED, "m-1"),
        ("admin-4", RegisterAct.RETIRED, "group-示例一组"),
    ]
