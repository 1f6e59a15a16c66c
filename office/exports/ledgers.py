"""The rectification ledger as a workbook."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TypeVar

from domain.catalogues import key_contents
from domain.catalogues.districts import district
from domain.catalogues.six_batches import SIX_BATCHES, Batches
from domain.key_regions import region_words
from domain.local_time import day_of
from domain.positive_list import Listing, stay_of
from domain.problem import Problem, Round, Submission
from domain.stages import Fact
from domain.words.answers import penalty_words, rectification_words
from domain.words.days import cut_off, due_in_list
from domain.words.facts import found_words
from domain.words.levels import level_text
from office.exports.reading import chunks_of
from office.exports.workbooks import Cell, Sheet, write_workbook
from office.ledger.choice import Choice
from store.engine import Database
from store.lives.sorted_lists import Sort, numbers
from store.registers import positive_list, six_batches

T = TypeVar("T")

EVERYTHING = Choice(sort=Sort.OLDEST)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

LEDGER = (
    ("问题编号", 16),
    ("移交文号", 24),
    ("移交日期", 12),
    ("区县", 14),
    ("企业名称", 30),
    ("统一社会信用代码", 22),
    ("地址", 26),
    ("经度", 12),
    ("纬度", 12),
    ("发现时间", 16),
    ("是否在重点区域", 22),
    ("重点内容", 26),
    ("存在的环境问题", 60),
    ("违反的法律规定", 40),
    ("处罚依据", 40),
    ("处置路径", 18),
    ("六个一批", 20),
    ("正面清单", 30),
    ("反馈时限", 18),
    ("反馈时间", 12),
    ("整改情况", 50),
    ("是否立案处罚", 30),
    ("环节", 12),
    ("督办层级", 10),
    ("列入清单日期", 12),
    ("列入清单事由", 24),
    ("清单编号", 18),
    ("扣分", 8),
    ("回头看日期", 12),
    ("回头看结果", 14),
    ("销号日期", 12),
)


async def write_ledger(db: Database, path: Path, chosen: Choice = EVERYTHING) -> None:
    """Write the rectification ledger 整改台账, one row a problem: what was chosen, in its order."""
    sheet = Sheet("整改台账", LEDGER, (), head=await _told(db, chosen))
    await write_workbook(path, (sheet, _rows(db, chosen)))


async def write_ledger_csv(db: Database, path: Path, chosen: Choice = EVERYTHING) -> None:
    """Write the same rows as text, in the coding that spreadsheets of an office recognise."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        lines = csv.writer(out)
        lines.writerow([heading for heading, _ in LEDGER])
        async for row in _rows(db, chosen):
            lines.writerow([_as_text(cell) for cell in row])


def _as_text(cell: Cell) -> str:
    """Write a cell; no text of others begins what a spreadsheet takes for a formula."""
    said = "" if cell is None else str(cell)
    return f"'{said}" if isinstance(cell, str) and said.startswith(_FORMULA) else said


async def _told(db: Database, chosen: Choice) -> str:
    if not chosen.narrowed:
        return ""
    async with db.reading() as session:
        told = chosen.told(await six_batches.in_force(session))
    return f"条件：{'；'.join(said for said, _ in told)}"


async def _rows(db: Database, chosen: Choice) -> AsyncIterator[Sequence[Cell]]:
    async with db.reading() as session:
        batches = await six_batches.in_force(session)
        listings = await positive_list.approved(session)
        wanted = await numbers(session, chosen.wanted(db.now()), chosen.sort)
    today = day_of(db.now())
    async for chunk in chunks_of(db, wanted):
        for one in chunk:
            yield ledger_row(one, batches, stay_of(listings, one.facts, today))


def _last(items: Sequence[T]) -> T | None:
    return items[-1] if items else None


def _last_answer(problem: Problem) -> Submission | None:
    return _last(problem.submissions)


def ledger_row(
    problem: Problem, batches: Batches = SIX_BATCHES, listed: Listing | None = None
) -> Sequence[Cell]:
    """Give a problem's cells in the order of `LEDGER`."""
    facts, answer = problem.facts, _last_answer(problem)
    entry, visit, round_ = _last(problem.entries), _last(problem.revisits), _last(problem.rounds)
    return (
        problem.problem_no,
        problem.document_no,
        problem.transferred_on,
        district(problem.district).name,
        facts.enterprise,
        facts.credit_code,
        facts.address,
        facts.coordinates.longitude if facts.coordinates else None,
        facts.coordinates.latitude if facts.coordinates else None,
        found_words(facts),
        region_words(problem.district, facts.inside_key_region),
        key_contents.words(facts.contents),
        facts.description,
        "；".join(one.ground for one in key_contents.of(facts.contents)),
        "；".join(one.penalty_ground for one in key_contents.of(facts.contents)),
        "检查组直接查处" if facts.contents else "移交属地办理",
        batches.by_code(facts.six_batch).label if facts.six_batch else "",
        listed.words if listed else "",
        _due(round_) if round_ else None,
        day_of(answer.received_at) if answer else None,
        _rectification(answer),
        penalty_words(answer.answer) if answer else "",
        problem.stage.label,
        level_text(problem.level),
        entry.listed_on if entry else None,
        "、".join(Fact(reason).label for reason in entry.reasons) if entry else "",
        entry.number if entry else "",
        problem.points,
        visit.on if visit else None,
        visit.result.label if visit else "",
        problem.closed_on,
    )


def _due(round_: Round) -> Cell:
    """Give a due day, which a sheet can sort, or its words where it ends before midnight."""
    return due_in_list(round_.due_at) if cut_off(round_.due_at) else round_.due_on


def _rectification(answer: Submission | None) -> str:
    return rectification_words(answer.answer) if answer else ""
