"""Typical cases as a workbook in which nobody can be found."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

from sqlmodel import col

from domain.assessment import last_answer
from domain.catalogues import key_contents, key_objects, penalty_outcomes, referrals
from domain.catalogues.districts import district
from domain.catalogues.penalty_outcomes import PenaltyOutcome
from domain.catalogues.routes import Route
from domain.commands import Answer
from domain.problem import Problem
from domain.stages import Stage
from domain.typical_cases import masked_enterprise, masked_text
from office.exports.reading import chunks_where
from office.exports.workbooks import Cell, Row, Sheet, write_workbook
from store.engine import Database
from store.tables import ProblemRow

_GONE = (Stage.WITHDRAWN.value, Stage.MERGED.value)

CASES = (
    ("序号", 8),
    ("区县", 16),
    ("企业（已隐去名称）", 24),
    ("重点内容", 30),
    ("重点对象", 24),
    ("存在的环境问题", 60),
    ("处置路径", 34),
    ("移交日期", 12),
    ("整改情况", 14),
    ("是否立案处罚", 20),
    ("法律依据", 40),
    ("罚款（元）", 12),
    ("回头看结果", 14),
    ("销号日期", 12),
)
TITLE = "典型案例"
NOTE = (
    "备注：企业只保留地名和单位类型；不含姓名、电话、地址、文号、附件和区县反馈原文。"
    "自动处理可能有遗漏，公开前须人工审读。"
)


async def write_typical_cases(db: Database, path: Path) -> None:
    """Write the problems marked as typical cases, without personal data.

    What was withdrawn or merged is none.
    """
    wanted = (col(ProblemRow.typical).is_(True), col(ProblemRow.stage).not_in(_GONE))

    async def rows() -> AsyncIterator[Row]:
        numbers = count(1)
        async for chunk in chunks_where(db, *wanted):
            for one in chunk:
                yield case_row(next(numbers), one)

    await write_workbook(path, (Sheet(TITLE, CASES, (), NOTE), rows()))


def case_row(number: int, problem: Problem) -> tuple[Cell, ...]:
    """Give a case's cells in the order of `CASES`: codes in words, one text, masked."""
    facts, answer = problem.facts, last_answer(problem)
    outcome = penalty_outcomes.find(answer.penalty_outcome) if answer else None
    visit = problem.revisits[-1] if problem.revisits else None
    return (
        number,
        district(problem.district).name,
        masked_enterprise(facts.enterprise),
        key_contents.words(facts.contents),
        key_objects.by_code(facts.key_object).short if facts.key_object else "",
        masked_text(facts.description, facts.enterprise),
        Route(problem.route).label,
        problem.transferred_on,
        answer.state.label if answer else "",
        _became(answer, outcome),
        _grounds(facts.contents, outcome),
        answer.penalty_amount if answer else None,
        visit.result.label if visit else "",
        problem.closed_on,
    )


def _became(answer: Answer | None, outcome: PenaltyOutcome | None) -> str:
    """Say what became of the violation, without the number of any paper."""
    sent = referrals.find(answer.referral) if answer else None
    return "，".join(one for one in (outcome and outcome.annex_text, sent and sent.short) if one)


def _grounds(contents: tuple[str, ...], outcome: PenaltyOutcome | None) -> str:
    """Give the clauses that were violated, those that punish it, and that of the outcome."""
    known = key_contents.of(contents)
    said = [f"违反：{one.ground}；处罚：{one.penalty_ground}" for one in known]
    return "\n".join([*said, *([f"处理：{outcome.ground}"] if outcome else [])])
