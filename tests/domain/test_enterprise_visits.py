"""体检, 执法, 康复回访: counted, and who still awaits one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain import commands as c
from domain.enterprise_visits import (
    EnterpriseVisit,
    VisitKind,
    awaiting_recovery,
    counted,
    demand_plausible,
    is_of,
)
from domain.refusals import WrongContent
from tests.worlds.life import DISTRICT, Life, transferred

NAME = "重庆示例印务有限公司"
CODE = "91500000MA5U000000"


def visit(
    kind: VisitKind = VisitKind.RECOVERY,
    on: date = date(2024, 8, 1),
    district: str = "500103",
    enterprise: str = NAME,
    **more: str,
) -> EnterpriseVisit:
    return EnterpriseVisit(
        kind=kind,
        district=district,
        enterprise=enterprise,
        visited_on=on,
        who="示例",
        findings="示例",
        **more,
    )


def closed(outcome: str = "case_filed", **facts: str) -> Life:
    """A problem whose answer told of its penalty, closed."""
    life = transferred(**facts)  # type: ignore[arg-type]  # test builder
    answer = c.Answer(
        state=c.RectificationState.DONE,
        text="已整改",
        penalty_outcome=outcome,
        penalty_document_no="示例〔2024〕1号",
    )
    submitted = c.SubmitFeedback(
        receipt_id="r1",
        round_no=1,
        district="500103",
        received_at=life.now,
        answer=answer,
        content_sha256="0" * 64,
        by=DISTRICT,
    )
    life.do(submitted, "r1")
    life.review()
    life.until(life.today + timedelta(days=3))
    life.revisit()
    life.approve()
    return life


def test_a_years_visits_are_counted_by_district_and_kind() -> None:
    visits = [
        visit(),
        visit(VisitKind.CHECK_UP),
        visit(district="500104"),
        visit(on=date(2023, 8, 1)),
    ]
    found = counted(visits, 2024)
    assert list(found) == ["500103", "500104"]
    assert found["500103"] == {VisitKind.RECOVERY: 1, VisitKind.CHECK_UP: 1}


def test_whoever_was_punished_awaits_a_visit_until_one_comes() -> None:
    problem = closed().problem
    assert problem.closed_on is not None
    (left,) = awaiting_recovery([problem], [])
    assert (left.problem_no, left.enterprise, left.since) == (
        problem.problem_no,
        NAME,
        problem.closed_on,
    )
    early = visit(on=problem.closed_on - timedelta(days=1))
    other = visit(VisitKind.CHECK_UP, on=problem.closed_on)
    assert awaiting_recovery([problem], [early, other]) == [left]
    assert awaiting_recovery([problem], [visit(on=problem.closed_on)]) == []


def test_who_was_not_punished_or_is_not_done_awaits_nothing() -> None:
    assert awaiting_recovery([transferred().problem], []) == []
    assert awaiting_recovery([closed("unfounded").problem], []) == []


def test_a_visit_belongs_to_an_enterprise_by_problem_code_or_name() -> None:
    problem = closed(credit_code=CODE).problem
    assert is_of(visit(enterprise="另一家", problem_no=problem.problem_no), problem)
    assert is_of(visit(enterprise="另一种写法", credit_code=CODE), problem)
    assert not is_of(visit(credit_code="91500000MA5U111111"), problem)
    assert is_of(visit(enterprise=f" {NAME} "), problem)
    assert not is_of(visit(district="500104"), problem)
    assert not is_of(visit(enterprise="另一家"), problem)


def test_a_visit_to_come_is_none() -> None:
    today = date(2024, 8, 1)
    demand_plausible(visit(on=today), today)
    with pytest.raises(WrongContent) as refused:
        demand_plausible(visit(on=today + timedelta(days=1)), today)
    assert refused.value.code == "date_not_plausible"


def test_a_kind_of_visit_is_called_as_in_the_plan() -> None:
    assert [kind.label for kind in VisitKind] == ["体检式帮扶", "手术刀式执法", "康复式回访"]
