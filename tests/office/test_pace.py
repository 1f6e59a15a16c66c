"""A list is taken in row by row as its problems are written down, never faster."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from domain import commands as c
from domain.outcomes import NoSuchLife, OutcomeUnknown
from domain.problem import Problem
from domain.rules import Rules
from office.ports import Imports, Services
from office.registering.intake_of_lists import import_rows
from office.registering.json_rows import read_rows
from office.registering.new_problem import NewProblem
from office.registering.pace import until_recorded
from tests.office.test_interrupted_lists import ROWS
from tests.worlds.house import MONDAY, OFFICER
from tests.worlds.office import Counter, Office

LIST = read_rows([NewProblem.model_validate(row) for row in ROWS], MONDAY)
FEW = 4


@dataclass
class SlowCounter(Counter):
    """Begins lives at once and writes each down a moment later; none while `stopped`."""

    stopped: bool = False
    asked_for: Exception = field(default_factory=OutcomeUnknown)
    unrecorded: set[str] = field(default_factory=set)
    most: int = 0
    writing: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(
        self,
        problem_no: str,
        register: c.RegisterProblem,
        transfer: c.TransferProblem | None,
        *,
        row_key: str = "",
        rules: Rules | None = None,
    ) -> None:
        """Begin a life."""
        self.unrecorded.add(problem_no)
        self.most = max(self.most, len(self.unrecorded))
        write = super().start(problem_no, register, transfer, row_key=row_key, rules=rules)

        async def later() -> None:
            while self.stopped:  # noqa: ASYNC110  # nobody tells of it
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            self.unrecorded.discard(problem_no)
            await write

        self.writing.append(asyncio.create_task(later()))

    async def state(self, problem_no: str) -> Problem:
        """Answer like a life that is not written down."""
        raise self.asked_for


def paced(office: Office, desk: SlowCounter) -> Services:
    """Give the office with a slow desk, as a process of its own."""
    return replace(office.services, desk=desk, imports=Imports(places=asyncio.Semaphore(FEW)))


async def test_few_lives_of_lists_are_begun_and_not_written_down(office: Office) -> None:
    desk = SlowCounter(office.db)
    services = paced(office, desk)
    result = await import_rows(services, LIST, OFFICER)
    assert result.count("accepted") == len(ROWS)
    await asyncio.gather(*desk.writing)
    assert 1 < desk.most <= FEW
    assert not desk.unrecorded


async def test_two_lists_share_the_few_places(office: Office) -> None:
    desk = SlowCounter(office.db)
    services = paced(office, desk)
    other = [{**row, "description": f"{row['description']}（另一处）"} for row in ROWS]
    second = read_rows([NewProblem.model_validate(row) for row in other], MONDAY)
    results = await asyncio.gather(
        import_rows(services, LIST, OFFICER), import_rows(services, second, OFFICER)
    )
    await asyncio.gather(*desk.writing)
    assert [one.count("accepted") for one in results] == [len(ROWS)] * 2
    assert 1 < desk.most <= FEW


async def test_no_row_is_taken_in_while_nobody_writes_down(office: Office) -> None:
    desk = SlowCounter(office.db, stopped=True)
    services = paced(office, desk)
    taking = asyncio.create_task(import_rows(services, LIST, OFFICER))
    await asyncio.sleep(0.5)
    assert not taking.done()
    assert len(desk.unrecorded) == FEW
    desk.stopped = False
    assert (await taking).count("accepted") == len(ROWS)
    await asyncio.gather(*desk.writing)


@pytest.mark.parametrize("workers", [0, 1])
async def test_a_life_that_cannot_be_written_down_holds_nobody_up(
    office: Office, workers: int
) -> None:
    """Where a worker answers for it, its outcome is unknown; where none is there, it is awaited."""
    desk = SlowCounter(office.db, asked_for=NoSuchLife("CQ2024-9999"))
    desk.asked_for = NoSuchLife("CQ2024-9999") if workers else OutcomeUnknown()
    services = paced(office, desk)
    waiting = asyncio.create_task(until_recorded(services, "CQ2024-9999", 0.05))
    await asyncio.sleep(0.5)
    assert waiting.done() is bool(workers)
    desk.asked_for = NoSuchLife("CQ2024-9999")
    assert (await waiting).unknown
    looking = services.imports.recorded.looking
    assert looking is not None
    await looking
