from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogues.districts import (
    District,
    Region,
    district,
    districts_in,
    find_district,
    suggest_districts,
    valid_districts,
)

IN_2024 = date(2024, 6, 21)
IN_2026 = date(2026, 2, 2)
LAST_DAY = date(2025, 11, 5)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def codes(units: tuple[District, ...]) -> list[str]:
    return [unit.code for unit in units]


def test_the_plan_knows_forty_one_units_in_three_kinds_of_region() -> None:
    kinds = Counter(unit.region for unit in valid_districts(IN_2024))

    assert kinds == {Region.WHOLE_AREA: 19, Region.PARTIAL: 14, Region.NOT_NAMED: 8}


def test_the_map_of_2025_knows_thirty_seven_districts_and_two_functional_areas() -> None:
    now = valid_districts(IN_2026)

    assert sum(unit.code.isdecimal() for unit in now) == 37
    assert {unit.code for unit in now if not unit.code.isdecimal()} == {"CQ-GXQ", "CQ-WSJK"}


def test_the_key_regions_are_those_of_the_plan() -> None:
    whole = [unit.name for unit in valid_districts(IN_2024) if unit.region is Region.WHOLE_AREA]
    partial = [unit.name for unit in valid_districts(IN_2024) if unit.region is Region.PARTIAL]

    assert "、".join(whole[:17]) == (
        "渝中区、大渡口区、江北区、沙坪坝区、九龙坡区、南岸区、北碚区、渝北区、巴南区、江津区、"
        "合川区、永川区、大足区、璧山区、铜梁区、潼南区、荣昌区"
    )
    assert whole[17:] == ["两江新区", "西部科学城重庆高新区"]
    assert "、".join(partial) == (
        "万州区、黔江区、涪陵区、长寿区、南川区、綦江区、开州区、梁平区、武隆区、"
        "丰都县、垫江县、忠县、云阳县、万盛经开区"
    )
    assert Region.WHOLE_AREA.label == "全域"


@pytest.mark.parametrize(
    ("text", "in_2024", "in_2026"),
    [
        ("渝中", "500103", "500103"),
        ("渝中区", "500103", "500103"),
        (" 渝 中区\u200b", "500103", "500103"),
        ("重庆市渝中区", "500103", "500103"),
        ("渝中区生态环境局", "500103", "500103"),
        ("５００１０３", "500103", "500103"),
        ("高新区", "CQ-GXQ", "CQ-GXQ"),
        ("西部科学城重庆高新区", "CQ-GXQ", "CQ-GXQ"),
        ("西部(重庆)科学城", "CQ-GXQ", "CQ-GXQ"),
        ("cq-gxq", "CQ-GXQ", "CQ-GXQ"),
        ("万盛", "CQ-WSJK", "CQ-WSJK"),
        ("万盛经开区", "CQ-WSJK", "CQ-WSJK"),
        ("忠县", "500233", "500233"),
        ("石柱", "500240", "500240"),
        ("石柱土家族自治县", "500240", "500240"),
        ("开县", "500154", "500154"),
        ("500228", "500155", "500155"),
        ("江北区", "500105", None),
        ("渝北", "500112", None),
        ("两江新区", "CQ-LJXQ", "500157"),
        ("两江新区分局", "CQ-LJXQ", "500157"),
        ("500157", None, "500157"),
        ("渝中区分", None, None),
        ("", None, None),
    ],
)
def test_a_name_means_the_unit_that_bore_it_on_that_day(
    text: str, in_2024: str | None, in_2026: str | None
) -> None:
    for day, expected in ((IN_2024, in_2024), (IN_2026, in_2026)):
        found = find_district(text, day)
        assert (found.code if found else None) == expected


@pytest.mark.parametrize(
    ("code", "successors"),
    [
        ("500105", ("500157",)),
        ("500112", ("500157", "500109")),
        ("CQ-LJXQ", ("500157",)),
    ],
)
def test_an_abolished_unit_ends_with_the_old_map_and_names_its_successors(
    code: str, successors: tuple[str, ...]
) -> None:
    unit = district(code)

    assert unit.successors == successors
    assert unit.is_valid(LAST_DAY)
    assert not unit.is_valid(LAST_DAY + timedelta(days=1))
    assert district(successors[0]).is_valid(LAST_DAY + timedelta(days=1))


def test_the_new_district_does_not_exist_before_its_day() -> None:
    assert not district("500157").is_valid(LAST_DAY)
    assert district("500157").is_valid(LAST_DAY + timedelta(days=1))


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        district("500999")


@pytest.mark.parametrize(
    ("text", "day", "suggested"),
    [
        ("江北区", IN_2026, ["500157"]),
        ("渝北", IN_2026, ["500157", "500109"]),
        ("沙坪霸区", IN_2024, ["500106"]),
        ("火星", IN_2024, []),
    ],
)
def test_a_name_that_is_no_unit_suggests_those_that_may_be_meant(
    text: str, day: date, suggested: list[str]
) -> None:
    assert codes(suggest_districts(text, day)) == suggested


def test_a_unit_that_still_exists_is_not_replaced_by_its_successor() -> None:
    assert "江北区" in [unit.name for unit in suggest_districts("江北区", IN_2024)]
    assert "500157" not in codes(suggest_districts("江北区", IN_2024))


@given(st.text(max_size=12), DAYS)
def test_suggestions_are_at_most_three_units_that_exist_on_that_day(text: str, day: date) -> None:
    suggested = suggest_districts(text, day)

    assert len(suggested) == len(set(suggested)) <= 3
    assert all(unit.is_valid(day) for unit in suggested)


@given(DAYS)
def test_every_spelling_of_a_unit_that_exists_means_that_unit(day: date) -> None:
    for unit in valid_districts(day):
        assert all(find_district(spelling, day) is unit for spelling in unit.spellings)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("彭水自治县", "彭水苗族土家族自治县"),
        ("重庆市石柱县", "石柱土家族自治县"),
        ("秀山县生态环境局", "秀山土家族苗族自治县"),
        ("重庆市酉阳县人民政府办公室", "酉阳土家族苗族自治县"),
        ("科学城重庆高新区", "西部科学城重庆高新区"),
        ("高新区生态环境局", "西部科学城重庆高新区"),
        ("重庆两江新区管委会", "两江新区"),
        ("万盛经济技术开发区管理委员会", "万盛经开区"),
        ("重庆万州", "万州区"),
        ("綦江县", "綦江区"),
        ("垫江縣环保局", "垫江县"),
    ],
)
def test_a_name_is_understood_with_what_offices_set_around_it(text: str, name: str) -> None:
    found = find_district(text, date(2026, 11, 26))
    assert found is not None
    assert found.name == name


def test_a_suggestion_looks_at_the_units_own_part_of_the_name() -> None:
    on = date(2026, 11, 26)
    assert [unit.name for unit in suggest_districts("双桥经开区", on)] == ["大足区"]
    assert suggest_districts("成都市锦江区", on) == ()
    assert "巴南区" in [unit.name for unit in suggest_districts("巳南区", on)]
    heirs = [unit.name for unit in suggest_districts("重庆市渝北区生态环境局", on)]
    assert heirs == ["两江新区", "北碚区"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("巴县", ["巴南区"]),
        ("江北县", ["两江新区", "北碚区"]),
        ("巫山县（自治县）", ["巫山县"]),
        ("大足区（双桥经开区）", ["大足区"]),
        ("綦江区（万盛经开区）", ["綦江区", "万盛经开区"]),
        ("高新区（沙坪坝区）", ["西部科学城重庆高新区", "沙坪坝区"]),
        ("渝北区江北区", ["两江新区", "北碚区"]),
        ("黔江土家族苗族自治县", ["黔江区"]),
        ("重庆市，渝中区", ["渝中区"]),
        ("500103000000", ["渝中区"]),
        ("南岸区（经开区）", ["南岸区"]),
    ],
)
def test_a_text_that_holds_units_names_suggests_these_and_no_others(
    text: str, names: list[str]
) -> None:
    on = date(2026, 11, 26)
    assert find_district(text, on) is None
    assert [unit.name for unit in suggest_districts(text, on)] == names


@pytest.mark.parametrize("text", ["丰都（县）", "丰都县（）", "丰都县( )"])
def test_brackets_that_say_nothing_more_do_not_matter(text: str) -> None:
    found = find_district(text, date(2026, 11, 26))
    assert found is not None
    assert found.name == "丰都县"


def test_two_units_in_one_text_are_told_apart_from_one() -> None:
    assert districts_in("渝中区、巴南区") == ("渝中区", "巴南区")
    assert districts_in("渝中 和 巴南") == ("渝中区", "巴南区")
    assert districts_in("渝中区") == districts_in("渝中区、某地") == ()
