"""The plan's annex 整改表: a workbook for each district, to be filled in and sent back."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from domain.catalogues.districts import district, find_district
from domain.catalogues.penalty_outcomes import PENALTY_OUTCOMES
from domain.catalogues.referrals import REFERRALS
from domain.problem import Problem
from domain.stages import ENDED, WITH_DISTRICT
from domain.words.answers import penalty_words, rectification_words
from gateways.problem_list import annex as form
from office.exports.reading import chunks_where
from office.exports.workbooks import Cell, Row, Sheet, Streamed, write_workbook
from office.refused import Refused
from store.engine import Database
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


def unit_of(unit: str, today: date) -> str:
    """Give the code of the district that is meant; raises `Refused` for one that nobody knows."""
    found = find_district(unit, today)
    if found is None:
        said = {"field": "district", "code": "unknown_district", "message": "没有这个区县"}
        raise Refused("invalid_request", errors=[said])
    return found.code


async def write_annex(db: Database, path: Path, code: str = "") -> None:
    """Write the form of one district, or of every district with an open problem a sheet."""
    codes = [code] if code else await _districts(db) or [""]
    await write_workbook(path, *(_streamed(db, one) for one in codes))


async def write_annexes(db: Database, path: Path) -> None:
    """Write the forms of all districts with an open problem, a workbook each, into one zip."""
    one_book = path.with_suffix(".part")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for code in await _districts(db):
            await write_annex(db, one_book, code)
            entry = zipfile.ZipInfo(f"整改表（{district(code).name}）.xlsx", ZIP_DAY)
            with one_book.open("rb") as book, archive.open(entry, "w") as place:
                shutil.copyfileobj(book, place)
            one_book.unlink()


def _open(code: str = "") -> list[ColumnElement[bool]]:
    """Say what is a transferred problem that has not ended."""
    ended = [stage.value for stage in ENDED]
    wanted: list[ColumnElement[bool]] = [
        col(ProblemRow.stage).not_in(ended),
        col(ProblemRow.transferred_on).is_not(None),
    ]
    return [*wanted, col(ProblemRow.district) == code] if code else wanted


async def _districts(db: Database) -> list[str]:
    """Give the districts with an open problem, by code."""
    query = select(col(ProblemRow.district)).where(*_open()).distinct()
    async with db.reading() as session:
        return sorted(await session.scalars(query))


def _streamed(db: Database, code: str) -> Streamed:
    async def rows() -> AsyncIterator[Row]:
        if not code:
            return
        async for chunk in chunks_where(db, *_open(code)):
            for one in chunk:
                yield _row(one)

    return _sheet(code), rows()


def _sheet(code: str) -> Sheet:
    unit = district(code).name if code else "　　　　"
    return Sheet(
        TITLE,
        COLUMNS,
        (),
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
