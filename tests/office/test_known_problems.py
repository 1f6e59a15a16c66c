"""Which row is a problem that is there already, and which only looks like one."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from domain.commands import ReassignProblem, WithdrawProblem
from domain.local_time import day_of
from gateways.problem_list.reading import read_list
from office.registering.intake_of_lists import import_rows
from office.registering.json_rows import read_rows
from office.registering.new_problem import NewProblem
from office.registering.row_results import RowResult
from tests.worlds.house import OFFICER
from tests.worlds.office import NEW, TRANSFER, Office

CLOSED_UNDER = "渝环执法移示例register-1号"
DIFFERS = "own_feedback_date_differs"
ROW = {**NEW, "transfer": TRANSFER}


async def taken(office: Office, *rows: dict[str, Any]) -> tuple[RowResult, ...]:
    """Take a list in."""
    news = [NewProblem.model_validate(row) for row in rows]
    read = read_rows(news, day_of(office.services.clock()))
    return (await import_rows(office.services, read, OFFICER)).rows


def codes(row: RowResult) -> list[str]:
    return [one.code for one in (*row.errors, *row.warnings)]


async def test_an_unchanged_list_is_taken_in_once(office: Office) -> None:
    (first,) = await taken(office, ROW)
    (again,) = await taken(office, ROW)
    assert (first.status, again.status) == ("accepted", "already")
    assert again.problem_no == first.problem_no
    assert codes(again) == []


async def test_brackets_and_closing_stops_make_no_other_problem(office: Office) -> None:
    words = {"document_no": "渝环执法移［2024］示例1号", "on": TRANSFER["on"]}
    (first,) = await taken(
        office, {**NEW, "transfer": {**words, "document_no": "渝环执法移〔2024〕示例1号"}}
    )
    told = {**NEW, "description": NEW["description"].rstrip("。"), "transfer": words}
    (again,) = await taken(office, told)
    assert (again.status, again.problem_no) == ("already", first.problem_no)


async def test_what_is_transferred_on_another_day_is_another_problem(office: Office) -> None:
    (first,) = await taken(office, {**NEW, "transfer": {"on": "2024-06-21"}})
    (second,) = await taken(office, {**NEW, "transfer": {"on": "2024-06-24"}})
    assert second.status == "accepted"
    assert second.problem_no != first.problem_no


async def test_a_number_that_stands_for_another_problem_is_refused_by_name(office: Office) -> None:
    await taken(office, {**ROW, "problem_no": "1"})
    other = {**ROW, "problem_no": "1", "enterprise": "甲示例公司", "district": "巴南区"}
    (refused,) = await taken(office, other)
    assert (refused.status, codes(refused)) == ("refused", ["problem_no_repeated"])
    assert "渝中区重庆示例印务有限公司" in refused.errors[0].message
    (same,) = await taken(office, {**ROW, "problem_no": "1"})
    assert same.status == "already"


async def test_a_row_that_tells_nothing_of_its_transfer_is_asked_about(office: Office) -> None:
    await taken(office, NEW)
    (again,) = await taken(office, NEW)
    assert (again.status, codes(again)) == ("already", ["same_without_transfer"])


@pytest.mark.parametrize("said", ["渝中区", "大渡口区"])
async def test_a_number_stands_for_its_problem_in_its_first_district_and_in_its_present_one(
    office: Office, said: str
) -> None:
    row = {**ROW, "problem_no": "CQ9"}
    await taken(office, row)
    move = ReassignProblem(to_district="500104", reason="示例", by=OFFICER)
    await office.desk.command("CQ9", move, "move-1")
    (again,) = await taken(office, {**row, "district": said})
    assert (again.status, again.problem_no, codes(again)) == ("already", "CQ9", [])


async def test_a_withdrawn_problem_starts_anew_each_time(office: Office) -> None:
    numbers = []
    for turn in range(3):
        (row,) = await taken(office, {**NEW, "problem_no": "CQ7"} if turn == 0 else NEW)
        assert row.status == "accepted"
        numbers.append(row.problem_no or "")
        withdraw = WithdrawProblem(reason="移交日期有误", by=OFFICER)
        await office.desk.command(numbers[-1], withdraw, f"withdraw-{turn}")
    (numbered,) = await taken(office, {**NEW, "problem_no": "CQ7"})
    assert (numbered.status, codes(numbered)) == ("accepted", ["number_of_withdrawn"])
    assert len({*numbers, numbered.problem_no}) == 4


async def test_the_second_of_two_equal_rows_is_told_which_row_it_repeats(office: Office) -> None:
    first, second = await taken(office, ROW, ROW)
    assert (first.status, second.status) == ("accepted", "already")
    assert codes(second) == ["same_as_row"]


async def test_a_report_has_the_warnings_of_every_row_and_whether_it_is_transferred(
    office: Office,
) -> None:
    await taken(office, ROW)
    (alike,) = await taken(office, {**NEW, "description": "危废间未关闭。"})
    document = alike.document
    assert [one["code"] for one in document["warnings"]] == ["possible_duplicate"]
    assert (document["status"], document["transferred_on"]) == ("accepted", None)


async def test_a_problem_that_was_closed_is_told_and_not_begun_again(office: Office) -> None:
    number = await office.closed()
    (again,) = await taken(office, {**NEW, "transfer": {**TRANSFER, "document_no": CLOSED_UNDER}})
    assert (again.status, again.problem_no, codes(again)) == ("already", number, ["already_closed"])
    assert "销号" in again.warnings[0].message


@pytest.mark.parametrize(("named", "asked"), [("2024-07-09", []), ("2024-07-20", [DIFFERS])])
async def test_a_feedback_date_of_the_lists_own_is_asked_about_where_the_rules_give_another(
    office: Office, named: str, asked: list[str]
) -> None:
    rows = [
        ["区县", "企业名称", "存在的环境问题", "移交日期", "反馈时限"],
        ["渝中区", NEW["enterprise"], NEW["description"], "2024-06-24", named],
    ]
    book, out = openpyxl.Workbook(), io.BytesIO()
    for cells in rows:
        book.worksheets[0].append(cells)
    book.save(out)
    read = read_list(out.getvalue(), today=day_of(office.clock.now))
    (row,) = (await import_rows(office.services, read, OFFICER, dry_run=True)).rows
    assert codes(row) == asked


ON, NO = TRANSFER["on"], TRANSFER["document_no"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"on": ON, "document_no": NO}, {"on": ON}),
        ({"on": ON}, {"on": ON, "document_no": NO}),
    ],
)
async def test_half_a_transfer_that_agrees_is_the_same_problem_and_asked(
    office: Office, first: dict[str, str], second: dict[str, str]
) -> None:
    await taken(office, {**NEW, "transfer": first})
    (again,) = await taken(office, {**NEW, "transfer": second})
    assert again.status == "already"
    assert "same_as_known" in codes(again)


async def test_a_number_given_later_or_another_does_not_make_another_problem(
    office: Office,
) -> None:
    row = {**NEW, "transfer": TRANSFER}
    await taken(office, {**row, "problem_no": "YZ-01"})
    for other in (row, {**row, "problem_no": "YZ-02"}):
        (again,) = await taken(office, other)
        assert (again.status, again.problem_no) == ("already", "YZ-01")
        assert "same_as_known" in codes(again)


async def test_what_is_found_again_on_another_day_is_another_problem(office: Office) -> None:
    await taken(office, {**NEW, "transfer": {"on": "2024-06-24"}})
    (again,) = await taken(office, {**NEW, "transfer": {"on": "2024-06-21"}})
    assert again.status == "accepted"


async def test_what_a_row_asks_anew_of_a_known_problem_is_told_and_not_taken_over(
    office: Office,
) -> None:
    def row(due: str, requirement: str) -> dict[str, object]:
        transfer = {**TRANSFER, "rectification_due_on": due}
        return {**NEW, "requirement": requirement, "transfer": transfer}

    await taken(office, row("2024-08-30", "限期整改"))
    (same,) = await taken(office, row("2024-08-30", "限期整改。"))
    assert (same.status, codes(same)) == ("already", [])
    (changed,) = await taken(office, row("2024-09-30", "停产整治"))
    assert (changed.status, codes(changed)) == ("already", ["due_differs", "requirement_differs"])


def numbered(number: str, **cells: object) -> dict[str, Any]:
    return {**NEW, "transfer": TRANSFER, "problem_no": number, **cells}


@pytest.mark.parametrize(
    "rows",
    [
        (numbered("YZ-01"), numbered("")),
        (numbered(""), numbered("YZ-01")),
        (numbered("YZ-01"), numbered("YZ-02")),
        (ROW, {**NEW, "transfer": {"on": TRANSFER["on"]}}),
        ({**NEW, "transfer": {"on": TRANSFER["on"]}}, ROW),
        (ROW, NEW),
    ],
)
async def test_two_rows_of_one_list_are_compared_as_two_lists_are(
    office: Office, rows: tuple[dict[str, Any], ...]
) -> None:
    first, second = await taken(office, *rows)
    assert (first.status, second.status) == ("accepted", "already")
    assert second.problem_no == first.problem_no
    assert "same_as_row" in codes(second)


async def test_a_number_that_a_second_row_gives_is_told_to_be_left(office: Office) -> None:
    _, second = await taken(office, numbered("YZ-01"), numbered("YZ-02"))
    assert "YZ-02未采用" in second.warnings[-1].message


async def test_a_row_that_tells_the_transfer_of_one_before_without_it_is_asked(
    office: Office,
) -> None:
    first, second = await taken(office, NEW, ROW)
    assert (first.status, second.status) == ("accepted", "refused")
    assert codes(second) == ["registered_not_transferred"]


async def test_what_is_registered_and_not_transferred_is_not_registered_again(
    office: Office,
) -> None:
    (first,) = await taken(office, NEW)
    (again,) = await taken(office, ROW)
    assert (again.status, codes(again)) == ("refused", ["registered_not_transferred"])
    assert str(first.problem_no) in again.errors[0].message


async def test_a_row_without_transfer_is_asked_beside_one_that_was_transferred(
    office: Office,
) -> None:
    (first,) = await taken(office, ROW)
    (again,) = await taken(office, NEW)
    assert (again.status, again.problem_no) == ("already", first.problem_no)
    assert codes(again) == ["same_without_transfer"]


async def test_a_row_that_is_known_is_not_called_registered_without_transfer(
    office: Office,
) -> None:
    rows = [
        ["区县", "企业名称", "存在的环境问题", "移交日期", "移交文号"],
        ["渝中区", NEW["enterprise"], NEW["description"], TRANSFER["on"], TRANSFER["document_no"]],
        ["渝中区", NEW["enterprise"], NEW["description"], None, TRANSFER["document_no"]],
    ]
    book, out = openpyxl.Workbook(), io.BytesIO()
    for cells in rows:
        book.worksheets[0].append(cells)
    book.save(out)
    read = read_list(out.getvalue(), today=day_of(office.clock.now))
    _, second = (await import_rows(office.services, read, OFFICER)).rows
    assert (second.status, codes(second)) == ("already", ["same_as_row"])


async def test_a_number_that_stands_for_two_in_a_list_of_json_is_refused(office: Office) -> None:
    other = numbered("QQ-1", enterprise="甲示例公司")
    first, second = await taken(office, numbered("QQ-1"), other)
    assert (first.status, second.status) == ("accepted", "refused")
    assert codes(second) == ["problem_no_repeated"]


async def test_numbers_that_count_the_rows_of_json_are_no_problems_numbers(office: Office) -> None:
    rows = await taken(office, numbered("1"), numbered("2", enterprise="甲示例公司"))
    assert all((row.problem_no or "").startswith("CQ") for row in rows)
    assert ["running_number" in codes(row) for row in rows] == [True, True]
