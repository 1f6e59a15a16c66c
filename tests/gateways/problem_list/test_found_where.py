"""Several contents in one cell, the hour of a finding, its coordinates, and the key regions."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from domain.catalogues import key_contents
from domain.coordinates import Coordinates
from gateways.problem_list.reading import ReadList, read_list
from gateways.problem_list.rows import ListRow
from gateways.problem_list.writing import list_workbook
from tests.gateways.problem_list.books import TODAY, Value, read_with

HALL = Coordinates(longitude=Decimal("106.5516"), latitude=Decimal("29.563"))


def only(result: ReadList) -> ListRow:
    assert result.refused == ()
    return result.rows[0]


def warned(row: ListRow) -> list[tuple[str, str]]:
    return [(one.column, one.code) for one in row.warnings]


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("3、4", "3 4"),
        ("3,4", "3 4"),
        ("3 4", "3 4"),
        ("第3、4项", "3 4"),
        ("重点内容3、重点内容4", "3 4"),
        ("（3）（4）", "3 4"),
        ("③④", "3 4"),
        ("4和6", "4 6"),
        ("超标排放、露天焚烧", "4 11"),
        (
            "11.露天焚烧电子废物、油毡、沥青、橡胶、塑料、皮革以及其他产生有毒有害烟尘和恶臭气体的物质的；4",
            "11 4",
        ),
        ("3、3", "3"),
        ("3", "3"),
    ],
)
def test_several_key_contents_in_one_cell_are_all_read(written: str, numbers: str) -> None:
    facts = only(read_with(重点内容=written)).facts
    assert [str(one.number) for one in key_contents.of(facts.contents)] == numbers.split()


@pytest.mark.parametrize("written", ["3、12", "3、扬尘", "34", "3.4", "1-3"])
def test_what_is_not_wholly_understood_is_refused_and_not_read_in_part(written: str) -> None:
    (refused,) = read_with(重点内容=written).refused
    assert [(one.column, one.code) for one in refused.errors] == [
        ("重点内容", "unknown_key_content")
    ]


@pytest.mark.parametrize(
    ("written", "at"),
    [
        (datetime(2024, 6, 20, 14, 5), time(14, 5)),  # noqa: DTZ001 - a cell knows no time zone
        ("2024-06-20 14:05", time(14, 5)),
        ("2024年6月20日14时5分", time(14, 5)),
        ("2024年6月20日14时", time(14)),
        ("2024年6月20日下午2点", time(14)),
        ("2024年6月20日 上午9:30", time(9, 30)),
        ("2024-06-20T06:05:00Z", time(14, 5)),
        (date(2024, 6, 20), None),
        ("2024-06-20", None),
        ("2024-06-20 00:00:00", None),
        ("20240620", None),
    ],
)
def test_the_hour_behind_the_day_of_the_finding_is_kept(written: Value, at: time | None) -> None:
    row = only(read_with(移交日期="2024-06-24", 发现时间=written))
    assert (row.found_on, row.found_time) == (date(2024, 6, 20), at)


@pytest.mark.parametrize(
    "columns",
    [
        {"经度": "106.5516", "纬度": "29.563"},
        {"经度": 106.5516, "纬度": 29.563},
        {"东经": "106.5516°", "北纬": "29.5630°"},
        {"坐标": "106.5516，29.5630"},
        {"经纬度": "29.563, 106.5516"},
        {"坐标": "东经106°33′5.76″，北纬29°33′46.8″"},
        {"坐标": "E106.5516 N29.563"},
        {"地理坐标": "（106.5516°E，29.563°N）"},
    ],
)
def test_coordinates_are_read_as_they_are_written(columns: dict[str, Value]) -> None:
    row = only(read_with(**columns))
    assert row.coordinates == HALL
    assert warned(row) == []


@pytest.mark.parametrize(
    ("columns", "code", "remarks"),
    [
        (
            {"经度": "116.4", "纬度": "39.9"},
            "coordinates_outside",
            {"经度": "116.4", "纬度": "39.9"},
        ),
        ({"坐标": "厂区东侧"}, "coordinates_unreadable", {"坐标": "厂区东侧"}),
        ({"经度": "106.55"}, "coordinates_unreadable", {"经度": "106.55"}),
    ],
)
def test_a_place_that_cannot_be_is_asked_about_and_kept_as_a_remark(
    columns: dict[str, Value], code: str, remarks: dict[str, str]
) -> None:
    row = only(read_with(**columns))
    assert row.coordinates is None
    assert row.remarks == remarks
    assert warned(row) == [(next(iter(columns)), code)]


@pytest.mark.parametrize("column", ["是否在重点区域", "是否位于城市建成区或园区"])
@pytest.mark.parametrize(
    ("said", "inside"),
    [("是", True), ("否", False), ("园区内", True), ("不在", False), ("/", None)],
)
def test_whether_a_place_lies_in_a_key_region_is_read_for_units_that_belong_in_part(
    column: str, said: str, inside: bool | None
) -> None:
    row = only(read_with(区县="万州区", **{column: said}))
    assert row.inside_key_region is inside
    assert warned(row) == []


def test_what_the_plan_settles_no_list_unsettles() -> None:
    agreed = only(read_with(区县="渝中区", 是否在重点区域="是"))
    against = only(read_with(区县="渝中区", 是否在重点区域="否"))
    vague = only(read_with(区县="万州区", 是否在重点区域="待定区"))
    assert (agreed.inside_key_region, warned(agreed)) == (None, [])
    assert against.inside_key_region is None
    assert warned(against) == [("是否在重点区域", "key_region_by_plan")]
    assert vague.remarks == {"是否在重点区域": "待定区"}
    assert warned(vague) == [("是否在重点区域", "kept_as_remark")]


def test_a_list_that_is_written_reads_back_equal() -> None:
    row = only(
        read_with(
            区县="万州区",
            重点内容="4、6",
            移交日期="2024-06-24",
            发现时间="2024-06-20 14:05",
            坐标="106.5516,29.563",
            是否在重点区域="是",
        )
    )
    written = list_workbook([row], "问题清单（示例）")
    (again,) = read_list(written, today=TODAY).rows
    assert again.facts == row.facts
    assert again.facts.contents == ("excessive_emission", "monitoring_abnormal")
