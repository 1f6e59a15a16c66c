"""Whoever tells a date tells the instant at which the rules let the period end, and why it is that."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

import pytest

from domain import commands as c
from domain import events as e
from domain.agenda import Duty
from domain.commands import RectificationState, Verdict
from domain.decisions.draft import Decision
from domain.local_time import at_local, midnight_ending
from domain.problem import Round
from domain.refusals import WrongActor
from domain.words.counted import CountedFrom, counted_from_what, moved_words
from domain.words.dates import bureau_left, light_of, promise_until, standing
from domain.words.events import in_words
from domain.words.life import explain_problem
from domain.words.whose_turn import whose_turn
from domain.words.why import why_this_date
from tests.domain import wandering
from tests.domain.wandering import Wanderer
from tests.worlds.dated_lives import (
    adjusted,
    agreed_like_a_count,
    by_half_past_five,
    extended,
    life_by,
    objected_in_vain,
    reassigned,
    redone,
    reissued,
    resumed,
    served_late,
    supplemented,
)
from tests.worlds.life import MONDAY, OFFICER, Life, default_rules, transferred

_INSTANT = re.compile(r"(\d+)年(\d+)月(\d+)日(?:（星期.）)?(\d\d):(\d\d)")


def instants(text: str) -> list[datetime]:
    """Read back every instant that a text tells, as somebody with a watch would."""
    found = []
    for year, month, day, hour, minute in _INSTANT.findall(text):
        on = date(int(year), int(month), int(day))
        midnight = hour == "24"
        found.append(
            midnight_ending(on) if midnight else at_local(on, time(int(hour), int(minute)))
        )
    return found


def steps(life: Life, round_no: int = -1) -> list[tuple[str, str]]:
    """Give the reasons for a round's date, the last round's by default, as (code, note)."""
    round_ = life.problem.rounds[round_no]
    why = why_this_date(round_, life.problem, life.history, life.rules)
    return [(step.code, step.note) for step in why.steps]


def said(life: Life, round_no: int = -1) -> str:
    """The reasons for a round's date as one text."""
    return "\n".join(note for _, note in steps(life, round_no))


# -- every due date that is shown is the instant of the rules ------------------------------------


@dataclass
class Telling(Wanderer):
    """A wandering life that keeps its history, and checks what is told after every step."""

    history: list[e.Recorded] = field(default_factory=list)

    def _keep(self, decision: Decision, duty: Duty | None) -> None:
        super()._keep(decision, duty)
        self.history += decision.events
        for recorded in decision.events:
            if isinstance(recorded.event, e.RoundOpened):
                assert instants(in_words(recorded.event)) == [recorded.event.due_at]
        for round_ in self.problem.rounds:
            self._told(round_)

    def _told(self, round_: Round) -> None:
        problem, rules = self.problem, self.rules
        assert instants(explain_problem(problem, rules)[round_.round_no]) == [round_.due_at]
        why = why_this_date(round_, problem, self.history, rules)
        (due,) = [step for step in why.steps if step.code == "due"]
        assert (due.on, instants(due.note)) == (round_.due_on, [round_.due_at])
        if round_ is problem.open_round and problem.suspension is None:
            turn = whose_turn(problem, rules, self.now)
            assert "区县办理" not in turn or instants(turn) == [round_.due_at]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("make", [default_rules, by_half_past_five])
def test_each_due_date_that_is_told_is_the_instant_of_the_rules(
    monkeypatch: pytest.MonkeyPatch, seed: int, make: object
) -> None:
    monkeypatch.setattr(wandering, "default_rules", make)
    life = Telling(Random(seed))
    while life.days < 200:
        life.step()
    assert life.history


def test_a_cut_off_is_obeyed_by_every_sentence() -> None:
    life = life_by(by_half_past_five())
    texts = [in_words(life.events[-1]), *explain_problem(life.problem, life.rules)]
    texts += [whose_turn(life.problem, life.rules, life.now), said(life)]
    assert "2024年7月9日17:30届满" in texts[2]
    assert "应于2024年7月9日（星期二）17:30前" in whose_turn(life.problem, life.rules, life.now)
    assert "24:00" not in "".join(texts)


def test_a_promised_day_ends_at_midnight_whatever_the_count_says() -> None:
    life = life_by(by_half_past_five())
    life.answer(RectificationState.IN_PROGRESS, promised_on=date(2024, 7, 31))
    life.review(Verdict.ACCEPT_IN_PROGRESS)
    assert "2024年7月31日24:00届满" in explain_problem(life.problem, life.rules)[2]


# -- what the days are counted from ----------------------------------------------------------------


COUNTED = [
    (transferred, "移交之日2024年6月24日", CountedFrom.TRANSFER),
    (supplemented, "退回补充之日2024年6月26日", CountedFrom.RETURN),
    (redone, "要求重新整改之日2024年6月26日", CountedFrom.REDO),
    (reassigned, "改派之日2024年6月26日", CountedFrom.REASSIGNMENT),
    (served_late, "送达之日2024年6月26日", CountedFrom.SERVICE),
    (reissued, "重新送达之日2024年6月26日", CountedFrom.REISSUE),
]


@pytest.mark.parametrize(("make", "words", "start"), COUNTED, ids=[s for _, _, s in COUNTED])
def test_a_round_says_from_which_day_it_is_counted(
    make: Callable[[], Life], words: str, start: CountedFrom
) -> None:
    life = make()
    round_ = life.problem.rounds[-1]
    assert counted_from_what(round_, life.problem) is start
    assert f"自{words}" in said(life)
    assert f"自{words}起算" in explain_problem(life.problem, life.rules)[len(life.problem.rounds)]
    if start is not CountedFrom.TRANSFER:
        assert "自移交之日2024" not in said(life)


def test_days_counted_anew_say_what_they_were_before() -> None:
    codes = [code for code, _ in steps(served_late())]
    assert codes[:3] == ["opened", "moved", "counted_from"]
    assert said(served_late()).startswith(
        "原时限为2024年7月9日（星期二）（自移交之日起计算）。\n"
        "自送达之日2024年6月26日（星期三）起重新计算，时限由2024年7月9日（星期二）"
        "改为2024年7月11日（星期四）。"
    )


# -- dates that were agreed, and dates that moved --------------------------------------------------


def test_an_agreed_date_explains_itself_as_agreed_though_a_count_would_give_it_too() -> None:
    life = agreed_like_a_count()
    assert steps(life) == [
        (
            "agreed",
            "办理时限为区县承诺、市级审核同意的完成日期2024年7月8日（星期一），不另行计算。",
        ),
        ("due", "截止时间为2024年7月8日（星期一）24:00（北京时间），此前收到的视为按时。"),
    ]
    assert "按区县承诺、市级审核同意的完成日期" in explain_problem(life.problem, life.rules)[2]


MOVED = [
    (
        extended,
        "经批准延期，时限由2024年7月9日（星期二）改为2024年7月19日（星期五）；事由：示例。",
    ),
    (adjusted, "经市级批准调整时限，时限由2024年7月9日（星期二）改为2024年7月20日（星期六）"),
    (resumed, "恢复计时后，按暂缓办理时剩余的时限顺延，时限由2024年7月9日（星期二）"),
    (objected_in_vain, "管辖异议答复后顺延，时限由2024年7月9日（星期二）改为2024年7月15日"),
]


@pytest.mark.parametrize(("make", "words"), MOVED, ids=[make.__name__ for make, _ in MOVED])
def test_a_date_that_moved_says_how_and_why_and_keeps_its_count(
    make: Callable[[], Life], words: str
) -> None:
    life = make()
    assert words in said(life)
    assert "自移交之日2024年6月24日（星期一）起计算期限" in said(life)
    (event,) = [event for event in life.events if isinstance(event, e.DueDateMoved)]
    assert in_words(event) == f"第1轮{moved_words(event)}"
    round_ = life.problem.rounds[0]
    assert instants(said(life)) == [round_.due_at]
    assert "原为2024年7月9日" in explain_problem(life.problem, life.rules)[1]


def test_a_date_that_the_present_rules_give_otherwise_stands_as_it_was_told() -> None:
    life = transferred()
    clocks = life.rules.policy.clocks
    shorter = replace(clocks, feedback=replace(clocks.feedback, days=5, clause="示例：5日"))
    life.rules = replace(life.rules, policy=replace(life.rules.policy, clocks=shorter))
    assert [code for code, _ in steps(life)] == ["recorded", "clause", "due"]
    assert "按当时适用的口径和放假安排，至2024年7月9日（星期二）" in said(life)
    assert "15日内反馈处置结果" in said(life)


def test_an_agreed_date_that_was_counted_anew_cites_no_clause_of_a_count_it_never_had() -> None:
    life = agreed_like_a_count()
    life.served = False
    life.until(date(2024, 7, 10))
    life.do(c.ReissueNotice(reason="示例", by=OFFICER))
    clocks = life.rules.policy.clocks
    shorter = replace(clocks, redo=replace(clocks.redo, days=5))
    life.rules = replace(life.rules, policy=replace(life.rules.policy, clocks=shorter))
    assert [code for code, _ in steps(life)] == ["opened", "moved", "recorded", "due"]


# -- the same for everybody ------------------------------------------------------------------------


def test_the_last_day_of_a_promise_follows_the_problem_to_its_new_district() -> None:
    life = transferred()
    assert promise_until(life.problem, life.rules).startswith("2024年9月22日")
    life.until(date(2024, 7, 4))
    life.do(c.ReassignProblem(to_district="500104", reason="示例", by=OFFICER))
    assert promise_until(life.problem, life.rules).startswith("2024年10月2日")
    registered = Life()
    registered.register()
    assert promise_until(registered.problem, registered.rules) == ""


def test_how_a_round_stands_follows_the_policys_lights_and_says_when_clocks_stop() -> None:
    life = transferred()
    life.prove()
    round_, rules = life.problem.rounds[0], life.rules
    for days, tone, left in (
        (6, "green", "剩余6日"),
        (5, "blue", "剩余5日"),
        (2, "yellow", "剩余2日"),
        (0, "orange", "今日到期"),
        (-1, "red", "已逾期1日"),
    ):
        now = at_local(round_.due_on - timedelta(days=days), time(10))
        assert standing(life.problem, round_, now, rules).tone == tone
        assert standing(life.problem, round_, now, rules).left == left
    life.suspend()
    stands = standing(life.problem, life.problem.rounds[0], life.now, rules)
    assert (stands.tone, stands.left) == ("blue", "暂缓办理，暂停计时")


def test_without_a_date_or_a_known_ladder_only_what_is_late_has_a_colour() -> None:
    round_ = transferred().problem.rounds[0]
    now = round_.due_at - timedelta(hours=1)
    assert light_of(None, None, now, default_rules()).value == "green"
    assert light_of(round_.due_on, round_.due_at, now, None).value == "green"
    assert light_of(round_.due_on, round_.due_at, round_.due_at, None).value == "red"


def test_the_bureaus_own_days_are_told_in_words_of_their_own() -> None:
    now = at_local(MONDAY, time(10))
    told = [bureau_left(MONDAY + timedelta(days=left), now) for left in (-2, 0, 1, 2)]
    assert [words for _, words in told] == ["已超期2日", "今日须办", "剩余1日", "剩余2日"]
    assert [light.value for light, _ in told] == ["red", "orange", "yellow", "green"]


def test_a_refusal_names_the_unit_that_owns_the_problem_not_its_code() -> None:
    life = transferred()
    with pytest.raises(WrongActor) as refused:
        life.answer(district="500104")
    assert refused.value.code == "wrong_district"
    assert str(refused.value) == "该问题由渝中区办理，不接受其他区县的反馈。"
