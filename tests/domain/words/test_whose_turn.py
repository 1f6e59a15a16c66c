"""What a page shows at a glance: the usual way, whose turn it is, and how much time is used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from domain.events import BureauDuty
from domain.local_time import midnight_ending
from domain.stages import Stage
from domain.words.whose_turn import Span, awaited, awaited_of, span, steps, whose_turn
from tests.domain.situations import (
    awaiting_revisit,
    closed,
    closure_proposed,
    merged,
    rectifying,
    registered,
    reopened,
    silent_until,
    under_review,
    withdrawn,
)
from tests.worlds.dated_lives import by_half_past_five, life_by
from tests.worlds.life import MONDAY, Life, transferred

# -- the usual way ---------------------------------------------------------------------------------

WAY = ("登记", "移交", "反馈", "审核", "整改", "回头看", "销号")


@pytest.mark.parametrize(
    ("make", "now"),
    [
        (registered, "移交"),
        (transferred, "反馈"),
        (under_review, "审核"),
        (rectifying, "整改"),
        (awaiting_revisit, "回头看"),
        (closure_proposed, "销号"),
        (closed, None),
        (reopened, "整改"),
    ],
)
def test_what_lies_behind_is_done_and_one_step_is_now(
    make: Callable[[], Life], now: str | None
) -> None:
    shown = steps(make().problem)
    place = WAY.index(now) if now else len(WAY)
    assert tuple(step.label for step in shown) == WAY
    states = ["done"] * place + ["now"] + ["ahead"] * (len(WAY) - place - 1)
    assert [step.state for step in shown] == states[: len(WAY)]


@pytest.mark.parametrize("make", [withdrawn, merged])
def test_a_problem_that_left_the_usual_way_shows_none(make: Callable[[], Life]) -> None:
    assert steps(make().problem) == ()


def days(life: Life) -> dict[str, date | None]:
    """The day beside each step."""
    return {step.label: step.on for step in steps(life.problem)}


def test_before_the_transfer_only_the_registration_has_its_day() -> None:
    assert days(registered()) == {"登记": MONDAY} | dict.fromkeys(WAY[1:])


def test_a_due_day_that_ends_before_midnight_has_its_clock_and_an_answers_day_has_none() -> None:
    life = life_by(by_half_past_five())
    assert [step.clock for step in steps(life.problem)] == ["", "", "17:30", "", "", "", ""]
    life.answer()
    assert {step.clock for step in steps(life.problem)} == {""}


def test_a_step_ahead_shows_the_day_on_which_it_is_due() -> None:
    shown = days(transferred())
    assert (shown["移交"], shown["反馈"]) == (MONDAY, date(2024, 7, 9))
    assert {step.clock for step in steps(transferred().problem)} == {""}
    assert days(rectifying())["整改"] == MONDAY + timedelta(days=60)
    planned = awaiting_revisit()
    assert planned.problem.revisit_on is not None
    assert days(planned)["回头看"] == planned.problem.revisit_on


def test_a_step_that_was_made_shows_the_day_on_which_it_was() -> None:
    life = transferred()
    life.until(MONDAY + timedelta(days=2))
    life.answer()
    life.review()
    life.until(MONDAY + timedelta(days=4))
    life.revisit()
    life.until(MONDAY + timedelta(days=5))
    life.approve()
    shown = days(life)
    assert shown["反馈"] == MONDAY + timedelta(days=2)
    assert shown["回头看"] == MONDAY + timedelta(days=4)
    assert shown["销号"] == MONDAY + timedelta(days=5)


# -- whose turn ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (registered, "现由市级办理：移交区县。"),
        (transferred, "现由区县办理：应于2024年7月9日（星期二）24:00前反馈处置结果，以送达为准。"),
        (
            lambda: silent_until(1),
            "现由区县办理：应于2024年7月9日（星期二）24:00前反馈处置结果，已逾期。",
        ),
        (withdrawn, ""),
        (closed, ""),
    ],
)
def test_whose_turn_it_is_is_said_with_what_is_owed(make: Callable[[], Life], words: str) -> None:
    life = make()
    assert whose_turn(life.problem, life.rules, life.now) == words


def test_what_the_bureau_owes_is_said_with_its_day_and_when_it_is_late() -> None:
    life = under_review()
    assert whose_turn(life.problem, life.rules, life.now) == (
        "现由市级办理：审核反馈，应于2024年7月1日（星期一）24:00前完成。"
    )
    life.until(MONDAY + timedelta(days=30))
    assert whose_turn(life.problem, life.rules, life.now).endswith("前完成，已超期。")


def test_where_the_rules_are_unknown_no_day_is_said_for_the_bureau() -> None:
    life, other = under_review(), transferred()
    assert whose_turn(life.problem, None, life.now) == "现由市级办理：审核反馈。"
    assert "2024年7月9日" in whose_turn(other.problem, None, other.now)


DUE, AFTER = "2024年7月9日（星期二）24:00", date(2024, 7, 11)


def told() -> Life:
    """Transferred, and proven to have been told."""
    life = transferred()
    life.prove()
    return life


def test_until_it_is_proven_the_date_reads_as_one_of_service() -> None:
    life = transferred()
    turn = f"现由区县办理：应于{DUE}前反馈处置结果"
    assert whose_turn(life.problem, life.rules, life.now) == f"{turn}，以送达为准。"
    life.prove()
    assert whose_turn(life.problem, life.rules, life.now) == f"{turn}。"


def test_without_proof_at_the_due_instant_it_is_the_bureaus_turn_to_serve() -> None:
    life = transferred()
    life.served = False
    life.until(AFTER)
    assert whose_turn(life.problem, life.rules, life.now).startswith("现由市级办理：送达落实，应于")


def test_while_nobody_has_said_whose_problem_it_is_it_is_the_bureaus_turn() -> None:
    life = told()
    receipt = life.object()
    assert whose_turn(life.problem, life.rules, life.now) == (
        "现由市级办理：管辖异议答复，应于2024年7月1日（星期一）24:00前完成。"
    )
    life.answer_objection(receipt, uphold=False)
    assert DUE in whose_turn(life.problem, life.rules, life.now)


def test_a_request_that_holds_the_date_is_the_bureaus_turn_once_the_date_has_passed() -> None:
    life = told()
    life.until(date(2024, 7, 9))
    life.ask_for_time()
    assert whose_turn(life.problem, life.rules, life.now).startswith("现由区县办理")
    life.until(AFTER)
    assert whose_turn(life.problem, life.rules, life.now) == (
        "现由市级办理：延期申请答复，应于2024年7月12日（星期五）24:00前完成。"
    )


def test_a_round_whose_lateness_fell_is_the_bureaus_turn_to_set_another_date() -> None:
    life = told()
    life.until(AFTER)
    assert "，已逾期。" in whose_turn(life.problem, life.rules, life.now)
    life.answer_appeal(life.appeal(), uphold=True)
    life.agree()
    assert whose_turn(life.problem, life.rules, life.now).startswith(
        "现由市级办理：重新确定时限，应于"
    )


def test_a_unit_that_is_gone_owes_nothing_any_more() -> None:
    life = transferred(date(2025, 10, 27), district="500105")
    life.prove()
    assert whose_turn(life.problem, life.rules, life.now).startswith("现由区县办理")
    life.until(date(2025, 11, 20))
    assert whose_turn(life.problem, life.rules, life.now).startswith(
        "现由市级办理：确定承接单位，应于"
    )


# -- how much of the time is used ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passed", "expected", "within", "beyond"),
    [
        (-1, Span(due=100, end=0), 0, 0),
        (0, Span(due=100, end=0), 0, 0),
        (3, Span(due=100, end=20), 20, 0),
        (15, Span(due=100, end=100), 100, 0),
        (20, Span(due=75, end=100), 75, 25),
    ],
)
def test_a_round_is_a_bar_of_what_is_used_and_what_is_late(
    passed: int, expected: Span, within: float, beyond: float
) -> None:
    round_ = transferred().problem.rounds[0]
    measured = span(round_, midnight_ending(MONDAY) + timedelta(days=passed))
    assert measured == expected
    assert (measured.within, measured.beyond) == (within, beyond)


def test_the_bar_of_an_answered_round_grows_no_more() -> None:
    life = transferred()
    life.until(MONDAY + timedelta(days=7))
    life.answer()
    round_ = life.problem.rounds[0]
    assert span(round_, life.now) == span(round_, life.now + timedelta(days=100))


# -- what is really awaited ------------------------------------------------------------------------


def test_a_problem_whose_closure_is_proposed_waits_for_its_approval_not_for_a_revisit() -> None:
    assert awaited_of(closure_proposed().problem) == "待销号审批"
    assert awaited_of(awaiting_revisit().problem) == Stage.AWAITING_REVISIT.label
    owed = [BureauDuty.OBJECTION, BureauDuty.SERVICE]
    assert awaited(Stage.AWAITING_FEEDBACK, owed) == f"待{BureauDuty.OBJECTION.label}"
