"""The supervisory list, the scores, and the exports."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api.access import Ours, Reader
from api.downloads import CSV, ZIP, sent
from api.rest.answers import Year
from api.rest.strict import StrictRoute
from api.rest.views import ledger_view, row_view
from domain.catalogues.districts import district as unit
from domain.local_time import day_of
from domain.stages import Stage
from office.exports.annex import unit_of
from office.exports.assessments import Assessment
from office.exports.orders import Order, exported
from office.ledger.choice import Choice, Only
from office.refused import Refused
from office.typed import Line
from store.lives import appeals, lists
from store.lives.bureau_board import board
from store.lives.objections import by_district
from store.lives.sorted_lists import Sort
from store.points import ledger, points_accounts

router = APIRouter(tags=["清单与扣分"], route_class=StrictRoute)


@router.get("/supervisory-list")
async def supervisory_list(services: Ours, _: Reader) -> dict[str, Any]:
    """现列入（拟纳入）督察问题清单的问题。承办人、审批人、核查人员可用。"""
    async with services.db.reading() as session:
        rows = await lists.supervisory_list(session)
    return {"problems": [row_view(row) for row in rows]}


@router.get("/scores")
async def scores(services: Ours, _: Reader, year: Year = None) -> dict[str, Any]:
    """各区县年度扣分。承办人、审批人、核查人员可用。"""
    wanted = year or day_of(services.clock()).year
    async with services.db.reading() as session:
        found = await points_accounts.scores(session, wanted)
    return {
        "year": wanted,
        "scores": [
            {
                "district": score.district,
                "name": unit(score.district).name,
                "points": float(score.points),
                "deductions": score.deductions,
                "problems": score.problems,
            }
            for score in found
        ],
    }


@router.get("/scores/bureau")
async def scores_of_bureau(services: Ours, _: Reader, year: Year = None) -> dict[str, Any]:
    """市级办理时效超期情况，不计入任何区县。承办人、审批人、核查人员可用。"""
    wanted = year or day_of(services.clock()).year
    async with services.db.reading() as session:
        found = await board(session, wanted)
    return {
        "year": wanted,
        "duties": [
            {
                "duty": score.duty.value,
                "label": score.duty.label,
                "arose": score.arose,
                "late": score.late,
            }
            for score in found
        ],
    }


@router.get("/scores/objections")
async def objections(services: Ours, _: Reader, year: Year = None) -> dict[str, Any]:
    """各区县对移交对象提出异议的次数及结果。承办人、审批人、核查人员可用。"""
    wanted = year or day_of(services.clock()).year
    async with services.db.reading() as session:
        found = await by_district(session, wanted)
    return {
        "year": wanted,
        "objections": [{**asdict(one), "name": unit(one.district).name} for one in found],
    }


@router.get("/scores/{district}")
async def scores_of(services: Ours, _: Reader, district: str, year: Year = None) -> dict[str, Any]:
    """一个区县的扣分明细，逐行有依据。

    `counts_for` 是该行计入账户的分值：政策规定扣完为止的项目，以上限为度。承办人、审批人、核查人员可用。
    """
    try:
        name = unit(district).name
    except KeyError as error:
        raise Refused("district_not_found", district=district) from error
    async with services.db.reading() as session:
        rows = await ledger.rows(session, district, year)
        standing = await appeals.standing(session, rows)
        account = await ledger.rows(session, district)
        caps = await points_accounts.caps_of(session)
    counts = points_accounts.counts_for(account, caps)
    shown = [
        ledger_view(row)
        | {
            "appeal": standing.get(row.id or 0, ""),
            "counts_for": float(counts.get((row.problem_no, row.seq), 0)),
        }
        for row in rows
    ]
    return {"district": district, "name": name, "rows": shown}


def _chosen(
    text: Annotated[Line, Query(description="编号、企业、文号、问题内容中的文字")] = "",
    district: Line = "",
    stage: Stage | None = None,
    only: Annotated[Only, Query(description="范围，与台账页面一致")] = "",
    six_batch: Annotated[Line, Query(description="六个一批的代码；none 为尚未分类")] = "",
    sort: Sort = Sort.OLDEST,
) -> Choice:
    return Choice(
        text=text, district=district, stage=stage, only=only, six_batch=six_batch, sort=sort
    )


Chosen = Annotated[Choice, Depends(_chosen)]


@router.get("/exports/ledger.xlsx")
async def export_ledger(services: Ours, caller: Reader, chosen: Chosen) -> Response:
    """导出整改台账，条件和顺序与台账页面一致。承办人、审批人、核查人员可用。"""
    order = Order(what="ledger", chosen=chosen)
    return sent(await exported(services, caller, order), "整改台账.xlsx")


@router.get("/exports/ledger.csv")
async def export_ledger_as_text(services: Ours, caller: Reader, chosen: Chosen) -> Response:
    """以 CSV 导出整改台账，条件和顺序与台账页面一致。承办人、审批人、核查人员可用。"""
    order = Order(what="ledger-csv", chosen=chosen)
    return sent(await exported(services, caller, order), "整改台账.csv", CSV)


@router.get("/exports/annex.xlsx")
async def export_annex(
    services: Ours,
    caller: Reader,
    district: Annotated[str, Query(description="区县代码或名称；不填时每个区县一个工作表")] = "",
) -> Response:
    """导出整改表（方案附件）：在办问题每个一行，供区县填报。承办人、审批人、核查人员可用。"""
    code = unit_of(district, day_of(services.clock())) if district else ""
    name = f"整改表（{unit(code).name}）.xlsx" if code else "整改表.xlsx"
    return sent(await exported(services, caller, Order(what="annex", district=code)), name)


@router.get("/exports/annex.zip")
async def export_annexes(services: Ours, caller: Reader) -> Response:
    """导出各区县的整改表（方案附件），每个区县一个工作簿。承办人、审批人、核查人员可用。"""
    return sent(await exported(services, caller, Order(what="annexes")), "整改表.zip", ZIP)


@router.get("/exports/assessment.xlsx")
async def export_assessment(
    services: Ours,
    caller: Reader,
    wanted: Annotated[Assessment, Query(alias="for", description="哪一项考核")],
    year: Year = None,
) -> Response:
    """导出年度考核数据：各项数据附分母，另附口径和来源。承办人、审批人、核查人员可用。"""
    chosen = year or day_of(services.clock()).year
    order = Order(what="assessment", year=chosen, assessment=wanted)
    content = await exported(services, caller, order)
    return sent(content, f"{chosen}年度{wanted.label}考核数据.xlsx")


@router.get("/exports/statistics.xlsx")
async def export_statistics(services: Ours, caller: Reader, year: Year = None) -> Response:
    """导出一个年度的统计：各区县、各月、重点内容、线索来源、六个一批。承办人、审批人、核查人员可用。"""
    chosen = year or day_of(services.clock()).year
    order = Order(what="statistics", year=chosen)
    return sent(await exported(services, caller, order), f"{chosen}年度统计.xlsx")


@router.get("/exports/typical-cases.xlsx")
async def export_typical_cases(services: Ours, caller: Reader) -> Response:
    """导出典型案例，不含个人信息和企业名称。承办人、审批人、核查人员可用。"""
    return sent(await exported(services, caller, Order(what="typical-cases")), "典型案例.xlsx")
