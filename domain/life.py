"""One life, thought through: what it has come to, and what a command or a duty makes of it.

Deciding and keeping are two calls, for between them a decision is written down: `begin`, `handle`
and `meet` give a `Step`, and `apply` lets a step that was recorded be the life's state.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.agenda import Duty, agenda
from domain.commands import Command, RegisterProblem, TransferProblem
from domain.decide import decide, decide_duty
from domain.decisions.draft import Decision
from domain.handled import CommandRecord, Handled, record_of, refusal_of
from domain.notices import NoticeOrder, notice_orders
from domain.outcomes import Outcome
from domain.problem import Problem
from domain.refusals import Refusal
from domain.restoring import Restoration, restore
from domain.rules import Rules

AT_THE_START = "start"
"""The cause of what a life begins with."""


class NotBegun(ValueError):
    """Something was asked of a life whose registration is not recorded yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOver:
    """What one run hands to the next: the problem and every command already dealt with."""

    problem: Problem
    handled: tuple[CommandRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a life would come to next; `refused` is the transfer that the start asked in vain."""

    decision: Decision
    command_id: str = ""
    command: Command | None = None
    refused: Refusal | None = None

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of its events."""
        return tuple(recorded.event.tag for recorded in self.decision.events)

    @property
    def notices(self) -> tuple[NoticeOrder, ...]:
        """Who is to be told, and what."""
        decision = self.decision
        return notice_orders(decision.events, decision.problem, decision.rules)

    @property
    def next_duty(self) -> Duty | None:
        """What will be due next."""
        return agenda(self.decision.problem, self.decision.rules)


class Life:
    """A problem, the rules it is judged by, and every command it has dealt with."""

    def __init__(self, rules: Rules, carried: CarriedOver | None = None) -> None:
        """Go on from what another run carried over, or be about to begin."""
        self.rules = rules
        self._problem = carried.problem if carried else None
        self._handled = Handled(carried.handled if carried else ())
        self._awaited: tuple[Problem, Duty | None] | None = None

    @property
    def begun(self) -> bool:
        """Whether its registration is recorded."""
        return self._problem is not None

    @property
    def problem(self) -> Problem:
        """The problem as it stands; raises `NotBegun`."""
        if self._problem is None:
            raise NotBegun("the life has not begun")
        return self._problem

    @property
    def problem_or_none(self) -> Problem | None:
        """The problem as it stands; None before its registration was recorded."""
        return self._problem

    @property
    def duty(self) -> Duty | None:
        """What is due next; None for nothing, and before the beginning.

        It is asked for far more often than anything changes, and a change makes another problem.
        """
        if self._problem is None:
            return None
        if self._awaited is None or self._awaited[0] is not self._problem:
            self._awaited = (self._problem, agenda(self._problem, self.rules))
        return self._awaited[1]

    @property
    def records(self) -> tuple[CommandRecord, ...]:
        """Every command dealt with, in order."""
        return self._handled.records

    # -- what may come next --------------------------------------------------------------------

    def begin(
        self, register: RegisterProblem, transfer: TransferProblem | None, now: datetime
    ) -> Step:
        """Register, and transfer at once when that is wanted, as one step.

        A transfer that the rules refuse leaves the problem registered. Raises the `Refusal` of a
        registration.
        """
        begun = decide(None, register, cause=AT_THE_START, now=now, rules=self.rules)
        if transfer is None:
            return Step(decision=begun)
        try:
            sent = decide(begun.problem, transfer, cause=AT_THE_START, now=now, rules=self.rules)
        except Refusal as refusal:
            return Step(decision=begun, refused=refusal)
        return Step(decision=Decision(begun.events + sent.events, sent.problem, self.rules))

    def answered(self, command_id: str, command: Command) -> CommandRecord | None:
        """Give how this command was answered before, in whichever run; None for a new one.

        Another command under a known id is refused, and the refusal is not kept.
        """
        return self._handled.find(command_id, command, self._problem)

    def handle(self, command: Command, command_id: str, now: datetime) -> Step | CommandRecord:
        """Decide a command once: a step to be recorded, or the answer it has got.

        A refusal is an answer, and is kept at once: nothing has happened that must be recorded.
        """
        known = self.answered(command_id, command)
        if known is not None:
            return known
        try:
            return self.decide(command, command_id, now)
        except Refusal as refusal:
            record = refusal_of(command_id, refusal, command)
            self.keep([record])
            return record

    def decide(self, command: Command, command_id: str, now: datetime) -> Step:
        """Decide a command, whatever was decided under its id before; raises `Refusal`."""
        decision = decide(self._problem, command, cause=command_id, now=now, rules=self.rules)
        return Step(decision=decision, command_id=command_id, command=command)

    def meet(self, duty: Duty, *, served: bool, now: datetime) -> Step:
        """Meet a duty that is due; raises ValueError before its instant."""
        decision = decide_duty(self.problem, duty, served=served, now=now, rules=self.rules)
        return Step(decision=decision)

    def restore(self, restoration: Restoration, now: datetime) -> Step:
        """Go on after the life was lost; nothing else changes."""
        return Step(decision=restore(self.problem, restoration, now=now, rules=self.rules))

    # -- what has come -------------------------------------------------------------------------

    def apply(self, step: Step) -> Outcome:
        """Let a step be the life's state, and a command's outcome its answer from now on."""
        self._problem, self.rules = step.decision.problem, step.decision.rules
        outcome = self.outcome(step.tags)
        if step.command is not None:
            self.keep([record_of(step.command_id, outcome, step.command)])
        return outcome

    def keep(self, records: Iterable[CommandRecord]) -> None:
        """Answer these commands so from now on."""
        self._handled.keep(records)

    def outcome(self, tags: tuple[str, ...] = ()) -> Outcome:
        """Say what the life has come to; `tags` are those of the events that led there."""
        return Outcome(
            problem_no=self.problem.problem_no,
            seq=self.problem.seq,
            stage=self.problem.stage,
            level=self.problem.level,
            events=tags,
        )

    def carried_over(self) -> CarriedOver:
        """Give what another run goes on from."""
        return CarriedOver(problem=self.problem, handled=self.records)
