"""What a large export costs those who ask for something else, and its memory."""

from __future__ import annotations

import asyncio
import os
import re
import time
from contextlib import suppress
from pathlib import Path

from bench.measuring import report
from domain.roles import Role
from office.caller import Caller
from office.exports.orders import Order, exported
from office.ports import Services
from store.people.accounts import Account

_LONGEST = 0.1
_MOST = 300


async def large_export(services: Services) -> None:
    """Export the whole store; tell for how long nobody else was answered, and the memory of it."""
    stalls, memories = [0.0], [0.0]
    looking = [
        asyncio.create_task(_look_for_stalls(stalls)),
        asyncio.create_task(_look_at_memory(memories)),
    ]
    caller = Caller(Account("bench", "bench", "示例", Role.AUDITOR))
    began = time.perf_counter()
    file = await exported(services, caller, Order(what="ledger"))
    seconds = time.perf_counter() - began
    for one in looking:
        one.cancel()
    await asyncio.gather(*looking, return_exceptions=True)
    with file:
        size = file.seek(0, 2)
    worst, memory = max(stalls), max(memories)
    report(
        "导出十万问题时其他请求最长等待",
        "≤ 100 ms",
        f"{worst * 1e3:.0f} ms（导出 {seconds:.0f} 秒，{size / 1e6:.0f} MB）",
        reached=worst <= _LONGEST,
    )
    report("导出十万问题的内存", "≤ 300 MB", f"{memory:.0f} MB", reached=0 < memory <= _MOST)


async def _look_for_stalls(stalls: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.005)
        stalls.append(time.perf_counter() - began - 0.005)


async def _look_at_memory(memories: list[float]) -> None:
    while True:
        memories.append(await asyncio.to_thread(_writers_peak))
        await asyncio.sleep(0.2)


def _writers_peak() -> float:
    """Give the most megabytes that our process that writes exports has held so far."""
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            status = (place / "status").read_text(encoding="utf-8")
            ours = f"PPid:\t{os.getpid()}\n" in status
            if ours and b"office.exports.apart" in (place / "cmdline").read_bytes():
                found = re.search(r"VmHWM:\s+(\d+) kB", status)
                return int(found[1]) / 1024 if found else 0.0
    return 0.0
