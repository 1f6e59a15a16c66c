"""Work on many lives in processes of their own: one that hangs is killed, named and replaced."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Self

PATIENCE_SECONDS = 20.0
"""After so long, and a second for every 200 events, a history is said to hang."""
_EVENTS_A_SECOND = 200
_MOST_PROCESSES = 8
_WORTH_ANOTHER = 25
"""So many lives take as long as a process takes to begin."""
_SPAWN = multiprocessing.get_context("spawn")

Work = Callable[[Any], Any]
"""What a process does with one task after another; a function of a module, which it imports itself."""


class NoAnswer(Exception):
    """A process came to no answer; the message says why."""


class Processes:
    """As many processes as there are cores, begun when they are needed; killed on leaving."""

    def __init__(
        self, work: Work, patience: float = PATIENCE_SECONDS, processes: int | None = None
    ) -> None:
        """Do `work` in them."""
        self._count = processes or max(1, min(os.cpu_count() or 1, _MOST_PROCESSES))
        self._work, self._patience = work, patience
        self._threads: ThreadPoolExecutor | None = None
        self._own = threading.local()
        self._helpers: list[_Helper] = []

    def __enter__(self) -> Self:
        """Be ready to be asked."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Kill every process, whatever it does."""
        if self._threads is not None:
            self._threads.shutdown(wait=kind is None, cancel_futures=True)
        for helper in self._helpers:
            helper.end()

    def expect(self, tasks: int) -> None:
        """Begin no more processes than so many tasks are worth."""
        self._count = min(self._count, 1 + tasks // _WORTH_ANOTHER)

    def submit(self, task: Callable[[], Any], events: int) -> Future[Any]:
        """Have a task of about so many events done; the answer may raise `NoAnswer`.

        What is sent is made by `task` when its turn has come.
        """
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._count)
        return self._threads.submit(self._ask, task, self._patience + events / _EVENTS_A_SECOND)

    def _ask(self, task: Callable[[], Any], seconds: float) -> Any:
        if not hasattr(self._own, "helper"):
            self._own.helper = _Helper(self._work)
            self._helpers.append(self._own.helper)
        helper: _Helper = self._own.helper
        return helper.ask(task(), seconds)


class _Helper:
    """One process that does one task after another; it is replaced when it hangs or dies."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._process: BaseProcess | None = None
        self._line: Connection | None = None

    def ask(self, task: Any, seconds: float) -> Any:
        """Have one task done within so many seconds; raises `NoAnswer`."""
        try:
            line = self._ready()
        except (OSError, EOFError) as error:
            raise NoAnswer(f"核验进程无法启动：{error}") from error
        try:
            line.send(task)
            if not line.poll(seconds):
                self.end()
                raise NoAnswer(
                    f"核验超过 {seconds:.0f} 秒没有结果，已停止："
                    "历史记录的顺序已被改动，或机器过于繁忙（可单独再核验一次）"
                )
            answer, why = line.recv()
        except (OSError, EOFError) as error:
            self.end()
            raise NoAnswer("核验进程中途退出：历史记录无法重放") from error
        if why:
            raise NoAnswer(f"无法核验：{why}")
        return answer

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
            arguments = (theirs, self._work)
            self._process = _SPAWN.Process(target=_serve, args=arguments, daemon=True)
            self._process.start()
            theirs.close()
            self._line.recv()
        return self._line


def _serve(line: Connection, work: Work) -> None:
    """Do what comes over the line until it is closed."""
    line.send("ready")
    while True:
        try:
            task = line.recv()
        except EOFError:
            return
        line.send(_done(work, task))


def _done(work: Work, task: Any) -> tuple[Any, str]:
    try:
        return work(task), ""
    except Exception as error:  # noqa: BLE001 - whatever one history does, the others are looked at
        return None, f"{type(error).__name__}：{error}"
