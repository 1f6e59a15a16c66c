"""A life carried by the pure rules alone: no server, no store, no mail."""

from __future__ import annotations

from datetime import datetime

from domain.agenda import Duty, agenda
from domain.commands import Command
from domain.decide import decide, decide_duty
from domain.decisions.draft import Decision
from domain.problem import Problem
from domain.rules import Rules
from simulation.script import Casting


class RulesOnly:
    """Carries one life in memory.

    A round's notice counts as served the moment it is ordered, until it comes back.
    """

    def __init__(self, rules: Rules) -> None:
        """Judge by `rules`."""
        self._rules = rules
        self._problem: Problem | None = None
        self._duty: Duty | None = None
        self._now: datetime | None = None
        self._acts = 0

    @property
    def problem(self) -> Problem:
        """The problem as it stands; ValueError before it began."""
        if self._problem is None:
            raise ValueError("the life has not begun")
        return self._problem

    @property
    def duty(self) -> Duty | None:
        """The duty that is due next."""
        return self._duty

    @property
    def now(self) -> datetime:
        """The life's present instant; ValueError before it began."""
        if self._now is None:
            raise ValueError("the life has not begun")
        return self._now

    async def begin(self, casting: Casting) -> None:
        """Register and transfer at the casting's instant."""
        self._now = casting.begins_at
        for command in (casting.register, casting.transfer):
            await self.act(command)

    async def move_to(self, instant: datetime) -> None:
        """Meet every duty due by `instant`, each at its own instant."""
        while self._duty is not None and self._duty.at <= instant:
            self._now = max(self._duty.at, self.now)
            self._keep(
                decide_duty(
                    self.problem,
                    self._duty,
                    served=self._is_served(),
                    now=self._now,
                    rules=self._rules,
                )
            )
        self._now = instant

    async def act(self, command: Command) -> None:
        """Decide the command now."""
        self._acts += 1
        self._keep(
            decide(
                self._problem, command, cause=f"act-{self._acts}", now=self.now, rules=self._rules
            )
        )

    def _is_served(self) -> bool:
        owed = self.problem.open_round
        return owed is None or owed.bounced_at is None

    def _keep(self, decision: Decision) -> None:
        self._problem = decision.problem
        self._duty = agenda(decision.problem, self._rules)
