"""Driving one life through its script, whatever carries it: the pure rules or the real workflow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Protocol

from domain.agenda import Duty
from domain.commands import Command, RegisterProblem, TransferProblem
from domain.local_time import at_local
from domain.problem import Problem
from domain.rules import Rules
from domain.stages import ENDED
from simulation.behaviours import Act, Behaviour
from simulation.districts import district_acts
from simulation.officers import officer_acts
from simulation.relay import relay_acts
from simulation.supervisors import supervisor_acts

_TRANSFERS_AT = time(9)
_LONGEST_LIFE = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Casting:
    """One problem of the list and the part its district plays; `row` is the sheet's row."""

    row: int
    behaviour: Behaviour
    register: RegisterProblem
    transfer: TransferProblem

    @property
    def begins_at(self) -> datetime:
        """The instant of the transfer: nine o'clock on the list's own day."""
        return at_local(self.transfer.on, _TRANSFERS_AT)


class Carrier(Protocol):
    """What carries a life: something that keeps its time and obeys."""

    @property
    def problem(self) -> Problem:
        """The problem as it stands."""

    @property
    def duty(self) -> Duty | None:
        """The duty that is due next."""

    @property
    def now(self) -> datetime:
        """The life's present instant."""

    async def begin(self, casting: Casting) -> None:
        """Register and transfer."""

    async def move_to(self, instant: datetime) -> None:
        """Let time pass; every duty due by then is met when this returns."""

    async def act(self, command: Command) -> None:
        """Have a person act now."""


def next_act(problem: Problem, behaviour: Behaviour, rules: Rules) -> Act | None:
    """Give what a person does next, or None when the script waits for the agenda.

    It follows from nothing but the problem's present state, a life that has ended included: a
    problem may come back.
    """
    acts = chain(
        district_acts(problem, behaviour, rules),
        officer_acts(problem, behaviour, rules),
        supervisor_acts(problem, rules),
        relay_acts(problem, rules),
    )
    return min(acts, key=lambda act: act.at, default=None)


async def live(casting: Casting, carrier: Carrier, rules: Rules, until: date | None) -> Problem:
    """Live one life until it has closed and ended, or until the end of `until`.

    Raises RuntimeError for a life that neither ends nor moves.
    """
    await carrier.begin(casting)
    limit = casting.begins_at + _LONGEST_LIFE
    end = limit if until is None else at_local(until + timedelta(days=1), time(0))
    while True:
        act = next_act(carrier.problem, casting.behaviour, rules)
        duty = carrier.duty
        if duty is not None and (act is None or duty.at <= act.at):
            stop, command = duty.at, None
        elif act is not None:
            stop, command = act.at, act.command
        else:
            break
        if stop >= end:
            break
        await carrier.move_to(max(stop, carrier.now))
        if command is not None:
            await carrier.act(command(carrier.now))
    if until is None and carrier.problem.stage not in ENDED:
        raise RuntimeError(f"{casting.register.problem_no} did not close within three years")
    return carrier.problem
