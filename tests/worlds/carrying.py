"""Carrying a scripted life on the server of a test, without store or mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.agenda import Duty, agenda
from domain.commands import Command, DistrictCommand, ReissueNotice, ReportBounce
from domain.problem import Problem
from simulation.script import Casting
from tests.worlds.patience import eventually
from tests.worlds.server import Living


class Carrying:
    """The simulation's carrier over a test's life."""

    def __init__(self, life: Living) -> None:
        """Carry `life`."""
        self._life = life
        self._problem: Problem | None = None
        self._now: datetime | None = None
        self._duty: Duty | None = None
        self._acts = 0

    @property
    def problem(self) -> Problem:
        """The problem as last seen."""
        assert self._problem is not None
        return self._problem

    @property
    def duty(self) -> Duty | None:
        """The duty that is due next."""
        return self._duty

    @property
    def now(self) -> datetime:
        """The life's now as last seen."""
        assert self._now is not None
        return self._now

    async def begin(self, casting: Casting) -> None:
        """Begin."""
        desk = self._life.desk
        await desk.start(self._life.problem_no, casting.register, casting.transfer)
        await self._see()

    async def move_to(self, instant: datetime) -> None:
        """Let time pass."""
        left = instant - await self._life.now()
        if left > timedelta(0):
            await self._life.env.sleep(left)
        await self._see()

    async def act(self, command: Command) -> None:
        """Act now."""
        self._acts += 1
        command_id = f"act-{self._acts}"
        if isinstance(command, DistrictCommand):
            command_id = command.receipt_id
        if isinstance(command, ReportBounce | ReissueNotice):
            self._life.inbox.served = isinstance(command, ReissueNotice)
        await self._life.do(command, command_id)
        await self._see()

    async def _see(self) -> None:
        await eventually(self._nothing_is_due, "the end of what was due")

    async def _nothing_is_due(self) -> bool:
        self._now = await self._life.now()
        self._problem = await self._life.state()
        duty = self._duty = agenda(self._problem, self._life.desk.rules)
        return self._problem.ended or duty is None or duty.at > self._now
