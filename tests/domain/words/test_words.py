"""Every code that people meet has its Chinese words, each its own."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import pytest

from domain.agenda import DutyKind
from domain.commands import COMMANDS, RectificationState, RegisterProblem, RevisitResult, Verdict
from domain.events import BureauDuty
from domain.notices import NoticeKind
from domain.outcomes import CommandRefused, Outcome
from domain.policy import Position
from domain.refusals import Refusal, WrongMoment
from domain.roles import Role
from domain.stages import Fact, Light, RoundKind, Stage
from domain.words.life import explain_problem
from tests.worlds.life import Life, transferred

LABELLED = (
    Stage,
    RoundKind,
    Light,
    Fact,
    Role,
    Position,
    RectificationState,
    Verdict,
    RevisitResult,
    BureauDuty,
    NoticeKind,
    DutyKind,
)


@pytest.mark.parametrize("kind", LABELLED)
def test_each_member_has_a_chinese_label_of_its_own(kind: type[StrEnum]) -> None:
    labels = [member.label for member in kind]  # type: ignore[attr-defined]  # every kind here has one
    assert len(set(labels)) == len(labels)
    assert all(any("一" <= sign <= "鿿" for sign in label) for label in labels)


def test_every_command_has_its_roles_and_none_is_an_auditors_or_administrators() -> None:
    for command in (*COMMANDS.values(), RegisterProblem):
        assert command.may, command.name
        assert not command.may & {Role.AUDITOR, Role.ADMINISTRATOR}, command.name


def test_a_refusal_carries_code_sentence_and_details() -> None:
    refusal = WrongMoment("unknown_round", round_no="7")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.details) == ("unknown_round", {"round_no": "7"})
    assert "第 7 轮" in str(refusal)


def test_the_explanation_names_each_round_its_dates_and_what_came_of_it() -> None:
    life = transferred(date(2026, 12, 18))
    provisional = " ".join(explain_problem(life.problem, life.rules))
    assert "暂定" in provisional
    life = transferred()
    life.until(date(2024, 7, 12))
    life.answer()
    text = " ".join(explain_problem(life.problem, life.rules))
    assert "2024年7月9日24:00" in text
    assert "2024年7月12日逾期答复" in text
    assert "督办层级：第一级" in text


def test_the_explanation_shows_a_moved_date_beside_the_original() -> None:
    from domain.commands import RecordService
    from tests.worlds.life import OFFICER

    life = transferred()
    life.until(date(2024, 6, 26))
    life.do(RecordService(served_on=life.today, means="直接送达", by=OFFICER))
    life.answer()
    text = " ".join(explain_problem(life.problem, life.rules))
    assert "原为2024年7月9日" in text
    assert "按时答复" in text


def test_a_registered_problem_explains_itself_too() -> None:
    life = Life()
    life.register()
    assert explain_problem(life.problem, life.rules)[0].endswith("已登记待移交。")


def test_an_outcome_and_a_refused_command_say_what_became_of_it() -> None:
    outcome = Outcome(problem_no="A", seq=1, stage=Stage.REGISTERED, level=0, events=())
    assert outcome.seq == 1
    refused = CommandRefused("problem_closed", "问题已销号。")
    assert (refused.code, refused.message) == ("problem_closed", str(refused))
