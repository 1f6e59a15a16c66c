"""The yearly figures: whose they are, what is counted, and that the bureau's time is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.assessment import (
    ContentFigures,
    Figures,
    Posting,
    answerable,
    assess,
    by_content,
    district_days,
)
from domain.commands import Answer, RectificationState, RevisitResult
from domain.events import ReassignedWhy
from domain.problem import (
    ListEntry,
    Problem,
    Reassignment,
    Revisit,
    Round,
    Submission,
    Suspension,
)
from domain.roles import SYSTEM
from domain.stages import Fact, RoundKind, Stage
from tests.worlds.problems import problem

YUZHONG, DADUKOU, JIANGBEI, NEW_AREA = "500103", "500104", "500105", "500157"
OPENED = datetime(2024, 6, 24, 1, tzinfo=UTC)
DUE = datetime(2024, 7, 9, 16, tzinfo=UTC)
NOW = datetime(2025, 1, 10, tzinfo=UTC)


def owed(answered: datetime | None = None, **changes: Any) -> Round:
    made = Round(
        round_no=1,
        kind=RoundKind.FEEDBACK,
        district=YUZHONG,
        opened_at=OPENED,
        counted_from=date(2024, 6, 24),
        due_on=date(2024, 7, 9),
        due_at=DUE,
        provisional=False,
        original_due_on=date(2024, 7, 9),
        answered_at=answered,
    )
    return replace(made, **changes)


def life(*rounds: Round, stage: Stage = Stage.AWAITING_FEEDBACK, **changes: Any) -> Problem:
    transferred = replace(problem(1), transferred_on=date(2024, 6, 24), rounds=rounds, stage=stage)
    return replace(transferred, **changes)


def answer(
    outcome: str, amount: Decimal | None = None, *, moved: bool = True, referral: str = ""
) -> Submission:
    return Submission(
        receipt_id="r",
        round_no=1,
        received_at=OPENED,
        late=False,
        moved_state=moved,
        answer=Answer(
            state=RectificationState.DONE,
            text="示例",
            penalty_outcome=outcome,
            penalty_amount=amount,
            referral=referral,
        ),
        content_sha256="0" * 64,
    )


def of(*problems: Problem, unit: str = YUZHONG, year: int = 2024, now: datetime = NOW) -> Figures:
    return assess(problems, (), year, now)[unit]


SECOND = timedelta(seconds=1)
HELD = owed(held_at=DUE)
PAUSE = Suspension(
    on=date(2024, 6, 26),
    review_on=date(2024, 7, 26),
    reason="停产",
    approved_by=SYSTEM,
    round_no=1,
    days_left=13,
)


@pytest.mark.parametrize(
    ("round_", "stage", "figure"),
    [
        (owed(DUE - SECOND), Stage.UNDER_REVIEW, "in_time"),
        (owed(DUE), Stage.UNDER_REVIEW, "late"),
        (owed(), Stage.AWAITING_FEEDBACK, "missing"),
        (HELD, Stage.AWAITING_FEEDBACK, "unproven"),
        (owed(due_at=NOW + SECOND), Stage.AWAITING_FEEDBACK, "pending"),
    ],
)
def test_feedback_is_in_time_late_or_missing_by_when_it_was_received(
    round_: Round, stage: Stage, figure: str
) -> None:
    found = of(life(round_, stage=stage))
    names = ("in_time", "late", "missing", "unproven", "pending")
    assert {name for name in names if getattr(found, name)} == {figure}
    assert found.owed == int(figure in ("in_time", "late", "missing"))


def test_what_nobody_owes_any_more_is_not_counted_as_missing() -> None:
    moved = life(owed(), owed(round_no=2, district=DADUKOU), district=DADUKOU)
    assert of(moved).owed == 0
    assert of(moved, unit=DADUKOU).missing == 1
    assert of(life(owed(), stage=Stage.WITHDRAWN)).owed == 0
    assert of(life(owed(), suspensions=(PAUSE,))).pending == 1


def test_only_feedback_of_the_year_counts_and_rectification_rounds_do_not() -> None:
    assert of(life(owed(), stage=Stage.AWAITING_FEEDBACK), year=2025).owed == 0
    assert of(life(owed(kind=RoundKind.RECTIFICATION), stage=Stage.RECTIFYING)).owed == 0


def test_the_bureaus_time_is_no_day_of_the_district() -> None:
    first = owed(OPENED + timedelta(days=10))
    second = owed(
        round_no=2,
        kind=RoundKind.RECTIFICATION,
        opened_at=OPENED + timedelta(days=60),
        answered_at=OPENED + timedelta(days=65),
    )
    done = life(first, second, stage=Stage.AWAITING_REVISIT)
    assert district_days(done) == 15
    resumed = replace(PAUSE, resumed_on=date(2024, 6, 30), days=4)
    elsewhere = replace(resumed, round_no=9)
    after_all = replace(resumed, days_left=None)
    paused = replace(done, suspensions=(resumed, elsewhere, after_all))
    assert district_days(paused) == 11
    assert of(paused).district_days == 11
    assert of(replace(paused, stage=Stage.UNDER_REVIEW)).district_days == 0


def test_transferred_rectified_and_gone_are_counted_apart() -> None:
    found = of(
        life(owed(OPENED), stage=Stage.CLOSED),
        life(owed(OPENED), stage=Stage.AWAITING_REVISIT),
        life(owed(), stage=Stage.AWAITING_FEEDBACK),
        life(owed(), stage=Stage.MERGED),
        replace(problem(5), stage=Stage.REGISTERED),
    )
    assert (found.transferred, found.gone, found.counted, found.rectified) == (4, 1, 3, 2)


def test_lists_and_revisits_count_in_their_own_year() -> None:
    visits = tuple(
        Revisit(on=on, result=result, findings="示例", by=SYSTEM)
        for on, result in [
            (date(2024, 8, 1), RevisitResult.NOT_IN_PLACE),
            (date(2025, 1, 8), RevisitResult.IN_PLACE),
        ]
    )
    entry = ListEntry(reasons=(Fact.NOT_IN_PLACE,), listed_on=date(2024, 8, 1))
    one = life(owed(OPENED), stage=Stage.CLOSED, revisits=visits, entries=(entry,))
    assert (of(one).listed, of(one).passed, of(one).failed) == (1, 0, 1)
    later = of(one, year=2025)
    assert (later.listed, later.passed, later.failed, later.transferred) == (0, 1, 0, 0)
    assert later.revisited == 1


def test_points_are_given_with_what_was_taken_back() -> None:
    rows = [
        Posting(district=YUZHONG, points=Decimal("0.5"), taken_back=False),
        Posting(district=YUZHONG, points=Decimal("0.2"), taken_back=False),
        Posting(district=YUZHONG, points=Decimal("0.5"), taken_back=True),
    ]
    found = assess((), rows, 2024, NOW)[YUZHONG]
    assert (found.deducted, found.reversed, found.net) == (
        Decimal("0.7"),
        Decimal("0.5"),
        Decimal("0.2"),
    )


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("case_filed", (1, 0, 0, 0)),
        ("first_violation", (0, 1, 0, 0)),
        ("minor_violation", (0, 1, 0, 0)),
        ("statutory_minimum", (1, 0, 1, 0)),
        ("surcharge_waived", (1, 0, 1, 0)),
        ("referred", (0, 0, 0, 1)),
        ("", (0, 0, 0, 0)),
    ],
)
def test_outcomes_are_those_of_the_last_answer_that_counted(
    outcome: str, expected: tuple[int, ...]
) -> None:
    answers = (answer("unfounded"), answer(outcome, Decimal(500)), answer("x", moved=False))
    found = of(life(owed(OPENED), stage=Stage.UNDER_REVIEW, submissions=answers))
    assert (found.case_filed, found.no_penalty, found.lenient, found.referred) == expected
    assert (found.answered, found.fines) == (1, Decimal(500))
    assert of(life(owed())).answered == 0


def move(why: ReassignedWhy, from_: str, to: str) -> Reassignment:
    return Reassignment(from_district=from_, to_district=to, on=date(2024, 7, 1), why=why)


def test_the_wrong_district_gives_a_problem_away_and_an_abolished_one_keeps_its_figures() -> None:
    wrong = move(ReassignedWhy.OBJECTION, YUZHONG, JIANGBEI)
    heir = move(ReassignedWhy.SUCCESSOR, JIANGBEI, NEW_AREA)
    assert answerable(life()) == YUZHONG
    assert answerable(life(district=JIANGBEI, reassignments=(wrong,))) == JIANGBEI
    both = life(district=NEW_AREA, reassignments=(wrong, heir))
    assert answerable(both) == JIANGBEI


def test_lists_and_revisits_belong_to_the_unit_of_their_day() -> None:
    heir = move(ReassignedWhy.SUCCESSOR, JIANGBEI, NEW_AREA)
    entry = ListEntry(reasons=(Fact.NOT_IN_PLACE,), listed_on=date(2024, 6, 30))
    visit = Revisit(on=date(2024, 7, 1), result=RevisitResult.IN_PLACE, findings="", by=SYSTEM)
    one = life(district=NEW_AREA, reassignments=(heir,), entries=(entry,), revisits=(visit,))
    found = assess((one,), (), 2024, NOW)
    assert (found[JIANGBEI].listed, found[JIANGBEI].passed) == (1, 0)
    assert (found[NEW_AREA].listed, found[NEW_AREA].passed) == (0, 1)


def test_every_unit_of_the_year_stands_in_it_and_no_other() -> None:
    in_2024, in_2026 = assess((), (), 2024, NOW), assess((), (), 2026, NOW)
    assert len(in_2024) == 41
    assert JIANGBEI in in_2024
    assert NEW_AREA not in in_2024
    assert JIANGBEI not in in_2026
    assert NEW_AREA in in_2026


def test_figures_add_up() -> None:
    total = Figures(transferred=2, gone=1, fines=Decimal(5)) + Figures(transferred=1)
    assert (total.transferred, total.counted, total.fines) == (3, 2, Decimal(5))


def test_a_case_that_is_punished_and_sent_on_counts_as_filed_and_as_sent() -> None:
    sent = answer("case_filed", referral="detention")
    found = of(life(owed(NOW - SECOND), submissions=(sent,)))
    assert (found.case_filed, found.referred) == (1, 1)


def test_a_case_filed_and_still_under_investigation_counts_as_filed() -> None:
    filed = answer("filed_under_investigation")
    assert of(life(owed(NOW - SECOND), submissions=(filed,))).case_filed == 1
    open_yet = answer("under_investigation")
    assert of(life(owed(NOW - SECOND), submissions=(open_yet,))).case_filed == 0


def test_a_problem_counts_for_the_key_regions_by_its_unit_or_by_its_place() -> None:
    def figures(unit: str, inside: bool | None) -> tuple[int, int]:
        facts = replace(problem(1).facts, district=unit, inside_key_region=inside)
        found = of(life(owed(district=unit), district=unit, facts=facts), unit=unit)
        return found.key_region, found.region_unknown

    assert figures(YUZHONG, None) == (1, 0)
    assert figures("500101", True) == (1, 0)
    assert figures("500101", False) == (0, 0)
    assert figures("500101", None) == (0, 1)
    assert figures("500229", None) == (0, 0)


def test_a_problem_with_several_contents_counts_under_each_of_them() -> None:
    facts = replace(
        problem(1).facts,
        key_content="excessive_emission",
        further_contents=("monitoring_abnormal",),
    )
    both = life(owed(OPENED), stage=Stage.CLOSED, facts=facts)
    general = life(owed(), facts=replace(facts, key_content=None, further_contents=()))
    gone = life(owed(), stage=Stage.WITHDRAWN, facts=facts)
    found = by_content([both, general, gone, problem(1)], 2024)
    assert found["excessive_emission"] == ContentFigures(1, 1)
    assert found["monitoring_abnormal"] == ContentFigures(1, 1)
    assert found[""] == ContentFigures(1, 0)
    assert found["open_burning"] == ContentFigures(0, 0)
    assert by_content([both], 2025)["excessive_emission"] == ContentFigures(0, 0)
