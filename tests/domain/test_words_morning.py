"""The morning's mail: on which days, and what it says."""

from __future__ import annotations

from datetime import UTC, date, datetime

from domain.words import morning

MONDAY, TUESDAY = date(2024, 6, 24), date(2024, 6, 25)
LOOKED = datetime(2024, 6, 24, 0, 30, tzinfo=UTC)


def test_what_does_not_agree_is_told_every_day_and_what_does_once_a_week() -> None:
    for day in (MONDAY, TUESDAY):
        assert morning.is_due(day, last_clean=False, last_sent=MONDAY)
        assert morning.is_due(day, last_clean=None, last_sent=MONDAY)
    assert morning.is_due(MONDAY, last_clean=True, last_sent=MONDAY)
    assert not morning.is_due(TUESDAY, last_clean=True, last_sent=MONDAY)
    assert morning.is_due(TUESDAY, last_clean=True, last_sent=None), (
        "the first shows that it arrives"
    )


def test_the_subject_says_how_things_stand() -> None:
    assert morning.subject(MONDAY, 0) == "【闭环】6月24日核对一致"
    assert morning.subject(MONDAY, 3) == "【闭环】6月24日核对发现 3 项不一致"
    assert morning.subject(MONDAY, None) == "【闭环】6月24日尚未核对"


def test_that_the_doors_are_shut_is_told_before_anything_else() -> None:
    assert morning.subject(MONDAY, 0, shut=True) == "【闭环】6月24日发现数据恢复过，登记和办理暂停"
    assert morning.shut_row(LOOKED, "示例").startswith("2024-06-24 08:30 发现示例，已暂停")


def test_the_text_says_when_was_looked_what_was_found_and_what_is_to_be_done() -> None:
    assert "尚未相互核对过" in morning.rows(None, [], 0, late=False)[0]
    assert morning.rows(LOOKED, [], 0, late=False) == [
        "最近一次核对：2024-06-24 08:30。",
        "数据库、办理流程与归档全部一致。",
    ]
    late = morning.rows(LOOKED, [], 0, late=True)
    assert late[1] == "此后没有再核对，请检查办理进程。"
    few = morning.rows(LOOKED, ["CQ2024-0001：甲"], 1, late=False)
    assert few[1:3] == ["共有 1 项不一致：", "1. CQ2024-0001：甲"]
    many = morning.rows(LOOKED, ["甲"] * 80, 80, late=False)
    assert many[-2] == "……另有 30 项。"
    assert len(many) == 54
