"""A filled annex form 整改表 taken in: each answered problem like a paper answer an officer enters.

What was entered from a workbook is known by the workbook's own hash: taking it in again, after an
interruption too, enters nothing twice.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from domain import commands as c
from domain.command_ids import of_batch
from domain.decide import decide
from domain.local_time import day_of
from domain.outcomes import OUTCOME_UNKNOWN
from domain.problem import Problem
from domain.refusals import Refusal
from domain.roles import Actor
from gateways.evidence import DamagedEvidence, NoSuchEvidence
from gateways.list_rooms import read_apart
from gateways.problem_list.annex import AnnexRow, read_annex
from gateways.problem_list.annotate import RowOutcome, annotated_workbook
from gateways.problem_list.errors import ListError, RowError
from gateways.problem_list.report import Reading
from office.answering.annex_rows import AnnexFile, judge, problem_of, refused, repeated
from office.commanding import command_life
from office.people_first import few
from office.ports import Services
from office.refused import Refused
from office.registering.row_results import RowResult, error_of
from office.rules.rules_of_a_life import rules_of_all

"""How many lives are asked at the same time."""

_WORDS = {"accepted": "可以录入", "already": "以前已录入", "refused": "不能录入"}


@dataclass(frozen=True, slots=True)
class AnnexResult:
    """What becomes or became of each answered row, and how the workbook was read."""

    rows: tuple[RowResult, ...]
    reading: Reading
    sha256: str

    def count(self, status: str) -> int:
        """Count the rows with a status."""
        return sum(row.status == status for row in self.rows)

    @property
    def unknown(self) -> bool:
        """Whether nobody can say yet of some row what became of it; it may be asked again."""
        codes = {error.code for row in self.rows for error in row.errors}
        return OUTCOME_UNKNOWN in codes

    @property
    def document(self) -> dict[str, Any]:
        """The report as JSON content, like that of a list, with the workbook's address."""
        return {
            **{status: self.count(status) for status in _WORDS},
            **self.reading.document,
            "file_sha256": self.sha256,
            "rows": [row.document for row in self.rows],
        }


async def sealed(services: Services, content: bytes, name: str, received_on: date) -> AnnexFile:
    """Seal a workbook as evidence; raises Refused for none, or for a day to come."""
    if not content:
        raise Refused("list_missing")
    if received_on > day_of(services.clock()):
        said = {"field": "received_on", "code": "date_not_plausible", "message": "不得晚于今天"}
        raise Refused("invalid_request", errors=[said])
    kept = await asyncio.to_thread(services.evidence.put, content)
    return AnnexFile(content=content, name=name, received_on=received_on, sha256=kept.sha256)


async def kept(services: Services, sha256: str, name: str, received_on: date) -> AnnexFile:
    """Give a workbook that was sealed before; raises Refused for one that was not."""
    try:
        content = await asyncio.to_thread(services.evidence.read, sha256)
    except (NoSuchEvidence, DamagedEvidence) as error:
        raise Refused("list_missing") from error
    return await sealed(services, content, name, received_on)


async def preview(services: Services, by: Actor, file: AnnexFile) -> AnnexResult:
    """Say what would become of each row by the rules of its problem; nothing is entered."""
    return await _go_through(services, by, file, enter=False)


async def enter(services: Services, by: Actor, file: AnnexFile) -> AnnexResult:
    """Enter what can be entered, each row once; raises Refused as reading does."""
    return await _go_through(services, by, file, enter=True)


async def annotated(file: AnnexFile, result: AnnexResult) -> bytes:
    """Give the workbook back with what becomes of each row."""
    outcomes = [
        RowOutcome(
            row.sheet,
            row.row,
            _WORDS[row.status],
            (*(e.said for e in row.errors), *(f"提示：{w.said}" for w in row.warnings)),
            refused=row.status == "refused",
        )
        for row in result.rows
    ]
    return await read_apart(annotated_workbook, file.content, outcomes)


async def _go_through(
    services: Services, by: Actor, file: AnnexFile, *, enter: bool
) -> AnnexResult:
    try:
        read = await read_apart(read_annex, file.content)
    except ListError as error:
        said = {"field": "file", "code": error.code, "message": error.message}
        raise Refused("invalid_request", str(error), errors=[said]) from error
    judged = await _judged(services, by, file, read.rows)
    places = few()

    async def one(result: RowResult, command: c.EnterAnswer | None) -> RowResult:
        if command is None or not enter:
            return result
        async with services.people.behind(places):
            return await _entered(services, by, file, result, command)

    results = await asyncio.gather(*(one(*pair) for pair in judged))
    return AnnexResult(tuple(results), read.reading, file.sha256)


async def _entered(
    services: Services, by: Actor, file: AnnexFile, result: RowResult, command: c.EnterAnswer
) -> RowResult:
    number = result.problem_no or ""
    named = of_batch(by.id, f"annex-{file.sha256}-{file.received_on}-{command.round_no}", number)
    reply = await command_life(services, number, command, named)
    return replace(result, status="refused", errors=(error_of(reply),)) if reply.code else result


Judged = tuple[RowResult, c.EnterAnswer | None]


async def _judged(
    services: Services, by: Actor, file: AnnexFile, rows: Sequence[AnnexRow]
) -> list[Judged]:
    found = [await problem_of(services, row) for row in rows]
    numbers = [problem.problem_no for problem in found if isinstance(problem, Problem)]
    rules = await rules_of_all(services, numbers)
    twice = {number for number, times in Counter(numbers).items() if times > 1}
    judged: list[Judged] = []
    for row, problem in zip(rows, found, strict=True):
        if isinstance(problem, RowError):
            judged.append((refused(row, problem), None))
        elif problem.problem_no in twice:
            judged.append((refused(row, repeated(problem)), None))
        else:
            read = judge(row, problem, file, by)
            if read[1] is not None:
                read = _tried(services, read[0], read[1], problem, rules[problem.problem_no])
            judged.append(read)
    return judged


def _tried(
    services: Services, result: RowResult, command: c.EnterAnswer, problem: Problem, rules: Any
) -> Judged:
    """Ask the problem's own rules; while they are unknown, the life is asked when it is entered."""
    if rules is None:
        return result, command
    try:
        decide(problem, command, cause="preview", now=services.clock(), rules=rules)
    except Refusal as refusal:
        return replace(result, status="refused", errors=(error_of(refusal),)), None
    return result, command
