"""What was hashed once keeps its hash: frozen samples of every hashed value, and frozen defaults."""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from domain import commands as c
from domain.canonical import form_of
from domain.commands import act_hash
from domain.deadlines import DayCount, DayCountRule, StartsFrom
from domain.decisions.closing import closure_hash
from domain.local_time import at_local
from domain.policy import (
    Band,
    Clocks,
    DeductionRule,
    ExceptionRules,
    LevelRule,
    ListingRule,
    Policy,
    Position,
    Reminders,
    Rung,
    Within,
    content_hash,
    has_content_hash,
)
from domain.problem import Problem, Revisit, Submission
from domain.proof import COUNTED
from domain.recorded_forms import (
    APPROVAL,
    CALENDAR,
    POLICY,
    POLICY_FORMS,
    POLICY_WITHOUT_SHARE,
)
from domain.stages import Fact, Light
from domain.work_calendar import CalendarYear, Holiday, years_hash
from tests.worlds.life import transferred

FEEDBACK = DayCountRule(days=15, unit=DayCount.CALENDAR_DAYS, clause="示例：15日")
OTHER = DayCountRule(
    days=3,
    unit=DayCount.WORKING_DAYS,
    clause="示例：3个工作日",
    count_first_day=True,
    roll_off_rest_days=False,
    cut_off=time(17, 30),
    starts_from=StartsFrom.SIGN_IN,
)
WHOLE = Policy(
    policy_id="sample",
    version="1",
    title="示例方案",
    document_no="示例1号",
    author="示例",
    valid_from=date(2024, 1, 1),
    valid_to=date(2024, 12, 31),
    demo=True,
    clocks=Clocks(
        feedback=FEEDBACK,
        supplement=OTHER,
        rectification=FEEDBACK,
        redo=OTHER,
        promise_max_days=90,
        review_working_days=5,
        revisit_after_working_days=10,
        revisit_grace_working_days=5,
        approval_working_days=3,
        appeal_working_days=10,
    ),
    reminders=Reminders(
        rungs=(Rung(rung="d-3", days_before=3, light=Light.YELLOW, audience=(Position.HANDLER,)),),
        overdue_audience=(Position.DIRECTOR, Position.SUPERVISOR),
        overdue_every_working_days=5,
        opens_at=time(9),
        closes_at=time(17, 30),
    ),
    listing=(ListingRule(fact=Fact.NO_FEEDBACK, lists=True, clause="示例"),),
    deductions=(
        DeductionRule(
            rule_id="no-feedback",
            fact=Fact.NO_FEEDBACK,
            bands=(Band(occurrence=1, points=Decimal("0.2")),),
            clause="示例",
            doubled_for=("media",),
            paper="示例函",
        ),
    ),
    levels=(LevelRule(level=1, after_working_days=0, title="示例", clause="示例"),),
    content_hash="",
    cap_per_problem_year=Decimal("1.5"),
    demands_proof_of_service=False,
    exceptions=ExceptionRules(extension_max_days=7, revisit_share_percent=30),
)
PLAIN = replace(
    WHOLE,
    valid_to=None,
    cap_per_problem_year=None,
    demands_proof_of_service=True,
    exceptions=None,
)
YEARS = (
    CalendarYear(
        year=2024,
        notice="国办发明电〔2023〕7号",
        announced=True,
        holidays=(Holiday(name="元旦", days=(date(2024, 1, 1),)),),
        make_up_workdays=(date(2024, 2, 4), date(2024, 2, 18)),
    ),
    CalendarYear(year=2027, notice="", announced=False, holidays=(), make_up_workdays=()),
)
ACTS: dict[str, c.Act] = {
    "extend_round": c.ExtendRound(receipt_id="r-1", until=date(2024, 8, 1)),
    "move_due_date": c.MoveDueDate(round_no=2, due_on=date(2024, 8, 2)),
    "suspend_problem": c.SuspendProblem(review_on=date(2024, 9, 2)),
    "reverse_deduction": c.ReverseDeduction(deduction=9, receipt_id="r-2"),
    "reverse_deduction_of_its_own": c.ReverseDeduction(deduction=9),
    "reopen_problem": c.ReopenProblem(findings="又冒“黑烟”，'反弹'\n第二行"),
}


POLICY_HASHES = {
    "whole": (WHOLE, "fbea86393c181f86127794566ce80325cd47999766bd3b890b8e5717b222431c"),
    "plain": (PLAIN, "dd15c53272d333b7d6715d959fd71fb5c0a7deb613d27e568f9e182f4cfb1221"),
    "exceptions as they are by default": (
        replace(PLAIN, exceptions=ExceptionRules()),
        "e58b0c5e66d883f7f0d4fe310dfa4b341516807a35c8fb22cf6bd42a78078336",
    ),
}


@pytest.mark.parametrize("name", POLICY_HASHES)
def test_a_policy_keeps_its_hash(name: str) -> None:
    said, frozen = POLICY_HASHES[name]
    assert content_hash(said) == frozen
    assert content_hash(replace(said, content_hash="f" * 64)) == frozen


SHARED_BEFORE = "271dea65f331b73251d62b339b5d2beefda84110c6ef3eb43278c44e2874f258"


def test_a_policy_hashed_before_the_share_of_the_others_was_a_number_of_it_is_known_again() -> None:
    said = replace(PLAIN, exceptions=ExceptionRules())
    assert has_content_hash(said, SHARED_BEFORE)
    assert form_of(said, SHARED_BEFORE, POLICY_FORMS) is POLICY_WITHOUT_SHARE
    assert not has_content_hash(WHOLE, SHARED_BEFORE)
    other = replace(said, exceptions=ExceptionRules(revisit_share_percent=30))
    assert not has_content_hash(other, SHARED_BEFORE)


def test_the_years_of_a_calendar_keep_their_hash() -> None:
    assert years_hash(YEARS) == "8cda0e36d1c1984e290b70db736d836470f995bb9c94b2b7f9e1488f772aaedc"


ACT_HASHES = {
    "extend_round": "301703705cfadb063f8fd6916b80e99ad6c4ed3cc745073b85cfe21f14d42c0e",
    "move_due_date": "fd486bcf48847af6d38b1499ec98d83c0eca18cb16f82cc5d43ea5a4a1be70a5",
    "suspend_problem": "3337342fe6256d7319d864d28ed77662d031a025e0a43f8d91ff9b5b307602cc",
    "reverse_deduction": "053c6c7ea58ddbfa3a3d93ae4299274c86f8fa4a8ae2159f0a3ca4c1931e6200",
    "reverse_deduction_of_its_own": "1477d74e8a03235f402cde39bb6a1daded7cdda1e1b032d758b49a5713343b52",
    "reopen_problem": "746076f402bbbd2d79636a27cbe5e4856f25b913d7349ac51f6b8e887fabb826",
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_keeps_its_hash(name: str) -> None:
    assert act_hash("CQ2024-0001", 7, ACTS[name], "示例：设备未到货") == ACT_HASHES[name]


def closing() -> Problem:
    """Give a problem with two answers, a revisit that failed, and points."""
    problem = transferred().problem
    answer = c.Answer(state=c.RectificationState.DONE, text="示例")
    received = Submission(
        receipt_id="r-1",
        round_no=1,
        received_at=at_local(date(2024, 7, 1), time(9)),
        late=False,
        moved_state=True,
        answer=answer,
        content_sha256="a" * 64,
        verdict=c.Verdict.RETURN_FOR_SUPPLEMENT,
    )
    again = replace(received, receipt_id="r-2", round_no=2, verdict=None)
    visit = Revisit(
        on=date(2024, 8, 5),
        result=c.RevisitResult.NOT_IN_PLACE,
        findings="示例：仍有异味",
        by=transferred().history[0].by,
    )
    return replace(problem, submissions=(received, again), revisits=(visit,))


def test_a_closure_keeps_its_hash() -> None:
    assert closure_hash(transferred().problem) == CLOSURE_OF_NOTHING
    assert closure_hash(closing()) == CLOSURE


CLOSURE_OF_NOTHING = "30dca6a0d0846e3ff0511a327d82f1c7eb6071697557494a9b2582bd23b6bb5d"
CLOSURE = "591ae56e07080d2b197b737e238a25760a0c4faebd40b4783d28f7265515fe35"


HASHED = (
    *(Policy, Clocks, DayCountRule, Reminders, Rung, ListingRule, DeductionRule, Band, LevelRule),
    *(ExceptionRules, CalendarYear, Holiday),
    *(c.ExtendRound, c.MoveDueDate, c.SuspendProblem, c.ReverseDeduction, c.ReopenProblem),
)


def test_the_forms_name_every_field_of_today_or_one_that_says_its_default() -> None:
    for kind in HASHED:
        written = {**POLICY.written, **CALENDAR.written, **APPROVAL.written}[kind.__name__]
        names = {one.name for one in dataclasses.fields(kind)}
        assert written <= names
        needed = {one.name for one in dataclasses.fields(kind) if one.default is MISSING}
        assert needed <= written | {"content_hash"}


def defaults(kind: type) -> dict[str, Any]:
    """Give what the fields of a type say by default."""
    return {
        one.name: one.default
        for one in dataclasses.fields(kind)
        if one.default is not MISSING and one.name != "tag"
    }


FROZEN_DEFAULTS: dict[type, dict[str, Any]] = {
    Policy: {
        "valid_to": None,
        "cap_per_problem_year": None,
        "demands_proof_of_service": True,
        "exceptions": None,
        "proofs": COUNTED,
        "account_caps": (),
    },
    Clocks: {"appeal_from_receipt": False},
    DayCountRule: {
        "count_first_day": False,
        "roll_off_rest_days": True,
        "cut_off": None,
        "starts_from": StartsFrom.TRANSFER,
    },
    DeductionRule: {
        "doubled_for": (),
        "paper": "",
        "also_for": (),
        "in_all": False,
        "counted_within": Within.LIFE,
        "monthly": False,
        "multipliers": (),
        "by_days_late": (),
    },
    LevelRule: {"at_facts": ()},
    ExceptionRules: {
        "extension_max_days": 30,
        "extensions_max": 2,
        "extensions_by_officer": 1,
        "extension_answer_working_days": 3,
        "objection_working_days": 5,
        "objection_answer_working_days": 5,
        "suspension_max_days": 180,
        "appeal_answer_working_days": 15,
        "proposal_working_days": 3,
        "register_working_days": 5,
        "service_working_days": 1,
        "escalate_every_working_days": 3,
        "revisit_share_percent": 20,
        "refused_working_days": 2,
        "proof_working_days": 2,
        "service_tolerance_working_days": 1,
        "least_working_days": 5,
        "extension_total_days": 0,
        "extension_lead_days": 0,
    },
    c.ReverseDeduction: {"receipt_id": ""},
}


def test_what_a_hashed_type_says_by_default_never_changes() -> None:
    said = {kind: defaults(kind) for kind in HASHED if defaults(kind)}
    assert said == FROZEN_DEFAULTS, "a new field is frozen here with its default, once and for ever"
