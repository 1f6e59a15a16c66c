"""The three visits of an enterprise as the doors enter, count and export them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from sqlmodel import col

from domain.catalogues import credit_code
from domain.catalogues.districts import district, find_district
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
from domain.refusals import WrongContent
from gateways.plain_lists import PlainList
from gateways.problem_list.cells import key_of
from office.caller import Caller
from office.exports.ledgers import problems_where
from office.exports.workbooks import Cell, Sheet, workbook
from office.once import claim_body, id_under
from office.plain_lists import MOST
from office.ports import Services
from office.refused import Refused
from office.typed import Day, Line, NeededLine, NeededProse, Typed, example
from store import enterprise_visits, problems
from store.enterprise_visits import EnteredVisit
from store.tables import ProblemRow

COLUMNS = (
    ("区县", 16),
    ("企业名称", 30),
    ("统一社会信用代码", 22),
    ("类别", 16),
    ("到访日期", 12),
    ("到访人员", 20),
    ("情况", 50),
    ("关联问题", 16),
)
AWAITING = (("区县", 16), ("企业名称", 30), ("问题编号", 16), ("销号日期", 12))


LIST = PlainList(
    what="到访台账",
    headings={
        "区县": "district",
        "企业名称": "enterprise",
        "统一社会信用代码": "credit_code",
        "类别": "kind",
        "到访日期": "visited_on",
        "到访人员": "who",
        "情况": "findings",
        "关联问题": "problem_no",
    },
    needed=frozenset({"district", "enterprise", "kind", "visited_on", "who", "findings"}),
    days=frozenset({"visited_on"}),
    codes={
        "kind": {key_of(word): one.value for one in VisitKind for word in (one.label, one.value)}
        | {
            "体检": VisitKind.CHECK_UP.value,
            "执法": VisitKind.ENFORCEMENT.value,
            "回访": VisitKind.RECOVERY.value,
            "康复回访": VisitKind.RECOVERY.value,
        }
    },
)
"""How a workbook lists visits."""


def _right_code(text: str) -> str:
    wrong = credit_code.what_is_wrong(text.upper()) if text else None
    if wrong:
        raise ValueError(wrong)
    return text.upper()


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

    kind: VisitKind
    district: NeededLine
    enterprise: NeededLine
    visited_on: Day
    who: NeededLine
    findings: NeededProse
    credit_code: Annotated[Line, AfterValidator(_right_code)] = ""
    problem_no: Line = ""


class VisitsBody(Typed):
    """Many visits at once; all of them are entered or none."""

    visits: Annotated[tuple[VisitBody, ...], Field(min_length=1, max_length=MOST)]


async def enter(
    services: Services, caller: Caller, key: str, bodies: Sequence[VisitBody]
) -> tuple[EnteredVisit, ...]:
    """Enter visits once under `key`; raises Refused before any of them is entered."""
    visits = [await _visit(services, body, place) for place, body in enumerate(bodies, 1)]
    await claim_body(services, caller, key, "enterprise-visits", VisitsBody(visits=tuple(bodies)))
    under = {id_under(caller, f"{key}/{place}"): visit for place, visit in enumerate(visits, 1)}
    return await enterprise_visits.enter(services.db, under, caller.account.id)


async def _visit(services: Services, body: VisitBody, place: int) -> EnterpriseVisit:
    unit = find_district(body.district, body.visited_on)
    if unit is None:
        raise Refused("invalid_request", f"第{place}条：没有名为“{body.district}”的区县")
    if body.problem_no:
        async with services.db.reading() as session:
            if await problems.row(session, body.problem_no) is None:
                raise Refused("problem_not_found", problem_no=body.problem_no)
    visit = EnterpriseVisit(**body.model_dump(exclude={"district"}), district=unit.code)
    try:
        demand_plausible(visit, day_of(services.clock()))
    except WrongContent as refusal:
        raise Refused.by_rule(refusal) from refusal
    return visit


async def take_back(services: Services, caller: Caller, visit_id: str) -> None:
    """Take a visit back; raises Refused where none stands."""
    if not await enterprise_visits.take_back(services.db, visit_id, caller.account.id):
        raise Refused("not_found")


async def all_visits(services: Services, unit: str = "") -> tuple[EnteredVisit, ...]:
    """Give the visits that stand, the latest first."""
    async with services.db.reading() as session:
        return await enterprise_visits.listed(session, unit)


async def of_problem(services: Services, problem: Problem) -> list[EnterpriseVisit]:
    """Give the visits to a problem's enterprise, the latest first."""
    async with services.db.reading() as session:
        near = await enterprise_visits.near(session, problem)
    return [one.visit for one in near if is_of(one.visit, problem)]


async def awaiting(services: Services) -> list[AwaitsRecovery]:
    """Give the enterprises punished in this year or the last that nobody has visited since."""
    since = date(day_of(services.clock()).year - 1, 1, 1)
    visits = [one.visit for one in await all_visits(services)]
    closed = await problems_where(services, col(ProblemRow.closed_on) >= since)
    return awaiting_recovery(closed, visits)


def figures(visits: Sequence[EnteredVisit], year: int) -> list[dict[str, Any]]:
    """Count a year's visits by district and kind."""
    found = counted((one.visit for one in visits), year)
    return [
        {"district": code, "name": district(code).name}
        | {kind.value: numbers[kind] for kind in VisitKind}
        for code, numbers in found.items()
    ]


async def visits_workbook(services: Services) -> bytes:
    """Give all visits, and who still awaits a 康复式回访, as a workbook."""
    visits = await all_visits(services)
    rows = [_row(one.visit) for one in visits]
    left = [
        (district(one.district).name, one.enterprise, one.problem_no, one.since)
        for one in await awaiting(services)
    ]
    sheets = (
        Sheet("企业帮扶执法回访台账", COLUMNS, rows, tab="到访台账"),
        Sheet(
            "已处罚企业待康复式回访清单", AWAITING, left, "备注：上一年度以来销号的。", tab="待回访"
        ),
    )
    return await asyncio.to_thread(workbook, *sheets)


def _row(visit: EnterpriseVisit) -> tuple[Cell, ...]:
    return (
        district(visit.district).name,
        visit.enterprise,
        visit.credit_code,
        visit.kind.label,
        visit.visited_on,
        visit.who,
        visit.findings,
        visit.problem_no,
    )


def visit_view(one: EnteredVisit) -> dict[str, Any]:
    """Show a visit."""
    visit = one.visit
    return {
        "id": one.visit_id,
        "kind": visit.kind.value,
        "district": visit.district,
        "enterprise": visit.enterprise,
        "credit_code": visit.credit_code,
        "visited_on": visit.visited_on.isoformat(),
        "who": visit.who,
        "findings": visit.findings,
        "problem_no": visit.problem_no,
        "entered_by": one.entered_by,
        "entered_at": one.entered_at.isoformat(),
    }
