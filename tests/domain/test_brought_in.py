"""Running problems are brought in with what had happened, and nothing of it is charged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain import events as e
from domain.agenda import agenda
from domain.bureau import duties_of_bureau, owed_by_bureau
from domain.local_time import at_local, day_of
from domain.notices import NoticeKind
from domain.problem import Problem
from domain.proof import ProofKind
from domain.refusals import Refusal
from domain.stages import Fact, RoundKind, Stage
from domain.words.brought_in import facts_words, missed_before
from domain.words.dates import standing
from domain.words.events import in_words
from domain.words.life import explain_problem
from domain.words.whose_turn import whose_turn
from tests.worlds.life import DISTRICT, MONDAY, OFFICER, SUPERVISOR, Life

BROUGHT_IN_ON = date(2024, 10, 14)
PAPER = date(2024, 6, 24)
DONE, IN_PROGRESS = c.RectificationState.DONE, c.RectificationState.IN_PROGRESS


def brought_in(
    on: date = PAPER,
    served_on: date | None = None,
    rectify_by: date | None = None,
    today: date = BROUGHT_IN_ON,
    key_content: str | None = None,
    clue_source: str = "",
    **facts: object,
) -> Life:
    """A problem transferred on a day long ago, brought in with these facts; served on paper."""
    life = Life(now=at_local(today, time(9)), served=False)
    life.register(key_content=key_content, clue_source=clue_source)
    given = {"proposed_by": OFFICER} | facts
    life.do(
        c.TransferProblem(
            on=on,
            document_no="示例文号",
            rectification_due_on=rectify_by,
            served_on=served_on,
            served_by="直接送达" if served_on else "",
            existing=c.BroughtIn(**given),  # type: ignore[arg-type]  # test builder
            by=SUPERVISOR,
        )
    )
    return life


def charged(life: Life) -> list[str]:
    """Whatever was drawn as a consequence."""
    drawn = ("fact:established", "points:deducted", "list:placed", "level:raised")
    return [tag for tag in life.tags if tag in drawn or tag.startswith("reminder:")]


def test_a_problem_of_long_ago_keeps_its_papers_day() -> None:
    life = brought_in(served_on=PAPER)
    round_ = life.problem.rounds[0]
    assert (life.problem.transferred_on, round_.counted_from) == (PAPER, PAPER)
    assert (round_.due_on, round_.entered_late) == (date(2024, 7, 9), False)
    assert "自移交之日2024年6月24日起算" in " ".join(explain_problem(life.problem, life.rules))


@pytest.mark.parametrize("served_on", [None, PAPER, date(2024, 7, 15)])
def test_a_date_missed_before_is_never_charged(served_on: date | None) -> None:
    life = brought_in(served_on=served_on, rectify_by=date(2024, 9, 30))
    life.until(date(2025, 4, 1))
    assert charged(life) == []
    assert life.problem.points == 0
    assert (life.problem.level, life.problem.entries) == (0, ())


def test_what_was_missed_before_is_shown_and_asked_of_the_officer() -> None:
    life = brought_in(served_on=PAPER, rectify_by=date(2024, 9, 30))
    assert (e.BureauDuty.NEW_DATE, "r1") in duties_of_bureau(life.problem)
    assert len(missed_before(life.problem, life.now)) == 2
    assert "登记前已届满，不认定逾期" in " ".join(explain_problem(life.problem, life.rules))
    assert missed_before(replace(life.problem, brought_in=None), life.now) == ()
    assert "现由市级办理" in whose_turn(life.problem, life.rules, life.now)
    said = standing(life.problem, life.problem.rounds[0], life.now, life.rules)
    assert "不认定逾期" in said.left


def test_a_date_after_the_registration_counts_as_usual() -> None:
    on = date(2024, 10, 8)
    life = brought_in(on=on, served_on=on)
    assert life.problem.rounds[0].due_on == date(2024, 10, 23)
    life.until(date(2024, 10, 25))
    assert "fact:established" in life.tags
    assert life.problem.points > 0
    assert missed_before(life.problem, life.now) == ()


def test_a_new_date_by_two_persons_counts_again() -> None:
    life = brought_in(served_on=PAPER)
    life.propose(c.MoveDueDate(round_no=1, due_on=date(2024, 10, 31)))
    life.agree()
    assert life.problem.rounds[0].excused_at is None
    life.until(date(2024, 11, 4))
    assert life.problem.points > 0


def test_a_proof_of_today_gives_no_new_date_to_one_missed_before() -> None:
    life = brought_in()
    life.prove(ProofKind.LINK_OPENED)
    assert life.problem.rounds[0].due_on == date(2024, 7, 9)
    life.until(date(2025, 1, 10))
    assert charged(life) == []


def test_a_transfers_own_date_after_the_registration_counts() -> None:
    life = brought_in(served_on=PAPER, rectify_by=date(2024, 10, 31))
    life.until(date(2024, 11, 2))
    assert any(isinstance(one, e.FactEstablished) for one in life.events)


def test_a_refused_request_brings_no_date_of_before_back() -> None:
    on = date(2024, 10, 8)
    life = brought_in(on=on, served_on=on, rectify_by=date(2024, 10, 10))
    life.until(date(2024, 10, 22))
    life.do(
        c.RequestExtension(
            receipt_id="x1",
            round_no=1,
            district="500103",
            received_at=life.now,
            wanted_on=date(2024, 10, 30),
            reason="示例",
            content_sha256="0" * 64,
            by=DISTRICT,
        )
    )
    life.until(date(2024, 10, 25))
    life.do(c.DecideExtension(receipt_id="x1", grant=False, reason="示例", by=OFFICER))
    assert life.problem.rectification_due_on == date(2024, 10, 10)
    assert life.problem.times(Fact.OVERDUE_RECTIFICATION) == 0


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({}, Stage.AWAITING_FEEDBACK),
        ({"answered_on": date(2024, 7, 8), "state": DONE}, Stage.UNDER_REVIEW),
        ({"answered_on": date(2024, 7, 8)}, Stage.UNDER_REVIEW),
        (
            {"answered_on": date(2024, 7, 8), "state": DONE, "accepted": False},
            Stage.UNDER_REVIEW,
        ),
        (
            {"answered_on": date(2024, 7, 8), "state": DONE, "accepted": True},
            Stage.AWAITING_REVISIT,
        ),
        (
            {"answered_on": date(2024, 7, 8), "promised_on": date(2024, 12, 31)},
            Stage.RECTIFYING,
        ),
        ({"promised_on": date(2024, 12, 31)}, Stage.AWAITING_FEEDBACK),
    ],
)
def test_it_stands_where_its_papers_left_it(facts: dict[str, object], stage: Stage) -> None:
    life = brought_in(served_on=PAPER, **facts)  # type: ignore[arg-type]  # facts by name
    assert life.problem.stage is stage
    assert life.problem.brought_in is not None
    assert life.problem.registered_at == life.problem.brought_in_at


def test_a_promised_day_is_agreed_and_counts_when_it_comes() -> None:
    promised = date(2024, 12, 31)
    life = brought_in(served_on=PAPER, answered_on=date(2024, 7, 8), promised_on=promised)
    round_ = life.problem.rounds[-1]
    assert (round_.kind, round_.due_on, round_.agreed) == (
        RoundKind.RECTIFICATION,
        promised,
        True,
    )
    assert [one.kind for one in life.notices] == [NoticeKind.RECTIFICATION_OPENED]
    life.prove(ProofKind.LINK_OPENED)
    life.until(date(2025, 1, 3))
    assert life.problem.points > 0


def test_a_promised_day_of_before_is_asked_and_never_charged() -> None:
    life = brought_in(served_on=PAPER, answered_on=date(2024, 7, 8), promised_on=date(2024, 9, 30))
    assert life.notices == []
    life.prove(ProofKind.LINK_OPENED)
    life.until(date(2025, 3, 1))
    assert charged(life) == []
    assert (e.BureauDuty.NEW_DATE, "r2") in duties_of_bureau(life.problem)


def test_a_day_granted_without_an_answer_keeps_the_feedback_open_until_then() -> None:
    life = brought_in(served_on=PAPER, promised_on=date(2024, 12, 31), granted_by="市级")
    round_ = life.problem.rounds[0]
    assert (round_.kind, round_.due_on) == (RoundKind.FEEDBACK, date(2024, 12, 31))
    assert [one.kind for one in life.notices] == [NoticeKind.TRANSFER_NOTICE]
    sooner = brought_in(served_on=PAPER, promised_on=date(2024, 7, 1))
    assert sooner.problem.rounds[0].due_on == date(2024, 7, 9)
    assert sooner.notices == []


def test_a_late_answer_of_before_is_shown_and_never_charged() -> None:
    life = brought_in(served_on=PAPER, answered_on=date(2024, 7, 20), state=DONE, accepted=True)
    assert life.problem.submissions[0].late
    assert missed_before(life.problem, life.now) == ()
    assert life.problem.revisit_on is not None
    assert life.problem.revisit_on > BROUGHT_IN_ON
    life.until(date(2025, 3, 1))
    assert charged(life) == []
    assert life.notices[0].kind is not NoticeKind.RECEIPT


def test_an_answer_not_accepted_before_is_reviewed_anew() -> None:
    life = brought_in(served_on=PAPER, answered_on=date(2024, 7, 8), state=DONE, accepted=False)
    assert "重新审核" in " ".join(missed_before(life.problem, life.now))
    life.review(c.Verdict.ACCEPT_DONE)
    assert life.problem.stage is Stage.AWAITING_REVISIT


def test_what_the_bureau_owes_is_counted_from_the_registration() -> None:
    life = brought_in(served_on=PAPER, key_content="", clue_source="national_round")
    owed = [one.due_on for one in owed_by_bureau(life.problem, life.rules)]
    assert owed
    assert min(owed) >= BROUGHT_IN_ON


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"proposed_by": SUPERVISOR}, "second_person_required"),
        ({"answered_on": date(2024, 6, 1)}, "date_not_plausible"),
        ({"answered_on": date(2024, 10, 15)}, "date_not_plausible"),
        ({"promised_on": date(2024, 6, 1)}, "date_not_plausible"),
        (
            {"answered_on": date(2024, 7, 8), "promised_on": date(2024, 7, 1)},
            "date_not_plausible",
        ),
        ({"served_on": date(2024, 6, 1)}, "date_not_plausible"),
        ({"on": date(2024, 10, 20)}, "transfer_in_future"),
    ],
)
def test_facts_that_cannot_be_are_refused(facts: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        brought_in(**facts)  # type: ignore[arg-type]  # facts by name
    assert refused.value.code == code


def test_a_move_that_ends_before_the_registration_is_no_new_date() -> None:
    life = brought_in(served_on=PAPER)
    moved = e.DueDateMoved(
        round_no=1,
        counted_from=PAPER,
        from_on=date(2024, 7, 9),
        due_on=date(2024, 7, 12),
        due_at=at_local(date(2024, 7, 13), time(0)),
        provisional=False,
        calendar_version="示例",
        reason="示例",
        why=e.MovedWhy.CALENDAR,
    )
    life.problem_or_none = folded(life.problem, moved)
    assert life.problem.rounds[0].excused_at is not None


def folded(problem: Problem, event: e.Event) -> Problem:
    """The problem after one more event."""
    from domain.fold import fold

    at = problem.registered_at
    recorded = e.Recorded(seq=problem.seq + 1, at=at, by=OFFICER, cause="t", event=event)
    return fold(recorded, problem)


def test_the_facts_are_told_in_words() -> None:
    existing = c.BroughtIn(
        proposed_by=OFFICER,
        answered_on=date(2024, 7, 8),
        answer="已停用",
        state=DONE,
        accepted=True,
        promised_on=date(2024, 9, 30),
        granted_by="示例处室",
        listed="第3号",
        points="0.5",
    )
    said = facts_words(existing)
    for part in ("反馈", "已停用", "审核通过", "示例处室", "第3号", "不再扣分"):
        assert part in said
    bare = c.BroughtIn(
        proposed_by=OFFICER,
        answered_on=date(2024, 7, 8),
        accepted=False,
        promised_on=date(2024, 9, 30),
    )
    assert "未通过" in facts_words(bare)
    assert facts_words(c.BroughtIn(proposed_by=OFFICER)) == ""
    assert "既有问题" in in_words(e.ProblemBroughtIn(existing=bare))


DAYS = st.dates(MONDAY, BROUGHT_IN_ON)
MAYBE = st.none() | st.dates(MONDAY, date(2025, 6, 30))


@given(
    on=DAYS,
    served_after=st.none() | st.integers(0, 60),
    answered_after=st.none() | st.integers(0, 80),
    promised_on=MAYBE,
    rectify_by=MAYBE,
    state=st.none() | st.sampled_from(c.RectificationState),
    accepted=st.none() | st.booleans(),
    proven_after=st.none() | st.integers(0, 30),
)
def test_nothing_is_charged_for_an_instant_before_the_registration(
    on: date,
    served_after: int | None,
    answered_after: int | None,
    promised_on: date | None,
    rectify_by: date | None,
    state: c.RectificationState | None,
    accepted: bool | None,
    proven_after: int | None,
) -> None:
    def day(after: int | None) -> date | None:
        return None if after is None else min(on + timedelta(days=after), BROUGHT_IN_ON)

    answered_on = day(answered_after)
    life = brought_in(
        on=on,
        served_on=day(served_after),
        rectify_by=max(rectify_by, on) if rectify_by else None,
        answered_on=answered_on,
        promised_on=max(promised_on, answered_on or on) if promised_on else None,
        state=state,
        accepted=accepted,
    )
    since = life.now
    assert charged(life) == []
    if proven_after is not None and life.problem.open_round is not None:
        round_ = life.until(day_of(since) + timedelta(days=proven_after)).open_round
        if round_ is not None and round_.unproven:
            life.prove(ProofKind.LINK_OPENED)
    life.until(date(2025, 3, 1))
    planned = [getattr(one, "planned_at", None) for one in life.events]
    assert all(at is None or at > since for at in planned)
    for row in life.problem.deductions:
        assert row.on >= BROUGHT_IN_ON
    duty = agenda(life.problem, life.rules)
    assert duty is None or duty.at > since
