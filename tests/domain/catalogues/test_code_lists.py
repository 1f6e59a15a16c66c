from __future__ import annotations

import re

import pytest

from domain.catalogues import (
    clue_sources,
    key_contents,
    key_objects,
    penalty_outcomes,
    referrals,
    six_batches,
)
from domain.catalogues.entry import Catalogue, Entry, squeezed
from domain.catalogues.routes import Route, route_of

ALL = [
    key_contents.KEY_CONTENTS,
    key_objects.KEY_OBJECTS,
    clue_sources.CLUE_SOURCES,
    six_batches.SIX_BATCHES,
    penalty_outcomes.PENALTY_OUTCOMES,
    referrals.REFERRALS,
]

PLAN_CONTENTS = """
大气在线监测数据弄虚作假的
涉气监测报告造假的
未安装大气治污设施或大气治污设施不正常运行的
超标排放涉气污染物或未执行超低排放标准的
大气污染物旁路或暗管偷排的
大气在线监测设备不正常运行的
未按要求落实重污染天气应急管控措施的
为掩盖不落实重污染管控措施或设施不正常运行而台账造假的
在建建筑工地未落实扬尘防控措施的
非道路移动机械不在规定区域使用或排放检测超标的
露天焚烧电子废物、油毡、沥青、橡胶、塑料、皮革以及其他产生有毒有害烟尘和恶臭气体的物质的
""".splitlines()[1:]

PLAN_OBJECTS = """
生态环境部重点区域空气质量改善监督帮扶发现和交办问题
市级大气帮扶移交的整改不到位企业和加密监测超标问题等
水泥、玻璃、陶瓷等即将实施新地标及火电、钢铁等高排放强度行业企业设施安装、运行、达标排污情况
移动源（包括加油站（特别是年销售量5000吨以上的加油站）、储油库）管控情况
污染天气应急应对响应时段，工业企业、涉扬尘点位落实重污染天气应急减排措施情况
露天焚烧管控情况
群众长期反复投诉的重点涉气污染源
各级交办的典型涉气问题
""".splitlines()[1:]


def number_of(found: Entry | None) -> int | None:
    return None if found is None else found.number


def test_the_key_contents_are_the_eleven_of_the_plan_word_for_word() -> None:
    assert [entry.label for entry in key_contents.KEY_CONTENTS] == PLAN_CONTENTS
    assert len(key_contents.KEY_CONTENTS) == 11


def test_the_key_objects_are_the_eight_of_the_plan_word_for_word() -> None:
    assert [entry.label for entry in key_objects.KEY_OBJECTS] == PLAN_OBJECTS
    assert len(key_objects.KEY_OBJECTS) == 8


@pytest.mark.parametrize("catalogue", ALL)
def test_the_entries_of_a_list_are_numbered_from_one_and_name_their_source(
    catalogue: Catalogue[Entry],
) -> None:
    assert [entry.number for entry in catalogue] == list(range(1, len(catalogue) + 1))
    assert all(entry.source for entry in catalogue)


@pytest.mark.parametrize("catalogue", ALL)
def test_every_entry_is_found_by_code_number_label_and_short_name(
    catalogue: Catalogue[Entry],
) -> None:
    for entry in catalogue:
        assert catalogue.by_code(entry.code) is entry
        for text in (
            entry.code,
            str(entry.number),
            f"第{entry.number}项",
            entry.label,
            entry.short,
        ):
            assert catalogue.find(text) is entry


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("３", 3),
        ("第3项", 3),
        (" 第 三 项 ", 3),
        ("三、", 3),
        ("十", 10),
        ("十一", 11),
        ("第十一项", 11),
        ("4.超标排放涉气污染物或未执行超低排放标准的；", 4),
        ("5、大气污染物旁路或暗管偷排的", 5),
        ("超标排放", 4),
        ("超标\u200b排放 。", 4),
        ("COVERT_DISCHARGE", 5),
        ("0", None),
        ("12", None),
        ("十二", None),
        ("", None),
        ("扬尘", None),
        ("4.露天焚烧", None),
        ("3条以上", None),
    ],
)
def test_people_s_ways_of_writing_a_key_content_are_understood(
    text: str, number: int | None
) -> None:
    assert number_of(key_contents.find(text)) == number


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        key_contents.by_code("3")


def test_two_entries_may_not_claim_the_same_wording() -> None:
    one = Entry(code="one", number=1, label="甲", short="甲", source="示例")
    two = Entry(code="two", number=2, label="乙", short="乙", source="示例", aliases=(" 甲；",))

    with pytest.raises(ValueError, match="甲"):
        Catalogue(one, two)


def test_squeezing_makes_half_and_full_width_and_spacing_alike() -> None:
    assert squeezed("　ＰＭ２.５ （超标）；\ufeff") == squeezed("pm2.5(超标)")


def test_only_a_national_round_owes_the_national_register() -> None:
    national = [source.code for source in clue_sources.CLUE_SOURCES if source.national]

    assert national == ["national_round"]


def test_the_six_batches_are_marked_as_examples() -> None:
    assert len(six_batches.SIX_BATCHES) == 6
    assert all("示例" in batch.label for batch in six_batches.SIX_BATCHES)
    assert number_of(six_batches.find("立行立改一批")) == 1


@pytest.mark.parametrize(
    ("text", "code", "annex_text"),
    [
        ("是", "case_filed", "是（立案处罚）"),
        ("已立案处罚", "case_filed", "是（立案处罚）"),
        ("首违不罚", "first_violation", "否（首违不罚）"),
        ("轻微免罚", "minor_violation", "否（轻微免罚）"),
        ("法定最低处罚", "statutory_minimum", "是（法定最低）"),
        ("免除加处罚款", "surcharge_waived", "是（免除加处罚款）"),
        ("移送公安机关", "referred", "否（移送）"),
        ("市级检查组查处", "city_group", "是（市级检查组查处）"),
        ("不属实", "unfounded", "否（不属实）"),
        ("调查中", "under_investigation", "否（正在调查）"),
        ("已立案、正在调查", "filed_under_investigation", "是（已立案，正在调查）"),
        ("无主观过错不罚", "no_fault", "否（无主观过错）"),
    ],
)
def test_a_penalty_outcome_answers_the_annex_column(text: str, code: str, annex_text: str) -> None:
    outcome = penalty_outcomes.find(text)

    assert outcome is penalty_outcomes.by_code(code)
    assert outcome.annex_text == annex_text


def test_every_penalty_outcome_names_its_clause() -> None:
    laws = [o.ground for o in penalty_outcomes.PENALTY_OUTCOMES if o.ground.startswith("《中华")]
    assert all(re.search(r"》（20\d\d年(修订)?）第", ground) for ground in laws)
    assert all("第" in o.ground or "方案" in o.ground for o in penalty_outcomes.PENALTY_OUTCOMES)


def test_a_decision_number_is_owed_where_a_decision_was_taken_elsewhere_than_in_the_city() -> None:
    owing = {o.code for o in penalty_outcomes.PENALTY_OUTCOMES if o.needs_document_no}

    assert owing == {"case_filed", "statutory_minimum", "surcharge_waived", "referred"}


def test_the_group_punishes_all_key_contents_itself_and_transfers_general_problems() -> None:
    assert {route_of((entry.code,)) for entry in key_contents.KEY_CONTENTS} == {
        Route.DIRECT_PUNISHMENT
    }
    assert route_of(()) is Route.GENERAL
    assert Route.DIRECT_PUNISHMENT.label == "检查组直接依法查处，交辖区督促整改"
    assert Route.GENERAL.label == "移交属地生态环境部门依法调查处理"
    with pytest.raises(KeyError):
        route_of(("covert_discharge", "no_such_content"))


def test_each_key_content_names_the_clause_it_violates_and_the_clause_that_punishes_it() -> None:
    for one in key_contents.KEY_CONTENTS:
        for ground in (one.ground, one.penalty_ground):
            assert ground.startswith("《")
            assert re.search(r"（20\d\d年(修正|修订)?）第.+条", ground), ground
    dust = key_contents.by_code("construction_dust")
    assert dust.ground == "《中华人民共和国大气污染防治法》（2018年修正）第六十九条"
    assert "第一百一十五条第一款、第二款" in dust.penalty_ground


def test_the_contents_of_a_problem_are_named_in_their_order_and_none_is_a_general_problem() -> None:
    codes = ("excessive_emission", "monitoring_abnormal")
    assert [one.number for one in key_contents.of(codes)] == [4, 6]
    assert key_contents.words(codes) == (
        "超标排放涉气污染物或未执行超低排放标准的；大气在线监测设备不正常运行的"
    )
    assert key_contents.words(()) == "一般问题"


def test_what_the_group_punished_itself_is_open_to_no_leniency_of_the_district() -> None:
    everything = penalty_outcomes.open_to(punished_by_group=False)
    left = {one.code for one in penalty_outcomes.open_to(punished_by_group=True)}
    assert everything == tuple(penalty_outcomes.PENALTY_OUTCOMES)
    assert {one.code for one in everything} - left == {
        "first_violation",
        "minor_violation",
        "no_fault",
        "order_to_correct",
    }


def test_lenience_rests_on_the_law_and_on_the_citys_own_notice() -> None:
    for code in ("first_violation", "minor_violation"):
        assert "渝环规〔2021〕6号" in penalty_outcomes.by_code(code).ground
    assert "第三十三条第二款" in penalty_outcomes.by_code("no_fault").ground
