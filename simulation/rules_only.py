"""A life carried by the pure rules alone: no server, no store, no mail."""

from __future__ import annotations

from datetime import datetime

from domain.agenda import Duty
from domain.commands import Command
from domain.life import Life
from domain.problem import Problem
from domain.rules import Rules
from simulation.script import Casting


class RulesOnly:
    """Carries one life in memory.

    `now` is the life's present instant, there is none before it began.
    """

    now: datetime

    def __init__(self, rules: Rules) -> None:
        """Judge by `rules`."""
        self._life = Life(rules)
        self._acts = 0

    @property
    def problem(self) -> Problem:
        """The problem as it stands; ValueError before it began."""
        return self._life.problem

    @property
    def duty(self) -> Duty | None:
        """The duty that is due next."""
        return self._life.duty

    async def begin(self, casting: Casting) -> None:
        """Register and transfer at the casting's instant."""
        self.now = casting.begins_at
        for command in (casting.register, casting.transfer):
            await self.act(command)

    async def move_to(self, instant: datetime) -> None:
        """Meet every duty due by `instant`, each at its own instant."""
        while (duty := self.duty) is not None and duty.at <= instant:
            self.now = max(duty.at, self.now)
            self._life.apply(self._life.meet(duty, served=self._is_served(), now=self.now))
        self.now = instant

    async def act(self, command: Command) -> None:
        """Decide the command now; raises the `Refusal` of the rules."""
        self._acts += 1
        self._life.apply(self._life.decide(command, f"act-{self._acts}", self.now))

    def _is_served(self) -> bool:
        """Nothing is known here but what the life itself was told."""
        round_ = self.problem.open_round
        return not self.problem.unreceived if round_ is None else not round_.unproven
