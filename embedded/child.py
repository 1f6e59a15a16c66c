"""Processes of ours: they end when we end, however we end, and stop in order when asked."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

PAUSES = (1.0, 1.0, 5.0, 30.0)
"""Seconds before a process is started again: after a long life, after a short one, after more."""
LONG_ENOUGH = 60.0
"""Who lived for so many seconds did not fail at its start."""
_BINDING = Path(__file__).with_name("bound.py")
_log = structlog.get_logger(__name__)


def bound(command: tuple[str, ...]) -> tuple[str, ...]:
    """Give the command that runs this one and ends with the process that starts it; Linux only."""
    if sys.platform != "linux":
        return command
    # Isolated and without site packages: the interpreter is there for a few milliseconds only.
    return (sys.executable, "-IS", str(_BINDING), str(os.getpid()), *command)


@dataclass(slots=True)
class Child:
    """One process; without a `log` it writes to our terminal."""

    command: tuple[str, ...]
    environment: Mapping[str, str] | None = None
    log: Path | None = None
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs, and before it was started."""
        return None if self._process is None else self._process.returncode

    async def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C reaches us alone, and we stop it in order."""
        out = None if self.log is None else await asyncio.to_thread(self.log.open, "ab")
        try:
            self._process = await asyncio.create_subprocess_exec(
                *bound(self.command),
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        finally:
            if out is not None:
                out.close()

    async def keep_up(self, name: str, pauses: tuple[float, ...] = PAUSES) -> None:
        """Start it again whenever it ends, later each time it fails soon, until cancelled."""
        failures = 0
        while True:
            began = time.monotonic()
            code = await self.wait()
            failures = 0 if time.monotonic() - began > LONG_ENOUGH else failures + 1
            pause = pauses[min(failures, len(pauses) - 1)]
            _log.warning("a process ended, starting it again", process=name, exit_code=code)
            await asyncio.sleep(pause)
            await self.start()

    async def wait(self) -> int:
        """Wait until it ends and give its exit code; -1 where it never started."""
        return -1 if self._process is None else await self._process.wait()

    async def stop(self, patience: float) -> None:
        """Ask it to end; kill it when it has not ended after so many seconds."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), patience)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End it the way a power cut would."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
