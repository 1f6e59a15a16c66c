"""What does not agree is named by its kind; what agrees, and what is only young, is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.reconciliation import (
    SEEN_BY_READING,
    Beside,
    Difference,
    Disagreement,
    Kept,
    Run,
    RunOrigin,
    RunState,
    Unseen,
    disagreements,
    state_of,
)

DUE = datetime(2026, 12, 11, 16, tzinfo=UTC)
SHOWN = ("awaiting_feedback", 0, DUE)
NO = "CQ2026-0001"
OPEN = Kept(NO, 2, shown=SHOWN, events=2, last_event=2)
ENDED = Kept(NO, 9, ended=True, shown=("closed", 0, None), events=9, last_event=9)
RUNNING = Run("r1", RunState.RUNNING, shown=SHOWN)
OVER = Run("r1", RunState.COMPLETED)


def codes(kept: Kept | None, *runs: Run) -> list[str]:
    """What is said of one problem and its runs."""
    lives = {NO: runs} if runs else {}
    return [one.code.value for one in disagreements([kept] if kept else [], lives)]


@pytest.mark.parametrize(
    ("kept", "runs"),
    [
        (OPEN, (RUNNING,)),
        (ENDED, (OVER,)),
        (Kept(NO, 9, ended=True, events=9, last_event=9, archived=True), ()),
        (Kept(NO, 2, events=2, last_event=2, young=True), ()),
        (OPEN, (Run("r0", RunState.CONTINUED), Run("r1", RunState.RUNNING, RunOrigin.WENT_ON))),
        (ENDED, (OVER, Run("r2", RunState.COMPLETED, RunOrigin.REOPENED))),
        (
            OPEN,
            (
                Run("r0", RunState.TERMINATED),
                Run("r0b", RunState.TERMINATED, RunOrigin.RESET),
                Run("r1", RunState.RUNNING, RunOrigin.RESTORED, shown=SHOWN),
            ),
        ),
        (Kept(NO, 2, ended=True, events=2, last_event=2, young=True), (RUNNING,)),
        (OPEN, (Run("r1", RunState.COMPLETED, young=True),)),
        (None, (Run("r1", RunState.RUNNING, young=True),)),
        (OPEN, (Run("r1", RunState.RUNNING),)),
        (
            OPEN,
            (Run("r1", RunState.RUNNING, shown=(*SHOWN[:2], DUE + timedelta(milliseconds=4))),),
        ),
        (Kept(NO, 2, shown=("awaiting_feedback", 0, None), events=2, last_event=2), (RUNNING,)),
    ],
)
def test_what_agrees_is_not_named(kept: Kept | None, runs: tuple[Run, ...]) -> None:
    assert codes(kept, *runs) == []


@pytest.mark.parametrize(
    ("code", "kept", "runs"),
    [
        ("life_terminated", OPEN, (Run("r1", RunState.TERMINATED),)),
        ("life_canceled", OPEN, (Run("r1", RunState.CANCELED),)),
        ("life_failed", ENDED, (Run("r1", RunState.FAILED),)),
        ("life_timed_out", OPEN, (Run("r1", RunState.TIMED_OUT, young=True),)),
        (
            "life_reset",
            OPEN,
            (Run("r0", RunState.TERMINATED), Run("r1", RunState.RUNNING, RunOrigin.RESET)),
        ),
        (
            "life_started_twice",
            ENDED,
            (OVER, Run("r2", RunState.COMPLETED, RunOrigin.BEGUN_AGAIN)),
        ),
        ("life_missing", OPEN, ()),
        ("history_missing", ENDED, ()),
        ("life_over_early", OPEN, (OVER,)),
        ("life_not_over", ENDED, (RUNNING,)),
        ("life_differs", OPEN, (Run("r1", RunState.RUNNING, shown=("under_review", 0, DUE)),)),
        ("life_differs", OPEN, (Run("r1", RunState.RUNNING, shown=(*SHOWN[:2], None)),)),
        (
            "life_differs",
            OPEN,
            (Run("r1", RunState.RUNNING, shown=(*SHOWN[:2], DUE + timedelta(days=1))),),
        ),
        ("problem_missing", None, (RUNNING,)),
        ("events_missing", Kept(NO, 3, shown=SHOWN, events=2, last_event=3), (RUNNING,)),
        ("read_model_behind", Kept(NO, 1, shown=SHOWN, events=2, last_event=2), (RUNNING,)),
        ("read_model_behind", Kept(NO, None, events=2, last_event=2, young=True), (RUNNING,)),
    ],
)
def test_each_kind_is_named(code: str, kept: Kept | None, runs: tuple[Run, ...]) -> None:
    assert codes(kept, *runs) == [code]


@pytest.mark.parametrize("code", list(Disagreement))
def test_a_difference_is_a_sentence_with_its_problem(code: Disagreement) -> None:
    assert Difference(code, NO).words == f"{NO}：{code.label}"
    assert Difference(code, NO, "r1").words == f"{NO}：{code.label}（r1）"


def test_what_belongs_to_no_problem_and_what_was_not_seen_are_sentences_too() -> None:
    code = Disagreement.CONTACT_DIFFERS
    assert Difference(code, "", "联系人 1").words == f"{code.label}（联系人 1）"
    assert Unseen(NO, "归档无法读取").words == f"{NO}：归档无法读取"
    assert Unseen("", "归档无法读取").words == "归档无法读取"
    assert Disagreement.LIFE_TERMINATED not in SEEN_BY_READING


def test_a_problem_stands_as_before_until_something_is_added_to_it() -> None:
    beside = Beside(("r0",), 1)
    before = state_of(OPEN, (RUNNING,), beside)
    assert state_of(replace(OPEN, young=True), (RUNNING,), beside) == before
    changed = [
        state_of(replace(OPEN, seq=3), (RUNNING,), beside),
        state_of(OPEN, (OVER,), beside),
        state_of(OPEN, (), beside),
        state_of(OPEN, (RUNNING,), Beside(("r0", "r1"), 1)),
        state_of(OPEN, (RUNNING,), Beside(("r0",), 2)),
        state_of(None, (RUNNING,), beside),
    ]
    assert len({before, *changed}) == len(changed) + 1
