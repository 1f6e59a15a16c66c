"""Sections, totals and notes of a list: whose a row is, and that no row vanishes among them."""

from __future__ import annotations

import pytest

from gateways.problem_list.identity import document_key
from gateways.problem_list.reading import ReadList
from tests.gateways.problem_list.books import HEADINGS, Value, read

YUZHONG, BANAN = "500103", "500113"
Row = tuple[Value, ...]


def lay(*rows: Row) -> ReadList:
    """A list of these rows below its headings, as wide as they."""
    return read([HEADINGS, *((*row, *(None,) * (3 - len(row))) for row in rows)])


def whose(*rows: Row) -> list[tuple[str, str]]:
    """District and enterprise of what was taken in."""
    return [(row.district, row.enterprise) for row in lay(*rows).rows]


def refused(*rows: Row) -> list[str]:
    """What was refused, in words."""
    return [error.message for row in lay(*rows).refused for error in row.errors]


@pytest.mark.parametrize(
    "heading", ["二、巴南区", "巴南区：", "【巴南区】", "二、巴南区（2个问题）", "第二部分：巴南区"]
)
def test_the_next_section_is_another_districts(heading: str) -> None:
    rows: tuple[Row, ...] = (("一、渝中区",), (None, "甲公司", "未装"), (heading,))
    assert whose(*rows, (None, "乙公司", "露天喷漆")) == [(YUZHONG, "甲公司"), (BANAN, "乙公司")]


@pytest.mark.parametrize("heading", ["二、双桥经开区", "五、市级部门", "二、火星区", "六、工业源"])
def test_a_section_that_names_no_district_ends_the_one_before_and_is_named(heading: str) -> None:
    rows: tuple[Row, ...] = (("一、渝中区",), (None, "甲公司", "未装"), (heading,))
    assert whose(*rows, (None, "乙公司", "露天喷漆")) == [(YUZHONG, "甲公司")]
    (said,) = refused(*rows, (None, "乙公司", "露天喷漆"))
    assert heading in said


def test_a_section_inside_a_districts_section_does_not_end_it() -> None:
    rows: tuple[Row, ...] = (("一、渝中区",), ("（一）工业源",), (None, "甲公司", "未装"))
    more: tuple[Row, ...] = (("（二）扬尘源",), (None, "乙公司", "裸土"))
    assert whose(*rows, *more) == [(YUZHONG, "甲公司"), (YUZHONG, "乙公司")]
    plain: tuple[Row, ...] = (("渝中区",), ("一、工业源",), (None, "甲公司", "未装"))
    assert whose(*plain, ("二、扬尘",), (None, "乙公司", "裸土"))[1][0] == YUZHONG


def test_what_stands_above_a_section_is_not_as_above_in_it() -> None:
    rows: tuple[Row, ...] = (("一、渝中区",), (None, "甲公司", "未装"), ("二、巴南区",))
    assert whose(*rows, ("同上", "乙公司", "二"), ("〃", "丙公司", "三"))[1:] == [
        (BANAN, "乙公司"),
        (BANAN, "丙公司"),
    ]
    (said,) = refused(*rows, (None, "同上", "二"))
    assert "上方没有可沿用的内容" in said


@pytest.mark.parametrize("name", ["小计食品厂", "共计科技公司", "累计建材厂", "总计量检测公司"])
def test_an_enterprise_whose_name_begins_like_a_total_is_an_enterprise(name: str) -> None:
    assert whose(("渝中区", name, "未装设施")) == [(YUZHONG, name)]


@pytest.mark.parametrize("said", [2, "2", "共2个问题", "2件"])
def test_a_total_says_how_many_and_sets_no_district(said: Value) -> None:
    rows: tuple[Row, ...] = (("渝中区", "小计", said), (None, "甲公司", "未装"))
    assert whose(*rows) == []
    assert [one.why for one in lay(*rows).reading.unread] == ["合计行"]
    assert len(refused(*rows)) == 1


def test_a_note_below_the_table_is_told() -> None:
    rows: tuple[Row, ...] = (("渝中区", "甲公司", "未装"), ("注：2024年新增问题一并移交",))
    people: tuple[Row, ...] = (("填表人：张三", None, "审核人：李四"), ("本页小计", None, 1))
    result = lay(*rows, *people)
    assert [one.why for one in result.reading.unread] == ["表下说明", "表下说明", "合计行"]
    assert result.refused == ()


@pytest.mark.parametrize(
    "written",
    [
        "（2024）第12号",
        "〔2024〕12",
        "[2024]012号",
        "【2024】12号文",
        "﹝2024﹞ 12 号",
        "(2024)12號",
    ],
)
def test_a_document_number_is_the_same_however_it_is_written(written: str) -> None:
    assert document_key(f"渝环函{written}") == document_key("渝环函〔2024〕12号")
    assert document_key("渝环函〔2024〕21号") != document_key("渝环函〔2024〕12号")


def test_what_is_no_number_stays_as_it_is() -> None:
    assert document_key("") == ""
    assert document_key("见附件") == "见附件"
