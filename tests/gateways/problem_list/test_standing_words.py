"""Words for the cell above and words for nothing are no content."""

from __future__ import annotations

import pytest

from gateways.problem_list.entries import Entry
from gateways.problem_list.rows import read_row
from gateways.problem_list.standing_words import (
    filled_from_above,
    is_ditto,
    is_placeholder,
    points_away,
    points_elsewhere,
    says_no_problem,
)
from tests.gateways.problem_list.books import HEADINGS, TODAY, read


@pytest.mark.parametrize(
    "word",
    [
        *(
            "同上",
            "（同上）",
            "〃",
            "〃〃",
            "″",
            "“",
            '"',
            "同前",
            " 同上 ",
            "同上。",
            "同上一企业",
        ),
        *("与上相同", "与上行一致", "如上", "见上", "↑", "—〃—", "同上列", "同上文号"),
    ],
)
def test_a_word_for_the_cell_above_is_known(word: str) -> None:
    assert is_ditto(word)


@pytest.mark.parametrize("word", ["同上游公司", "上", "", "同心公司", 3.0])
def test_other_words_are_content(word: str | float) -> None:
    assert not is_ditto(word)


@pytest.mark.parametrize(
    "word", ["同左", "同右", "见下", "同第2行", "同序号1", "同3", "同上（甲公司）", "←"]
)
def test_a_word_for_a_cell_that_cannot_be_told_is_refused_in_any_column(word: str) -> None:
    assert points_away(word)
    result = read([(*HEADINGS, "移交日期"), ("渝中区", word, "裸土", None)])
    assert [error.code for row in result.refused for error in row.errors] == ["nothing_above"]


@pytest.mark.parametrize("text", ["√", "1", "有", "是", "同意"])
def test_a_text_that_says_no_problem_is_refused(text: str) -> None:
    result = read([HEADINGS, ("渝中区", "甲公司", text)])
    assert [error.code for row in result.refused for error in row.errors] == ["no_problem"]


@pytest.mark.parametrize("word", ["无", "/", "／", "—", "——", "-", "\\", "暂无", "N/A", " 无 "])
def test_a_word_for_nothing_is_known(word: str) -> None:
    assert is_placeholder(word)


@pytest.mark.parametrize("word", ["无锡示例公司", "-1", "无组织排放", "/油漆"])
def test_a_word_that_begins_alike_is_content(word: str) -> None:
    assert not is_placeholder(word)


@pytest.mark.parametrize(
    "text",
    [
        "未发现",
        "不存在环境问题",
        "无异常情况",
        "未发现问题",
        "无问题",
        "未发现明显环境问题",
        "检查，未发现问题。",
        "正常",
        "无异常",
    ],
)
def test_a_problem_that_is_none_is_known(text: str) -> None:
    assert says_no_problem(text)


@pytest.mark.parametrize(
    "text", ["附后", "问题见照片", "见备注", "见附件", "详见附件1", "（见附表）", "见照片"]
)
def test_a_problem_told_elsewhere_is_known(text: str) -> None:
    assert points_elsewhere(text)


@pytest.mark.parametrize(
    "text", ["未正常运行", "未发现台账", "喷淋未开启，见附件照片3张", "设施不正常"]
)
def test_a_real_problem_is_neither(text: str) -> None:
    assert not says_no_problem(text)
    assert not points_elsewhere(text)


def test_what_stands_above_is_taken_where_the_sheet_says_so() -> None:
    rows = [
        (*HEADINGS, "移交日期", "负责人"),
        ("渝中区", "甲公司", "一", "2025-03-03", "张某"),
        ("同上", "〃", "二", "同上", "同上"),
        ("同上", "乙公司", "同上", "〃", None),
    ]
    assert [(r.district, r.enterprise, r.description, r.remarks) for r in read(rows).rows] == [
        ("500103", "甲公司", "一", {"负责人": "张某"}),
        ("500103", "甲公司", "二", {"负责人": "张某"}),
        ("500103", "乙公司", "二", {}),
    ]


def test_nothing_above_is_refused_and_a_number_or_another_ones_code_is_never_taken() -> None:
    rows = [
        (*HEADINGS, "问题编号", "信用代码"),
        ("渝中区", "同上", "一", None, None),
        ("渝中区", "甲公司", "二", "CQ1", None),
        ("渝中区", "乙公司", "三", "同上", None),
    ]
    refused = read(rows).refused
    assert [(r.row, r.errors[0].column, r.errors[0].code) for r in refused] == [
        (2, "企业名称", "nothing_above"),
        (4, "问题编号", "nothing_above"),
    ]
    first = Entry(2, {"enterprise": "甲公司", "credit_code": "1"}, {})
    second = Entry(3, {"enterprise": "乙公司", "credit_code": "同上"}, {})
    assert [e.values["credit_code"] for e in filled_from_above([first, second])] == ["1", "同上"]


def test_placeholders_fill_no_required_column_and_cost_no_optional_one() -> None:
    values = {"district": "渝中区", "enterprise": "甲公司", "description": "一"}
    optional = {"credit_code": "/", "found_on": "—", "problem_no": "/", "document_no": "无"}
    row = read_row("", Entry(1, {**values, **optional}, {}), TODAY)
    assert (row.credit_code, row.found_on, row.problem_no, row.document_no) == ("", None, "", "")
    assert (row.remarks, row.warnings) == ({}, ())
    refused = read([HEADINGS, ("/", "无", "—")]).refused[0]
    assert [error.code for error in refused.errors] == ["missing"] * 3
