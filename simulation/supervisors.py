"""What the second person does next: approve what another proposed.

On the working day after the proposal; a suspension and a reopening within the hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from domain.commands import ApproveAct, ApproveClosure, ReopenProblem, SuspendProblem
from domain.local_time import at_local, day_of
from domain.problem import Problem
from domain.rules import Rules
from simulation.behaviours import SUPERVISOR, TEN, Act

_PRESSING = (SuspendProblem, ReopenProblem)


def supervisor_acts(problem: Problem, rules: Rules) -> Iterator[Act]:
    """Give what the second person would do next, each act with its instant."""
    closure = problem.proposal
    if closure is not None:
        on = rules.calendar.add_working_days(day_of(closure.at), 1)
        approval = ApproveClosure(content_hash=closure.content_hash, by=SUPERVISOR)
        yield Act(at_local(on, TEN), lambda _: approval)
    for one in problem.proposed:
        at = at_local(rules.calendar.add_working_days(day_of(one.at), 1), TEN)
        if isinstance(one.act, _PRESSING):
            at = one.at + timedelta(hours=1)
        command = ApproveAct(proposal=one.seq, content_hash=one.content_hash, by=SUPERVISOR)
        yield Act(at, lambda _, command=command: command)  # type: ignore[misc]  # binds now
