"""What the store keeps of a life is held against what the life recorded, row by row."""

from __future__ import annotations

import pytest

from domain.notices import RESEND, NoticeKind, is_resend, notice_key
from domain.rebuilding import Book, How, differences


def test_a_row_that_is_lacking_besides_or_otherwise_is_named_with_what_differs() -> None:
    stored = {"第1号": {"at": 1, "body": "a"}, "第3号": {"at": 3, "body": "c"}}
    recorded = {"第1号": {"at": 1, "body": "b"}, "第2号": {"at": 2, "body": "b"}}
    found = list(differences(Book.EVENTS, stored, recorded))
    assert [(one.how, one.row, one.column) for one in found] == [
        (How.LACKS, "第2号", ""),
        (How.BESIDES, "第3号", ""),
        (How.OTHERWISE, "第1号", "body"),
    ]
    assert found[0].words == "事件记录缺少：第2号"
    assert found[2].words == "事件记录不同：第1号，body 库中为“a”，流程记录为“b”"


def test_equal_rows_differ_in_nothing() -> None:
    rows = {"1": {"points": 1}}
    assert not list(differences(Book.LEDGER, rows, dict(rows)))


@pytest.mark.parametrize(
    ("stored", "recorded", "shown"),
    [
        ("x" * 100 + "forged" + "y" * 100, "x" * 100 + "right" + "y" * 100, "forged"),
        ("short", "short and more", "short"),
        ("1", "2", "1"),
    ],
)
def test_long_texts_are_cut_to_where_they_begin_to_differ(
    stored: str, recorded: str, shown: str
) -> None:
    (one,) = differences(Book.PROBLEM, {"p": {"body": stored}}, {"p": {"body": recorded}})
    assert shown in one.stored
    assert len(one.stored) <= 62
    assert one.stored != one.recorded


def test_every_book_and_manner_has_its_word() -> None:
    assert all(one.label for one in (*Book, *How))


def test_a_notice_that_a_district_asked_for_once_more_is_known_by_its_key() -> None:
    asked = notice_key("CQ2024-0001", NoticeKind.TRANSFER_NOTICE, 1, f"{RESEND}1")
    assert is_resend(asked)
    assert not is_resend(notice_key("CQ2024-0001", NoticeKind.TRANSFER_NOTICE, 1, "1"))
