"""A number that counts rows is no problem's number."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from gateways.problem_list.running_numbers import is_running
from gateways.problem_list.workbook import Cell
from tests.gateways.problem_list.books import HEADINGS, read


@pytest.mark.parametrize(
    ("numbers", "generic", "proper"),
    [
        ([1.0, 2.0, 3.0], True, True),
        (["1", "2", "2", "3"], True, True),
        (["001", "002", "003"], True, True),
        (["1、", "2、"], True, True),
        (["（1）", "（2）"], True, True),
        (["一", "二", "三"], True, True),
        ([1.0, 2.0, 1.0, 2.0], True, True),
        ([7.0, 8.0, 9.0], True, True),
        ([1.0, 2.0, 5.0], True, False),
        ([17.0], True, False),
        (["CQ1", "CQ2"], False, False),
        ([1.0, "渝环〔2024〕2号"], False, False),
        (["20240001", "20240002"], False, False),
        ([], False, False),
    ],
)
def test_bare_small_numbers_count(numbers: Sequence[Cell], generic: bool, proper: bool) -> None:
    assert is_running(numbers, proper=False) is generic
    assert is_running(numbers, proper=True) is proper


def test_a_number_merged_over_several_problems_is_the_number_of_none() -> None:
    def merge(sheet: Worksheet) -> None:
        for column in "ABC":
            sheet.merge_cells(f"{column}2:{column}3")

    rows = [("编号", *HEADINGS), ("渝1号", "渝中区", "甲公司", "一"), (None, None, None, "二")]
    result = read(rows, merge)
    assert [(row.problem_no, row.remarks) for row in result.rows] == [
        ("", {"问题编号": "渝1号"}),
        ("", {"问题编号": "渝1号"}),
    ]
    assert [w.code for w in result.rows[0].warnings] == ["number_of_several"]


def test_rows_that_only_count_have_no_number() -> None:
    counted = [(1, "渝中区", "甲公司", "一"), (2, "渝中区", "乙公司", "二")]
    assert [row.problem_no for row in read([("编号", *HEADINGS), *counted]).rows] == ["", ""]
