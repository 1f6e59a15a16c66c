"""Every form a list comes in: where the headings stand, what is merged, which way it runs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from gateways.problem_list.errors import ListError
from gateways.problem_list.reading import read_list
from tests.gateways.problem_list.books import GOOD, HEADINGS, TODAY, book, read, saved

ANNEX = "市级大气污染防治执法帮扶问题整改表"
NOTE = "备注：若一个企业存在多个问题的，每个问题请单独填写一列。"
ANNEX_HEADINGS = ("企业名称", "存在的环境问题", "整改情况", "是否立案处罚")


def test_headings_in_the_first_row_give_rows_with_their_sheet_numbers() -> None:
    result = read([HEADINGS, GOOD, (None, None, None), ("500105", "甲示例公司", "裸土未覆盖。")])
    assert [(row.row, row.district, row.enterprise) for row in result.rows] == [
        (2, "500103", "重庆示例餐饮有限公司"),
        (4, "500105", "甲示例公司"),
    ]
    assert result.refused == ()


def test_title_rows_above_the_headings_are_passed_over() -> None:
    result = read([("问题清单（第一批）",), ("制表：执法帮扶组",), (), HEADINGS, GOOD])
    assert [row.row for row in result.rows] == [5]


@pytest.mark.parametrize(
    "headings",
    [
        ("区（县）", "单位名称", "存在问题"),
        ("*属地", "企 业", "问题"),
        ("区县（必填）", "排污单位：", "问题描述"),
        ("所属区县", "企业\n名称", "存在的主要环境问题"),
    ],
)
def test_headings_are_known_by_their_other_names(headings: tuple[str, str, str]) -> None:
    result = read([headings, GOOD])
    assert result.rows[0].description == "油烟净化器未运行。"


def test_the_proper_heading_wins_over_its_other_names() -> None:
    result = read([("问题", *HEADINGS), ("涉气", *GOOD)])
    assert result.rows[0].description == "油烟净化器未运行。"
    assert result.rows[0].remarks == {"问题": "涉气"}


def test_merged_cells_are_filled_down() -> None:
    def arrange(sheet: Worksheet) -> None:
        sheet.merge_cells("A2:A4")
        sheet.merge_cells("B2:B3")

    rows = [HEADINGS, GOOD, (None, None, "第二个问题。"), (None, "乙示例公司", "第三个问题。")]
    result = read(rows, arrange)
    assert [(row.row, row.district, row.enterprise) for row in result.rows] == [
        (2, "500103", "重庆示例餐饮有限公司"),
        (3, "500103", "重庆示例餐饮有限公司"),
        (4, "500103", "乙示例公司"),
    ]


def test_a_row_that_only_inherits_is_blank() -> None:
    result = read([HEADINGS, GOOD, ()], lambda sheet: sheet.merge_cells("A2:A3"))
    assert len(result.rows) == 1
    assert result.refused == ()


def test_an_empty_enterprise_that_is_not_merged_is_refused_and_not_guessed() -> None:
    result = read([HEADINGS, GOOD, ("渝中区", None, "另一个问题。")])
    assert [(r.row, r.errors[0].column, r.errors[0].code) for r in result.refused] == [
        (3, "企业名称", "missing")
    ]


def test_row_counters_alone_make_no_row() -> None:
    result = read([("序号", *HEADINGS), (1, *GOOD), (2, None, None, None)])
    assert len(result.rows) == 1
    assert result.refused == ()
    assert result.rows[0].remarks == {}


def test_headings_repeated_on_a_second_page_are_no_row() -> None:
    result = read([HEADINGS, GOOD, HEADINGS, GOOD])
    assert [row.row for row in result.rows] == [2, 4]


def test_unknown_columns_are_kept_as_remarks() -> None:
    result = read([(*HEADINGS, "带队人员", None, "带队人员"), (*GOOD, "示例", "无题", 3)])
    assert result.rows[0].remarks == {"带队人员": "示例", "第5列": "无题", "带队人员（第6列）": "3"}
    assert dict(result.rows[0].facts.remarks) == result.rows[0].remarks


def test_the_annex_form_takes_its_district_from_the_head_line() -> None:
    rows = [
        (ANNEX,),
        ("渝北区 区（县）    填报人：示例   联系电话：",),
        ANNEX_HEADINGS,
        ("甲示例公司", "未开启喷淋。", "已整改。", "否"),
        ("甲示例公司", "堆场未覆盖。", None, None),
        (NOTE,),
    ]
    result = read(rows)
    assert [(row.row, row.district, row.description) for row in result.rows] == [
        (4, "500112", "未开启喷淋。"),
        (5, "500112", "堆场未覆盖。"),
    ]
    assert result.rows[0].remarks == {"整改情况": "已整改。", "是否立案处罚": "否"}
    assert result.refused == ()


@pytest.mark.parametrize(
    ("head_line", "code"),
    [
        (("渝北", "区（县）", "填报人：", None), "500112"),
        (("  城口县 区(县) 填报人：", None), "500229"),
        (("____万州____区（县）填报人：",), "500101"),
        (("区县：黔江区    填报人：",), "500114"),
    ],
)
def test_the_head_line_is_read_in_its_variants(head_line: tuple[str, ...], code: str) -> None:
    result = read([(ANNEX,), head_line, ANNEX_HEADINGS, ("甲示例公司", "未开启喷淋。")])
    assert [row.district for row in result.rows] == [code]


def test_an_annex_form_without_its_district_is_refused_as_a_whole() -> None:
    with pytest.raises(ListError) as refusal:
        read(
            [(ANNEX,), ("    区（县）  填报人：",), ANNEX_HEADINGS, ("甲示例公司", "未开启喷淋。")]
        )
    assert refusal.value.code == "missing_column"
    assert "区县" in refusal.value.message


def test_a_row_of_its_own_district_is_believed_before_the_head_line() -> None:
    rows = [("渝北区 区（县） 填报人：",), HEADINGS, GOOD, (None, "甲示例公司", "未开启喷淋。")]
    assert [row.district for row in read(rows).rows] == ["500103", "500112"]


def test_the_annex_form_lying_on_its_side_counts_columns() -> None:
    rows = [
        (ANNEX,),
        ("渝北区 区（县）    填报人：    联系电话：",),
        ("企业名称", "甲示例公司", "甲示例公司", None, "乙示例公司"),
        ("存在的环境问题", "未开启喷淋。", "堆场未覆盖。", None, "废气未收集。"),
        ("整改情况", "已整改。", None, None, "正在整改。"),
        ("是否立案处罚", "否", None, None, "是"),
        (NOTE,),
    ]
    result = read(rows, lambda sheet: sheet.merge_cells("A1:E1"))
    assert [(row.row, row.enterprise, row.remarks.get("整改情况")) for row in result.rows] == [
        (2, "甲示例公司", "已整改。"),
        (3, "甲示例公司", None),
        (5, "乙示例公司", "正在整改。"),
    ]
    assert {row.district for row in result.rows} == {"500112"}


def test_an_enterprise_merged_across_in_a_lying_list_is_filled_on() -> None:
    rows = [
        ("区县", "渝中区", "渝中区"),
        ("企业名称", "甲示例公司", None),
        ("存在的环境问题", "未开启喷淋。", "堆场未覆盖。"),
    ]
    result = read(rows, lambda sheet: sheet.merge_cells("B2:C2"))
    assert [row.enterprise for row in result.rows] == ["甲示例公司", "甲示例公司"]


def test_several_sheets_are_read_and_hidden_ones_are_not() -> None:
    workbook = openpyxl.Workbook()
    for name in ("第一批", "第二批", "字典"):
        sheet = workbook.create_sheet(name)
        sheet.append(HEADINGS)
        sheet.append(GOOD)
    workbook["字典"].sheet_state = "hidden"
    result = read_list(saved(workbook), today=TODAY)
    assert [(row.sheet, row.row) for row in result.rows] == [("第一批", 2), ("第二批", 2)]


def test_sheets_with_content_but_without_headings_are_named() -> None:
    workbook = openpyxl.Workbook()
    workbook.create_sheet("清单").append(HEADINGS)
    workbook["清单"].append(GOOD)
    workbook.create_sheet("续表").append(GOOD)
    result = read_list(saved(workbook), today=TODAY)
    assert len(result.rows) == 1
    assert result.unread == ("续表",)


@pytest.mark.parametrize("rows", [[], [("今天天气晴",)], [GOOD, GOOD]])
def test_a_sheet_without_headings_is_one_clear_error(rows: list[tuple[str, ...]]) -> None:
    with pytest.raises(ListError) as refusal:
        read(rows)
    assert refusal.value.code == "no_headings"
    assert "区县、企业名称、存在的环境问题" in refusal.value.message


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ListError) as refusal:
        read([("区县", "企业名称", "地址"), ("渝中区", "甲示例公司", "示例路1号")])
    assert refusal.value.code == "missing_column"
    assert "存在的环境问题" in refusal.value.message
    assert "企业名称" not in refusal.value.message


def test_headings_without_rows_are_an_empty_list() -> None:
    result = read([HEADINGS])
    assert result.rows == ()
    assert result.refused == ()


def test_a_list_is_read_from_a_path_too(tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    path.write_bytes(book([HEADINGS, GOOD]))
    assert len(read_list(path, today=date(2025, 4, 1)).rows) == 1
    with pytest.raises(ListError) as refusal:
        read_list(tmp_path / "无此文件.xlsx", today=TODAY)
    assert refusal.value.code == "not_found"
