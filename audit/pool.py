"""Verifying many lives in processes of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory

from audit.processes import PATIENCE_SECONDS, NoAnswer, Processes
from audit.verify import Verified, last_time, verify_life
from domain.addenda import Addendum
from gateways.known_rules import KnownRules
from gateways.temporal_client import DATA_CONVERTER
from workflows.names import problem_no_of

Sent = list[tuple[str, bytes]]
"""The runs of a life, oldest first, as they go from one process to another."""


@dataclass(frozen=True, slots=True)
class Job:
    """The runs of one life, oldest first, and what was noted after its end, what was ever in force."""

    runs: Sequence[WorkflowHistory]
    added: Sequence[Addendum] = ()
    known: KnownRules | None = None

    @property
    def events(self) -> int:
        """How long it is."""
        return sum(len(run.events) for run in self.runs)

    def unverified(self, why: str) -> Verified:
        """Say that it came to no verdict; that counts as a difference."""
        return Verified(
            problem_no=problem_no_of(self.runs[0].workflow_id),
            runs=len(self.runs),
            events=self.events,
            added=len(self.added),
            decisions=0,
            closed=False,
            goes_on=False,
            until=last_time(self.runs),
            points=Decimal(0),
            listed=0,
            difference=why,
        )


def verify_all(jobs: Iterable[Job], patience: float = PATIENCE_SECONDS) -> Iterator[Verified]:
    """Verify lives beside each other, and give what was found in their order."""
    with Processes(_verified, patience) as helpers:
        asked = [(job, helpers.submit(partial(_task, job), job.events)) for job in jobs]
        for job, answer in asked:
            yield _told(job, answer)


def sent(runs: Iterable[WorkflowHistory]) -> Sent:
    """Write runs so that another process can read them."""
    return [(run.workflow_id, History(events=run.events).SerializeToString()) for run in runs]


def received(runs: Sent) -> list[WorkflowHistory]:
    """Read what `sent` wrote."""
    return [WorkflowHistory(name, History.FromString(raw).events) for name, raw in runs]


def _task(job: Job) -> tuple[Sent, tuple[Addendum, ...], KnownRules | None]:
    return sent(job.runs), tuple(job.added), job.known


def _told(job: Job, answer: Future[Any]) -> Verified:
    try:
        found: Verified = answer.result()
    except NoAnswer as error:
        return job.unverified(str(error))
    return found


def _verified(task: tuple[Sent, tuple[Addendum, ...], KnownRules | None]) -> Verified:
    runs, added, known = task
    return asyncio.run(verify_life(received(runs), DATA_CONVERTER, added, known))
