"""Who acted, and what became of 是否立案处罚, in words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.commands import Answer, RectificationState
from domain.roles import SYSTEM, Actor, Role
from domain.words.answers import actor_name, penalty_words, rectification_words
from tests.worlds.life import DISTRICT, OFFICER, SUPERVISOR

NAMES = {"officer-1": "张示例"}
BLANK = Answer(state=RectificationState.DONE, text="已整改")


@pytest.mark.parametrize(
    ("actor", "name"),
    [
        (SYSTEM, "系统"),
        (DISTRICT, "渝中区"),
        (Actor("500104", Role.DISTRICT), "大渡口区"),
        (OFFICER, "张示例（承办人）"),
        (SUPERVISOR, "supervisor-1（审批人）"),
        (Actor("command-line", Role.OFFICER), "命令行（承办人）"),
    ],
)
def test_who_acted_is_named_as_people_know_them(actor: Actor, name: str) -> None:
    assert actor_name(actor, NAMES) == name


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "未填写"),
        ({"penalty_document_no": "渝环罚〔2024〕1号"}, "未填写"),
        ({"penalty_outcome": "first_violation"}, "否（首违不罚）"),
        (
            {"penalty_outcome": "case_filed", "penalty_document_no": "渝环罚〔2024〕1号"},
            "是（立案处罚），文号：渝环罚〔2024〕1号",
        ),
        (
            {"penalty_outcome": "statutory_minimum", "penalty_amount": Decimal("20000.50")},
            "是（法定最低），罚款20000.50元",
        ),
        (
            {"penalty_outcome": "case_filed", "penalty_amount": Decimal("2E+4")},
            "是（立案处罚），罚款20000元",
        ),
        (
            {"penalty_outcome": "case_filed", "penalty_amount": Decimal(0)},
            "是（立案处罚），罚款0元",
        ),
        ({"penalty_outcome": "由街道处理"}, "由街道处理"),
        (
            {
                "penalty_outcome": "case_filed",
                "referral": "detention",
                "referral_document_no": "渝环移〔2024〕示例1号",
            },
            "是（立案处罚），移送公安（行政拘留）（渝环移〔2024〕示例1号）",
        ),
        (
            {"penalty_outcome": "case_filed", "referral": "移送监察机关"},
            "是（立案处罚），移送监察机关",
        ),
    ],
)
def test_the_annexs_column_says_what_became_of_the_violation(
    given: dict[str, str | Decimal], words: str
) -> None:
    assert penalty_words(replace(BLANK, **given)) == words  # type: ignore[arg-type]  # of a table


@pytest.mark.parametrize("text", ["车间密闭。", "已完成整改。车间密闭。"])
def test_the_annexs_column_begins_with_the_state_and_says_it_once(text: str) -> None:
    assert rectification_words(replace(BLANK, text=text)) == "已完成整改。车间密闭。"
