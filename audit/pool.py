"""Verifying many lives in processes of their own: one that hangs is killed and named, the rest goes on."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory

from audit.verify import Verified, last_time, verify_life
from domain.addenda import Addendum
from gateways.known_rules import KnownRules
from gateways.temporal_client import DATA_CONVERTER
from workflows.names import problem_no_of

PATIENCE_SECONDS = 20.0
"""After so long, and a second for every 200 events, a history is said to hang."""
_EVENTS_A_SECOND = 200
_MOST_PROCESSES = 8
_SPAWN = multiprocessing.get_context("spawn")


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
    processes = max(1, min(os.cpu_count() or 1, _MOST_PROCESSES))
    own = threading.local()
    helpers: list[_Helper] = []

    def one(job: Job) -> Verified:
        if not hasattr(own, "helper"):
            own.helper = _Helper(patience)
            helpers.append(own.helper)
        helper: _Helper = own.helper
        return helper.verify(job)

    try:
        with ThreadPoolExecutor(processes) as pool:
            yield from pool.map(one, jobs)
    finally:
        for helper in helpers:
            helper.end()


class _Helper:
    """One process that verifies one life after another; it is replaced when it hangs or dies."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._process: BaseProcess | None = None
        self._line: Connection | None = None

    def verify(self, job: Job) -> Verified:
        """Have one life verified."""
        try:
            line = self._ready()
        except (OSError, EOFError) as error:
            return job.unverified(f"核验进程无法启动：{error}")
        limit = self._patience + job.events / _EVENTS_A_SECOND
        try:
            runs = [(r.workflow_id, History(events=r.events).SerializeToString()) for r in job.runs]
            line.send((runs, tuple(job.added), job.known))
            if not line.poll(limit):
                self.end()
                return job.unverified(
                    f"核验超过 {limit:.0f} 秒没有结果，已停止："
                    "历史记录的顺序已被改动，或机器过于繁忙（可单独再核验一次）"
                )
            found: Verified | str = line.recv()
        except (OSError, EOFError):
            self.end()
            return job.unverified("核验进程中途退出：历史记录无法重放")
        return job.unverified(found) if isinstance(found, str) else found

    def end(self) -> None:
        """Kill the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._line is not None:
            self._line.close()
        self._process = self._line = None

    def _ready(self) -> Connection:
        """Start a process where there is none, and wait until it can be asked."""
        if self._line is None:
            self._line, theirs = _SPAWN.Pipe()
            self._process = _SPAWN.Process(target=_serve, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()
            self._line.recv()
        return self._line


def _serve(line: Connection) -> None:
    """Verify what comes over the line until it is closed."""
    line.send("ready")
    while True:
        try:
            runs, added, known = line.recv()
        except EOFError:
            return
        line.send(_verified(runs, added, known))


def _verified(
    runs: Sequence[tuple[str, bytes]], added: Sequence[Addendum], known: KnownRules | None
) -> Verified | str:
    histories = [WorkflowHistory(name, History.FromString(raw).events) for name, raw in runs]
    try:
        return asyncio.run(verify_life(histories, DATA_CONVERTER, added, known))
    except Exception as error:  # noqa: BLE001 - whatever one history does, the others are looked at
        return f"无法核验：{type(error).__name__}：{error}"
