"""What the columns of a list of running problems are called, and what stands in them."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from domain.commands import RectificationState
from domain.roles import Actor, Role
from gateways.problem_list.existing import as_existing, fact_of
from gateways.problem_list.reading import ReadList, read_list

TODAY = date(2024, 10, 14)
OFFICER = Actor("officer-1", Role.OFFICER)
NEEDED = {
    "区县": "渝中区",
    "企业名称": "重庆示例印务有限公司",
    "存在的环境问题": "印刷车间集气罩未开启。",
    "移交日期": "2024-06-24",
}
DONE, IN_PROGRESS = RectificationState.DONE, RectificationState.IN_PROGRESS


def read(**cells: str) -> ReadList:
    """A list of one row with these cells, read as one of running problems."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    values = NEEDED | cells
    book.worksheets[0].append(list(values))
    book.worksheets[0].append(list(values.values()))
    book.save(out)
    return as_existing(read_list(out.getvalue(), today=TODAY), OFFICER, "0" * 64, TODAY)


@pytest.mark.parametrize(
    ("heading", "fact"),
    [
        ("反馈日期", "answered_on"),
        ("区县反馈时间", "answered_on"),
        ("书面回复日期", "answered_on"),
        ("是否反馈", "answered"),
        ("是否按时反馈", "answered"),
        ("反馈情况", "answer"),
        ("整改情况", "answer"),
        ("处罚情况", "answer"),
        ("是否完成整改", "state"),
        ("整改进度", "state"),
        ("验收情况", "accepted"),
        ("市级审核意见", "accepted"),
        ("承诺整改时限", "promised_on"),
        ("承诺完成时间", "promised_on"),
        ("延期至", "promised_on"),
        ("同意延期时限", "promised_on"),
        ("批准单位", "granted_by"),
        ("通知书送达日期", "served_on"),
        ("督察清单编号", "listed"),
        ("督办层级", "listed"),
        ("督办级别", "listed"),
        ("扣分情况", "points"),
        ("是否销号", "closed"),
        ("销号日期", "closed"),
        ("反馈时限", None),
        ("备注", None),
        ("整改要求", None),
        ("联系人", None),
    ],
)
def test_a_column_is_found_by_how_it_is_named(heading: str, fact: str | None) -> None:
    assert fact_of(heading) == fact


@pytest.mark.parametrize(
    ("cells", "field", "value"),
    [
        ({"反馈日期": "2024年7月8日"}, "answered_on", date(2024, 7, 8)),
        ({"反馈日期": "45481"}, "answered_on", date(2024, 7, 8)),
        ({"反馈日期": "/"}, "answered_on", None),
        ({"整改情况": "已完成整改"}, "state", DONE),
        ({"整改情况": "未完成整改"}, "state", IN_PROGRESS),
        ({"整改情况": "尚未启动"}, "state", RectificationState.NOT_BEGUN),
        ({"整改情况": "更换活性炭"}, "state", None),
        ({"是否完成整改": "是"}, "state", DONE),
        ({"是否完成整改": "否", "整改情况": "已完成整改"}, "state", IN_PROGRESS),
        ({"处罚情况": "不予处罚", "整改情况": "整改完成，见附件"}, "state", DONE),
        ({"整改情况": "已完成整改，首违不罚"}, "state", DONE),
        ({"是否完成整改": "部分完成"}, "state", IN_PROGRESS),
        ({"整改情况": "基本完成整改"}, "state", IN_PROGRESS),
        ({"整改情况": "已完成整改80%"}, "state", IN_PROGRESS),
        ({"整改情况": "整改完成率100%，已完成整改"}, "state", DONE),
        ({"整改情况": "无需整改"}, "state", None),
        ({"验收情况": "通过"}, "accepted", True),
        ({"验收情况": "验收不合格"}, "accepted", False),
        ({"审核情况": "已退回"}, "accepted", False),
        ({"验收情况": "未验收"}, "accepted", None),
        ({"验收情况": "待通过"}, "accepted", None),
        ({"承诺整改时限": "2024年12月底前"}, "promised_on", date(2024, 12, 31)),
        ({"承诺整改时限": "长期坚持"}, "promised_on", None),
        ({"延期情况": "同意延期至2024年12月20日"}, "promised_on", date(2024, 12, 20)),
        ({"批准单位": "示例处室"}, "granted_by", "示例处室"),
        ({"整改情况": "甲", "处罚情况": "乙"}, "answer", "甲；乙"),
    ],
)
def test_a_cell_is_read_as_what_it_says(cells: dict[str, str], field: str, value: object) -> None:
    told = read(**cells)
    (row,) = told.rows
    assert row.existing is not None
    assert getattr(row.existing, field) == value
    kept = set(row.remarks)
    assert set(cells) <= kept or "/" in cells.values()


@pytest.mark.parametrize(
    ("said", "refused"), [("已销号", 1), ("否", 0), ("未销号", 0), ("待销号", 0), ("2024-09-30", 1)]
)
def test_what_is_closed_is_no_running_problem(said: str, refused: int) -> None:
    assert len(read(销号情况=said).refused) == refused


def test_a_column_that_was_read_is_asked_about_no_more() -> None:
    told = read(反馈日期="2024-07-08", 承诺整改时限="2024-12-31", 入库日期="2024-06-01")
    asked = [note.note.column for note in told.reading.notes]
    assert "反馈日期" not in asked
    (row,) = told.rows
    assert "反馈日期" not in [one.column for one in row.warnings]


def test_a_state_that_cannot_be_read_is_told() -> None:
    (row,) = read(是否完成整改="详见材料").rows
    assert "state_unread" in [one.code for one in row.warnings]
