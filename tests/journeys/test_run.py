"""`bihuan run`: a process each, started again when they die, none left behind."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from embedded.child import Child
from embedded.temporal_server import LOOPBACK, free_port
from tests.worlds.patience import eventually

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's part is Linux's")


def named(words: str, parent: int) -> int | None:
    """The process id of a child of `parent` whose command line holds these words."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            status = (folder / "status").read_text(encoding="utf-8")
            if words in line and f"\nPPid:\t{parent}\n" in status:
                return int(folder.name)
    return None


async def answers(port: int) -> bool:
    with suppress(OSError):
        _, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.close()
        return True
    return False


async def silent(port: int) -> bool:
    return not await answers(port)


@asynccontextmanager
async def running(folder: Path, ports: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """`bihuan run` until it says where to go."""
    environment = {**os.environ, **ports, "BIHUAN_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", "run"),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = await process.stdout.readline()
            assert line, said
            said += line.decode()
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@ON_LINUX
async def test_what_dies_is_started_again_and_ctrl_c_ends_all_of_it(
    tmp_path: Path, sqlite_template: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "bihuan.db")
    numbers = [free_port() for _ in range(4)]
    web = numbers[0]
    ports = {
        "BIHUAN_WEB_PORT": str(web),
        "BIHUAN_TEMPORAL_ADDRESS": f"{LOOPBACK}:{numbers[1]}",
        "BIHUAN_TEMPORAL_UI_PORT": str(numbers[2]),
        "BIHUAN_SMTP_PORT": str(numbers[3]),
    }
    async with running(tmp_path, ports) as run:
        assert named("server start-dev", run.pid)
        first, worker = named("cli web", run.pid), named("cli worker", run.pid)
        assert first is not None
        assert worker is not None
        os.kill(first, signal.SIGKILL)

        async def another() -> bool:
            return named("cli web", run.pid) not in (None, first) and await answers(web)

        await eventually(another, "the web app started again")
        assert named("cli worker", run.pid) == worker
        run.send_signal(signal.SIGINT)
        assert await run.wait() == 0
    assert [port for port in numbers if await answers(port)] == []


KILLED = """
import asyncio, sys
from pathlib import Path
from embedded.temporal_server import TemporalServer

async def main():
    await TemporalServer(Path(sys.argv[1]), int(sys.argv[2])).start()
    print("served", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@ON_LINUX
async def test_a_server_ends_with_who_started_it_even_where_that_was_killed(tmp_path: Path) -> None:
    port = free_port()
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", KILLED, str(tmp_path), str(port)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"served\n"
    assert await answers(port)
    parent.kill()
    await parent.wait()
    await eventually(lambda: silent(port), "an end of the server")


async def test_a_process_is_started_later_each_time_it_fails_soon(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = Child((sys.executable, "-c", "print('here'); raise SystemExit(3)"), log=log)
    await child.start()
    keeping = asyncio.create_task(child.keep_up("example", pauses=(0.0, 0.0, 600.0)))

    async def twice() -> bool:
        return log.read_text(encoding="utf-8").count("here") == 2

    await eventually(twice)
    assert await child.wait() == 3
    await asyncio.sleep(0.2)
    assert await twice()
    keeping.cancel()
    await asyncio.wait([keeping])
