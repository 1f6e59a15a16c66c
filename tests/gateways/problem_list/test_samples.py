"""The sample lists, and a list moved to another day."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

from domain.catalogues.districts import district, valid_districts
from domain.catalogues.key_contents import KEY_CONTENTS
from gateways.calendar_files import load_calendar
from gateways.problem_list.reading import read_list
from gateways.problem_list.redate import redated
from gateways.problem_list.rows import ListRow
from gateways.problem_list.writing import list_workbook
from samples.make_samples import FOLDER, make
from simulation.behaviours import STRAIGHT

LIST = Path(FOLDER) / "problem-list.xlsx"


def sample() -> tuple[ListRow, ...]:
    result = read_list(LIST, today=date(2025, 4, 1))
    assert result.refused == ()
    return result.rows


def test_the_sample_covers_every_unit_content_and_behaviour_that_goes_straight() -> None:
    rows = sample()
    units = {unit.code for unit in valid_districts(date(2024, 6, 24))}
    assert len(rows) == 60
    assert {row.district for row in rows} == units
    assert len(units) == 41
    contents = Counter(row.key_content for row in rows)
    assert contents[None] >= 24
    assert contents.keys() == {None, *(entry.code for entry in KEY_CONTENTS)}
    assert {row.behaviour for row in rows} == set(STRAIGHT)


def test_the_sample_is_transferred_on_working_days_in_order() -> None:
    calendar = load_calendar()
    days = [row.transferred_on for row in sample() if row.transferred_on]
    assert (days[0], days[-1]) == (date(2024, 6, 24), date(2025, 3, 31))
    assert all(calendar.is_workday(day) for day in days)
    assert all(one < other for one, other in pairwise(days))


def test_every_enterprise_of_the_sample_is_marked_as_invented() -> None:
    rows = sample()
    assert all("示例" in row.enterprise and "示例" in row.document_no for row in rows)
    assert len({row.enterprise for row in rows}) == len({row.credit_code for row in rows}) == 60
    assert len({row.description for row in rows}) == len({row.problem_no for row in rows}) == 60


def test_the_sample_calls_for_no_second_look() -> None:
    assert [row.warnings for row in sample() if row.warnings] == []


def test_the_annex_sample_reads_as_the_plan_s_form() -> None:
    rows = read_list(FOLDER / "annex-form.xlsx", today=date(2025, 4, 1)).rows
    assert {district(row.district).name for row in rows} == {"渝北区"}
    assert [set(row.remarks) for row in rows] == [{"整改情况", "是否立案处罚"}] * 2


def test_the_committed_samples_are_what_the_generator_makes() -> None:
    today = date(2025, 4, 1)
    for name, content in make().items():
        assert read_list(content, today=today) == read_list(FOLDER / name, today=today)


def test_the_generator_gives_the_same_bytes_again() -> None:
    assert make() == make()


def test_a_list_moved_to_today_keeps_its_distances_and_changes_districts() -> None:
    today = date(2026, 11, 24)
    old, new = sample(), redated(sample(), today)
    assert {row.transferred_on for row in new} == {today}
    assert all(district(row.district).is_valid(today) for row in new)
    assert {row.district for row in new} == {u.code for u in valid_districts(today)}
    for before, after in zip(old, new, strict=True):
        assert before.transferred_on
        assert before.found_on
        assert after.found_on
        assert today - after.found_on == before.transferred_on - before.found_on
        assert (before.enterprise, before.description) == (after.enterprise, after.description)
    assert new[0].problem_no == "SL20261124-0001"
    assert new[0].document_no == "渝环执法移〔2026〕示例1号"
    assert len({row.problem_no for row in new}) == 60


def test_abolished_districts_give_way_to_their_successors() -> None:
    codes = ("500105", "500112", "CQ-LJXQ", "500103")
    rows = [row for row in sample() if row.district in codes]
    moved = redated(rows, date(2025, 11, 6))
    assert {(b.district, a.district) for b, a in zip(rows, moved, strict=True)} == {
        ("500105", "500157"),
        ("500112", "500157"),
        ("CQ-LJXQ", "500157"),
        ("500103", "500103"),
    }
    unmoved = redated(rows, date(2025, 11, 5))
    assert [row.district for row in unmoved] == [row.district for row in rows]


def test_a_list_that_is_written_reads_back_equal() -> None:
    today = date(2026, 11, 24)
    first, *others = redated(sample(), today)
    served = {"served_on": first.transferred_on, "served_by": "直接送达", "six_batch": "batch_2"}
    rows = [first.model_copy(update=served), *others]
    again = read_list(list_workbook(rows, "今日清单（示例）"), today=today)
    assert list(again.rows) == rows
    assert again.refused == ()
