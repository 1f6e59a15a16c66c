"""Every event can be read in the timeline."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import get_args

import pytest

from domain import commands as c
from domain import events as e
from domain.stages import Fact
from domain.words.events import OF_A_DEDUCTION, WORDS, act_words, in_words
from tests.worlds.dated_lives import supplemented
from tests.worlds.told_lives import LIVES, elsewhere

AT = datetime(2024, 7, 12, 2, tzinfo=UTC)


@pytest.mark.parametrize("kind", get_args(e.Event), ids=lambda kind: kind.__name__)
def test_each_event_has_its_words(kind: type) -> None:
    assert kind in WORDS or kind in OF_A_DEDUCTION


@pytest.mark.parametrize("make", [*LIVES, elsewhere])
def test_the_words_are_chinese_and_say_no_code(make: object) -> None:
    assert callable(make)
    life = make()
    for event in life.events:
        said = in_words(event, life.problem)
        assert any("一" <= sign <= "鿿" for sign in said)
        assert "_" not in said.replace("d_", "")
        assert "None" not in said


def test_a_deduction_is_named_by_its_day_and_ground_and_never_by_its_number() -> None:
    event = e.PointsNoticeFailed(deduction=7, notice_key="k", reported_at=AT, withdraws=True)
    assert in_words(event) == "扣分的告知被退回，送达未证实，申诉期限停止计算"


def test_an_answer_to_an_earlier_round_is_said_to_be_filed_and_to_move_nothing() -> None:
    life = supplemented()
    life.answer(round_no=1)
    assert in_words(life.events[-1]) == ("收到区县材料并存档（属于以前的轮次），不改变办理环节")


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (c.MoveListed(to_district="500104"), "清单内问题改派（改由大渡口区办理）"),
        (c.WithdrawListed(), "清单内问题撤回"),
        (c.ReopenProblem(findings="再次停用"), "反弹恢复办理（再次停用）"),
        (
            c.StateFact(fact=Fact.SHIRKED, on=date(2024, 7, 15), source="示例函"),
            "人工认定情形（2024年7月15日（星期一）推诿、拒不办理，依据：示例函）",
        ),
    ],
)
def test_an_act_for_a_second_person_is_said(act: c.Act, said: str) -> None:
    assert act_words(act) == said
