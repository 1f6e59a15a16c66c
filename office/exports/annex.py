"""The plan's annex 整改表: a workbook for each district, to be filled in and sent back."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from sqlalchemy import select
from sqlmodel import col

from domain.catalogues.districts import district, find_district
from domain.catalogues.penalty_outcomes import PENALTY_OUTCOMES
from domain.catalogues.referrals import REFERRALS
from domain.local_time import day_of
from domain.problem import Problem
from domain.stages import ENDED, WITH_DISTRICT
from domain.words.answers import penalty_words, rectification_words
from gateways.problem_list import annex as form
from office.exports.workbooks import Cell, Sheet, workbook
from office.ports import Services
from office.refused import Refused
from store.codec import problem_from
from store.tables import ProblemRow

TITLE = "市级大气污染防治执法帮扶问题整改表"
NOTE = (
    "备注：若一个企业存在多个问题的，每个问题请单独填写一列。\n"
    "填报说明：整改情况请先写“已完成整改”“正在整改”或“尚未开始整改”，再写采取的措施和目前进展；"
    "正在整改的填写承诺完成日期。问题编号、企业名称和存在的环境问题请勿改动。"
)
COLUMNS = (
    (form.NUMBER, 16),
    ("企业名称", 28),
    ("存在的环境问题", 50),
    (form.RECTIFICATION, 60),
    (form.PENALTY, 22),
    (form.PROMISED, 14),
    (form.DOCUMENT, 24),
    (form.AMOUNT, 14),
    (form.GROUND, 30),
    (form.REFERRAL, 20),
    (form.REFERRAL_NO, 20),
)
OFFERED = {
    4: [outcome.annex_text for outcome in PENALTY_OUTCOMES],
    9: [referral.short for referral in REFERRALS],
}
ZIP_DAY = (2024, 6, 21, 0, 0, 0)


async def annex_workbook(services: Services, unit: str = "") -> tuple[bytes, str]:
    """Give the form of one district, or of every district a sheet, and the name to save it under.

    Raises `Refused` for a district that nobody knows.
    """
    code = _code_of(services, unit) if unit else ""
    open_ones = await _open_problems(services, code)
    sheets = [_sheet(code, problems) for code, problems in open_ones.items()]
    if not sheets:
        sheets = [_sheet(code, ())]
    name = f"整改表（{district(code).name}）.xlsx" if code else "整改表.xlsx"
    return await asyncio.to_thread(workbook, *sheets), name


async def annex_workbooks(services: Services) -> bytes:
    """Give the forms of all districts with an open problem, a workbook each, in one zip."""
    open_ones = await _open_problems(services, "")
    return await asyncio.to_thread(_zipped, open_ones)


def _zipped(open_ones: dict[str, Sequence[Problem]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for code, problems in open_ones.items():
            entry = zipfile.ZipInfo(f"整改表（{district(code).name}）.xlsx", ZIP_DAY)
            archive.writestr(entry, workbook(_sheet(code, problems)))
    return out.getvalue()


def _code_of(services: Services, unit: str) -> str:
    found = find_district(unit, day_of(services.clock()))
    if found is None:
        said = {"field": "district", "code": "unknown_district", "message": "没有这个区县"}
        raise Refused("invalid_request", errors=[said])
    return found.code


async def _open_problems(services: Services, code: str) -> dict[str, Sequence[Problem]]:
    """Give the transferred problems that have not ended, by district, in the order of numbers."""
    ended = [stage.value for stage in ENDED]
    query = (
        select(col(ProblemRow.body))
        .where(col(ProblemRow.stage).not_in(ended), col(ProblemRow.transferred_on).is_not(None))
        .order_by(col(ProblemRow.district), col(ProblemRow.problem_no))
    )
    if code:
        query = query.where(col(ProblemRow.district) == code)
    async with services.db.reading() as session:
        problems = [problem_from(body) for body in await session.scalars(query)]
    return {unit: list(of_unit) for unit, of_unit in groupby(problems, lambda p: p.district)}


def _sheet(code: str, problems: Sequence[Problem]) -> Sheet:
    unit = district(code).name if code else "　　　　"
    return Sheet(
        TITLE,
        COLUMNS,
        [_row(problem) for problem in problems],
        NOTE,
        head=f"{unit} 区（县）　　　　填报人：　　　　　　　　联系电话：　　　　　　　　",
        tab=unit if code else "整改表",
        offered=OFFERED,
    )


def _sent(code: str) -> str:
    found = REFERRALS.find(code) if code else None
    return found.short if found else code


def _row(problem: Problem) -> Sequence[Cell]:
    """Give a problem's cells; what the district owes now is left for it to fill in."""
    given = problem.submissions[-1].answer if problem.submissions else None
    answer = None if problem.stage in WITH_DISTRICT else given
    return (
        problem.problem_no,
        problem.facts.enterprise,
        problem.facts.description,
        rectification_words(answer) if answer else "",
        penalty_words(replace(answer, referral="")) if answer else "",
        answer.promised_on if answer else None,
        answer.penalty_document_no if answer else "",
        answer.penalty_amount if answer else None,
        answer.penalty_ground if answer else "",
        _sent(answer.referral) if answer else "",
        answer.referral_document_no if answer else "",
    )
