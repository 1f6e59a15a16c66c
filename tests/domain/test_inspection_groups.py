"""Groups check across districts, and who pays for their members."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain import events as e
from domain.commands import Facts, RevisitResult
from domain.inspection_groups import (
    InspectionGroup,
    Member,
    MemberKind,
    costs_of,
    demand_cross_district,
    demand_from_elsewhere,
    demand_home,
    group_called,
    home_districts,
    known_group,
    may_inspect,
    owes_group,
)
from domain.refusals import WrongContent
from domain.words.events import in_words

YUZHONG, DADUKOU = "500103", "500104"
YUBEI, BEIBEI, NEW_AREA, OLD_AREA = "500112", "500109", "500157", "CQ-LJXQ"


def member(home: str = "", kind: MemberKind = MemberKind.DISTRICT_INSPECTOR) -> Member:
    return Member(member_id=f"m-{home}-{kind}", name="陈某示例", kind=kind, home_district=home)


def group(*members: Member) -> InspectionGroup:
    return InspectionGroup(group_id="g", name="示例一组", members=members)


def test_a_group_with_somebody_from_the_district_may_not_check_it() -> None:
    mixed = group(member(DADUKOU), member(YUZHONG), member(kind=MemberKind.AIR_EXPERT))
    with pytest.raises(WrongContent) as refused:
        demand_cross_district(mixed, YUZHONG)
    assert refused.value.code == "home_district_inspected"
    assert "渝中区" in str(refused.value)
    assert "陈某示例" not in str(refused.value)
    demand_cross_district(mixed, BEIBEI)


@pytest.mark.parametrize(
    ("kind", "home", "allowed"),
    [
        (MemberKind.AIR_EXPERT, "", True),
        (MemberKind.ONLINE_EXPERT, "", True),
        (MemberKind.CITY_INSPECTOR, "", True),
        (MemberKind.VEHICLE_EXPERT, YUZHONG, False),
        (MemberKind.DISTRICT_INSPECTOR, YUZHONG, False),
        (MemberKind.DISTRICT_INSPECTOR, DADUKOU, True),
    ],
)
def test_experts_may_go_everywhere_but_to_a_home_they_name(
    kind: MemberKind, home: str, allowed: bool
) -> None:
    assert may_inspect(member(home, kind), YUZHONG) is allowed


@pytest.mark.parametrize(
    ("home", "barred"),
    [
        (YUBEI, {YUBEI, NEW_AREA, BEIBEI}),
        (OLD_AREA, {OLD_AREA, NEW_AREA}),
        (BEIBEI, {BEIBEI}),
    ],
)
def test_a_home_that_was_abolished_bars_its_successors_too(home: str, barred: set[str]) -> None:
    units = {YUBEI, BEIBEI, NEW_AREA, OLD_AREA, YUZHONG}
    assert {unit for unit in units if not may_inspect(member(home), unit)} == barred


def test_who_is_sent_by_a_district_says_by_which() -> None:
    with pytest.raises(WrongContent) as missing:
        demand_home(member())
    assert missing.value.code == "home_district_missing"
    with pytest.raises(WrongContent) as unknown:
        demand_home(member("999999"))
    assert unknown.value.code == "district_unknown"
    demand_home(member(YUZHONG))
    demand_home(member(kind=MemberKind.ONLINE_EXPERT))


def test_lodging_and_travel_are_pooled_and_the_sender_pays_the_way() -> None:
    costs = costs_of(member(YUZHONG))
    assert (costs.lodging, costs.travel) == ("督导帮扶专项统筹", "督导帮扶专项统筹")
    assert costs.journey == "派员单位负责（渝中区生态环境局）"
    assert costs.clause == "行动方案四（一）"


def test_what_the_plan_leaves_open_is_not_invented() -> None:
    costs = costs_of(member(YUZHONG, MemberKind.AIR_EXPERT))
    assert costs.clause == "行动方案未作明确规定"
    assert costs.journey == "由市级另行明确"


def test_a_group_tells_the_districts_its_members_come_from() -> None:
    assert home_districts(group(member(YUZHONG), member(), member(YUZHONG)).members) == (YUZHONG,)


def test_enforcement_staff_are_told_from_experts() -> None:
    assert [kind.value for kind in MemberKind if kind.inspects] == [
        "district_inspector",
        "city_inspector",
    ]
    assert MemberKind.ONLINE_EXPERT.label == "在线监测专家"


FIRST = InspectionGroup(group_id="g-1", name="第一帮扶组", members=())
SECOND = InspectionGroup(group_id="g-2", name="第二帮扶组（示例）", members=())


@pytest.mark.parametrize(
    ("said", "group"),
    [
        ("第一帮扶组", FIRST),
        (" 第一 帮扶组　", FIRST),
        ("第二帮扶组(示例)", SECOND),
        ("g-2", SECOND),
        ("第一帮扶小组", None),
        ("", None),
    ],
)
def test_a_group_is_known_by_its_name_or_id_and_by_nothing_like_it(
    said: str, group: InspectionGroup | None
) -> None:
    assert group_called(said, (FIRST, SECOND)) == group


def test_an_unknown_group_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(WrongContent) as refused:
        known_group("第一帮扶 小组", (SECOND, FIRST))
    assert refused.value.code == "inspection_group_unknown"
    assert "相近的有：第一帮扶组、第二帮扶组（示例）" in str(refused.value)
    assert known_group("第一帮扶组", (SECOND, FIRST)) == FIRST
    assert known_group("", (FIRST,)) is None
    assert known_group("随便什么组", ()) is None


@pytest.mark.parametrize(
    ("content", "source", "named", "owes"),
    [
        ("covert_discharge", "", "", True),
        ("covert_discharge", "national_round", "", True),
        ("covert_discharge", "on_site_inspection", "", True),
        ("covert_discharge", "public_complaint", "", False),
        ("covert_discharge", "national_round", "第一帮扶组", False),
        (None, "national_round", "", False),
    ],
)
def test_a_key_problem_of_a_round_names_its_group(
    content: str | None, source: str, named: str, owes: bool
) -> None:
    facts = Facts(
        enterprise="示例公司",
        description="示例",
        district=YUZHONG,
        key_content=content,
        clue_source=source,
        inspection_group=named,
    )
    assert owes_group(facts) is owes


def test_who_is_sent_comes_from_elsewhere_by_every_successor() -> None:
    people = (member(kind=MemberKind.AIR_EXPERT), member(YUBEI))
    demand_from_elsewhere(people, DADUKOU)
    with pytest.raises(WrongContent) as refused:
        demand_from_elsewhere(people, NEW_AREA)
    assert refused.value.code == "home_inspector_sent"
    assert "陈某示例" not in str(refused.value)


def test_the_record_of_a_revisit_says_who_went_without_naming_people() -> None:
    def said(**who: Any) -> str:
        looked = e.RevisitRecorded(
            on=date(2024, 7, 30), result=RevisitResult.IN_PLACE, findings="示例。", **who
        )
        return in_words(looked)

    assert said() == "2024年7月30日（星期二）回头看：整改到位。示例。"
    assert "回头看（第一帮扶组）：整改到位" in said(inspection_group="第一帮扶组")
    assert "（第一帮扶组，检查人员2名）" in said(
        inspection_group="第一帮扶组", inspectors=("m-1", "m-2")
    )
