"""Tables as offices lay them out: what is a problem is read, and what is none is told."""

from __future__ import annotations

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from gateways.problem_list.errors import ListError
from gateways.problem_list.headings import field_of
from gateways.problem_list.reading import read_list
from tests.gateways.problem_list.books import GOOD, HEADINGS, TODAY, Value, read, saved


def test_headings_of_two_rows_are_read_together() -> None:
    rows = [
        ("序号", *HEADINGS, "移交情况", None, "污染类型", None),
        (None, None, None, None, "日期", "文号", "大气", "土壤"),
        (1, *GOOD, "2025-03-03", "渝环〔2025〕1号", "√", None),
    ]

    def merge(sheet: Worksheet) -> None:
        for cells in ("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1"):
            sheet.merge_cells(cells)

    for arrange in (None, merge):
        result = read(rows, arrange)
        (row,) = result.rows
        assert (str(row.transferred_on), row.document_no) == ("2025-03-03", "渝环〔2025〕1号")
        assert row.remarks == {"污染类型/大气": "√"}
        assert result.refused == ()


def test_two_tables_side_by_side_are_refused_by_name() -> None:
    with pytest.raises(ListError, match="并排") as refusal:
        read([(*HEADINGS, None, *HEADINGS), (*GOOD, None, *GOOD)])
    assert refusal.value.code == "side_by_side"


def test_sections_and_totals_are_passed_over_and_told() -> None:
    rows = [
        HEADINGS,
        ("（一）工业源", None, None),
        GOOD,
        ("小计", None, 1),
        ("合计：1个", None, None),
    ]
    result = read(rows)
    assert (len(result.rows), result.refused) == (1, ())
    assert [(one.row, one.why) for one in result.reading.unread] == [
        (2, "分组标题行"),
        (4, "合计行"),
        (5, "合计行"),
    ]


def test_a_section_may_name_the_district_of_the_rows_below() -> None:
    rows = [
        HEADINGS[1:],
        ("一、渝中区（1个问题）", None),
        ("甲公司", "一"),
        ("二、巴南区", None),
        ("乙公司", "二"),
    ]
    assert [row.district for row in read(rows).rows] == ["500103", "500113"]


@pytest.mark.parametrize(
    "line", ["填表人：某某", "联系人：某某；联系电话：000", "单位负责人（签字）：", "审核人："]
)
def test_lines_of_signature_are_no_rows(line: str) -> None:
    result = read([HEADINGS, GOOD, (line, None, None)])
    assert (len(result.rows), result.refused) == (1, ())


@pytest.mark.parametrize(
    "line",
    [
        "填报单位（盖章）：渝中区生态环境局   填报时间：2025年3月2日",
        "报送单位：渝中区",
        "渝中 区（县） 填报人：",
    ],
)
def test_the_reporting_unit_stands_for_the_column(line: str) -> None:
    result = read([(line,), HEADINGS[1:], GOOD[1:]])
    assert [row.district for row in result.rows] == ["500103"]


def test_a_sheet_may_be_called_by_its_district_and_a_statistics_sheet_is_left_and_told() -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].title = "1.渝中区"
    for name in ("巴南区（2）", "统计"):
        workbook.create_sheet(name)
    tables: dict[str, list[tuple[Value, ...]]] = {
        "1.渝中区": [HEADINGS[1:], GOOD[1:]],
        "巴南区（2）": [HEADINGS[1:], GOOD[1:]],
        "统计": [("区县", "问题数", "企业"), ("渝中区", 3, 2)],
    }
    for name, rows in tables.items():
        for row in rows:
            workbook[name].append(row)
    result = read_list(saved(workbook), today=TODAY)
    assert [row.district for row in result.rows] == ["500103", "500113"]
    assert result.unread == ("统计",)
    assert "存在的环境问题" in result.reading.unread[0].said


def test_a_second_table_below_has_headings_of_its_own() -> None:
    rows = [
        HEADINGS,
        GOOD,
        ("表二",),
        ("企业名称", "区县", "存在的环境问题"),
        ("乙公司", "巴南区", "二"),
    ]
    assert [row.district for row in read(rows).rows] == ["500103", "500113"]


def test_every_column_says_as_what_it_was_read() -> None:
    result = read([("序号", "编号", *HEADINGS, "带队人员"), (1, 1, *GOOD, "示例")])
    assert [(c.place, c.heading, c.read_as) for c in result.reading.columns] == [
        ("A", "序号", "行号"),
        ("B", "编号", "行号"),
        ("C", "区县", "区县"),
        ("D", "企业名称", "企业名称"),
        ("E", "存在的环境问题", "存在的环境问题"),
        ("F", "带队人员", "备注"),
    ]


def test_a_column_of_days_that_no_field_is_called_by_is_told() -> None:
    result = read([(*HEADINGS, "日期", "反馈时限"), (*GOOD, "2025-03-03", "2025-03-20")])
    assert [w.code for w in result.rows[0].warnings] == ["unknown_date_column", "own_feedback_date"]
    assert [note.note.column for note in result.reading.notes] == ["日期", "反馈时限"]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("县（区）", "district"),
        ("行政区域", "district"),
        ("检查对象名称", "enterprise"),
        ("工地名称", "enterprise"),
        ("企业（施工单位）名称", "enterprise"),
        ("存在的突出环境问题", "description"),
        ("交办问题基本情况", "description"),
        ("下达时间", "transferred_on"),
        ("整改截止时间", "rectification_due_on"),
        ("要求完成时限", "rectification_due_on"),
        ("现场检查时间", "found_on"),
        ("具体位置", "address"),
        ("交办单号", "document_no"),
        ("组织机构代码", "credit_code"),
    ],
)
def test_a_heading_is_known_by_its_words(heading: str, field: str) -> None:
    assert field_of(heading) == field


@pytest.mark.parametrize(
    "heading",
    [
        "责任单位",
        "检查单位",
        "移交单位",
        "问题类型",
        "问题整改情况",
        "反馈时限",
        "完成时间",
        "整改情况",
        "企业类型",
    ],
)
def test_a_heading_that_only_sounds_alike_is_none(heading: str) -> None:
    assert field_of(heading) is None
