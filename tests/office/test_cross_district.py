"""Who may not be sent, where the register and the life meet: approvals, draws, a new map."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain import commands as c
from domain.inspection_groups import InspectionGroup, Member, MemberKind
from domain.problem import Problem, ProposedAct
from domain.refusals import WrongContent
from office.registering.cross_district import demand_own_group_may
from tests.office.living import SUPERVISOR, rectified
from tests.office.test_inspection_groups import person
from tests.worlds.house import OFFICER
from tests.worlds.office import Office

YUZHONG, DADUKOU, JIANGBEI, YUBEI, NEW_AREA = "500103", "500104", "500105", "500112", "500157"
LOCAL = Member(
    member_id="m",
    name="陈某示例",
    kind=MemberKind.DISTRICT_INSPECTOR,
    home_district=DADUKOU,
)
GROUPS = (InspectionGroup(group_id="g", name="示例一组", members=(LOCAL,)),)


def proposed(problem: Problem, act: c.Act) -> Problem:
    waiting = ProposedAct(
        seq=7,
        act=act,
        reason="示例",
        content_hash="0" * 64,
        by=OFFICER,
        at=datetime(2024, 6, 24, tzinfo=UTC),
    )
    return replace(problem, proposed=(waiting,))


async def test_the_second_person_hands_nothing_to_a_district_of_the_group(office: Office) -> None:
    number = await office.registered("n", inspection_group="示例一组")
    problem = await office.desk.state(number)
    approval = c.ApproveAct(proposal=7, content_hash="0" * 64, by=SUPERVISOR)
    moved = proposed(problem, c.MoveListed(to_district=DADUKOU))
    with pytest.raises(WrongContent) as refused:
        demand_own_group_may(moved, approval, GROUPS)
    assert refused.value.code == "home_district_inspected"
    demand_own_group_may(proposed(problem, c.WithdrawListed()), approval, GROUPS)
    demand_own_group_may(moved, approval, ())
    upheld = c.DecideObjection(
        receipt_id="r", uphold=True, to_district=DADUKOU, reason="示例", by=OFFICER
    )
    with pytest.raises(WrongContent):
        demand_own_group_may(problem, upheld, GROUPS)
    demand_own_group_may(problem, replace(upheld, uphold=False, to_district=""), GROUPS)


async def test_those_who_were_drawn_stay_away_where_their_home_became_the_district(
    office: Office,
) -> None:
    office.clock.now = datetime(2025, 10, 9, 2, tzinfo=UTC)
    await person(office, "陈某示例", home=JIANGBEI)
    other = await person(office, "林某示例", home=DADUKOU)
    number = "CQ2025-0001"
    await rectified(
        office, number, district=YUBEI, address="渝北区龙溪街道", key_content="covert_discharge"
    )
    body = {"seed_source": "示例彩票第2025120期", "seed_on": "2025-10-13"}
    made = (await office.send("POST", "/draws", json=body)).json()
    office.clock.now = datetime(2025, 10, 14, 2, tzinfo=UTC)
    address = f"/draws/{made['announcement']['draw_id']}/result"
    drawn = await office.send("POST", address, json={"seed": "03 08 13 22"})
    assert len(drawn.json()["result"]["outcomes"][0]["inspectors"]) == 2
    office.clock.now = datetime(2025, 11, 7, 2, tzinfo=UTC)
    done = await office.change("/batch-acts", "b", {"act": "succeed", "problems": [number]})
    assert done.json()["done"] == 1, done.text
    looked = {"on": "2025-11-07", "result": "in_place", "findings": "现场核查示例"}
    refused = await office.send("POST", f"/problems/{number}/revisits", json=looked)
    assert (refused.status_code, refused.json()["code"]) == (422, "home_inspector_sent")
    named = looked | {"inspectors": [other]}
    assert (
        await office.send("POST", f"/problems/{number}/revisits", json=named)
    ).status_code == 200
