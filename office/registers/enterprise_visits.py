"""The three visits of an enterprise, and who still awaits one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from domain.catalogues.districts import district
from domain.enterprise_visits import (
    AwaitsRecovery,
    EnterpriseVisit,
    VisitKind,
    awaiting_recovery,
    counted,
    demand_plausible,
    is_of,
)
from domain.local_time import day_of
from domain.problem import Problem
from domain.words.days import day_brief
from office.exports.reading import problems_where
from office.ports import Services
from office.registers.columns import Column, Columns
from office.registers.keeping import standing
from office.registers.lists import MOST
from office.registers.register import Figures, Outstanding, Register
from office.typed import CreditCode, Day, Line, NeededLine, NeededProse, Typed, example
from store.registers.entries import Kept
from store.tables import EnterpriseVisitRow, ProblemRow

_ALSO = {
    "体检": VisitKind.CHECK_UP,
    "执法": VisitKind.ENFORCEMENT,
    "回访": VisitKind.RECOVERY,
    "康复回访": VisitKind.RECOVERY,
}


class VisitBody(Typed):
    """A visit: which of the three, to whom, when, by whom, what was found."""

    model_config = example(
        kind="check_up",
        district="500103",
        enterprise="重庆示例印务有限公司",
        visited_on="2024-06-24",
        who="示例执法人员",
        findings="集气设施运行正常，建议更换活性炭。",
    )

    district: Annotated[NeededLine, Column("区县", 16)]
    enterprise: Annotated[NeededLine, Column("企业名称", 30)]
    credit_code: Annotated[CreditCode, Column("统一社会信用代码", 22)] = ""
    kind: Annotated[VisitKind, Column("类别", 16, also=_ALSO)]
    visited_on: Annotated[Day, Column("到访日期", 12)]
    who: Annotated[NeededLine, Column("到访人员", 20)]
    findings: Annotated[NeededProse, Column("情况", 50, long=True)]
    problem_no: Annotated[Line, Column("关联问题", 16)] = ""


class VisitsBody(Typed):
    """Many visits at once; all of them are entered or none."""

    visits: Annotated[tuple[VisitBody, ...], Field(min_length=1, max_length=MOST)]


def _count(visits: Iterable[EnterpriseVisit], year: int) -> Sequence[dict[str, Any]]:
    return [
        {"district": code, "name": district(code).name}
        | {kind.value: numbers[kind] for kind in VisitKind}
        for code, numbers in counted(visits, year).items()
    ]


async def _awaiting(services: Services) -> Sequence[AwaitsRecovery]:
    """Give the enterprises punished in this year or the last that nobody has visited since."""
    since = date(day_of(services.clock()).year - 1, 1, 1)
    closed = await problems_where(services.db, col(ProblemRow.closed_on) >= since)
    return awaiting_recovery(closed, (one.entry for one in await standing(services, VISITS)))


def _may_be_of(problem: Problem) -> ColumnElement[bool]:
    facts, row = problem.facts, EnterpriseVisitRow
    same = [
        col(row.problem_no) == problem.problem_no,
        col(row.district).in_({problem.district, facts.district}),
    ]
    if facts.credit_code:
        same.append(col(row.credit_code) == facts.credit_code)
    return or_(*same)


def _line(visit: EnterpriseVisit) -> str:
    return f"{day_brief(visit.visited_on)} {visit.kind.label}（{visit.who}）：{visit.findings}"


VISITS: Register[EnterpriseVisit] = Register(
    address="enterprise-visits",
    title="帮扶执法回访",
    lead="事前“体检式”帮扶、事中“手术刀”式执法、事后“康复式”回访（行动方案四（三））；不影响时限和扣分。",
    entry="到访记录",
    export="企业帮扶执法回访台账",
    many="visits",
    columns=Columns("到访台账", VisitBody),
    bodies=VisitsBody,
    kept=Kept(
        table=EnterpriseVisitRow,
        entry=EnterpriseVisit,
        day="visited_on",
        may_be_of=_may_be_of,
        is_of=is_of,
    ),
    demand=demand_plausible,
    line=_line,
    figures=Figures(
        headings={"name": "区县"} | {one.value: one.label for one in VisitKind}, count=_count
    ),
    outstanding=Outstanding(
        name="awaiting_recovery",
        title="已处罚企业待康复式回访清单",
        tab="待回访",
        note="上一年度以来销号、曾立案处罚的。",
        columns=(
            Column("区县", 16, "district"),
            Column("企业名称", 30, "enterprise"),
            Column("问题编号", 16, "problem_no"),
            Column("销号日期", 12, "since", kind=date),
        ),
        find=_awaiting,
    ),
)
