"""What people wait for while strangers guess passwords, send bad files and hold connections open."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import httpx2

from bench.front import LOGIN, PASSWORD, Front, open_front
from bench.measuring import Missed, doing, p95, report

LONGEST = 2.0
_WARMING = 3.0
_DRIP_SECONDS = 5.0
BAD_PDF = b"%PDF-1.4\n" + b"stream\n" * 150_000 + b"startxref\n10\n%%EOF"


@dataclass(frozen=True, slots=True)
class Load:
    """How many strangers of each kind, and how often honest people come."""

    guessing: int = 100
    bad_files: int = 4
    dripping: int = 50
    honest: int = 30


@dataclass(slots=True)
class Seen:
    """How long honest people waited, in seconds, and what strangers were told."""

    views: list[float] = field(default_factory=list)
    sign_ins: list[float] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)


async def strangers() -> None:
    """Measure with the whole load."""
    load = Load()
    async with open_front(60) as front:
        seen = await beside_strangers(front, load)
    told = "，".join(f"{what} {number}" for what, number in seen.told.most_common(6))
    doing(f"陌生人得到：{told}")
    for what, took in (("页面", seen.views), ("登录", seen.sign_ins)):
        words = f"{p95(took):.2f} s（最长 {max(took):.2f} s，n={len(took)}）"
        reached = p95(took) <= LONGEST
        report(f"陌生人猜密码、坏文件、慢连接之下的{what}，p95", "≤ 2 s", words, reached=reached)


async def beside_strangers(front: Front, load: Load) -> Seen:
    """Let honest people view pages and sign in while the load is on; raises Missed where one fails."""
    seen = Seen()
    browsers = [front.browser(f"192.0.2.{number + 1}") for number in range(load.honest)]
    for browser in browsers:
        await _signed_in(browser)
    districts = [await front.district(number) for number in range(load.bad_files)]
    drips: list[Callable[[], Awaitable[None]]] = [
        lambda n=n: _drip(front, n)  # type: ignore[misc]
        for n in range(load.dripping)
    ]
    attacks = [asyncio.create_task(_guess(front, n, seen)) for n in range(load.guessing)]
    attacks += [asyncio.create_task(_send(browser, mark, seen)) for browser, mark in districts]
    attacks += [asyncio.create_task(_for_ever(drip)) for drip in drips]
    try:
        await asyncio.sleep(_WARMING)
        for browser in browsers:
            seen.views.append(await _viewed(browser))
            seen.sign_ins.append(await _signed_in(browser))
    finally:
        for attack in attacks:
            attack.cancel()
        await asyncio.gather(*attacks, return_exceptions=True)
        for browser in browsers + [browser for browser, _ in districts]:
            await browser.aclose()
    return seen


async def _signed_in(browser: httpx2.AsyncClient) -> float:
    began = time.perf_counter()
    answer = await browser.post("/login", data={"login": LOGIN, "password": PASSWORD})
    if "returned=" in answer.headers.get("location", "returned="):
        raise Missed(f"登录未成功（{answer.status_code} {answer.headers.get('location')}）")
    return time.perf_counter() - began


async def _viewed(browser: httpx2.AsyncClient) -> float:
    began = time.perf_counter()
    answer = await browser.get("/problems")
    if answer.status_code != 200:
        raise Missed(f"页面未能打开（{answer.status_code}）")
    return time.perf_counter() - began


async def _for_ever(act: Callable[[], Awaitable[None]]) -> None:
    while True:
        with suppress(OSError):
            await act()


async def _guess(front: Front, number: int, seen: Seen) -> None:
    drawn = random.Random(number)
    async with front.browser("203.0.113.1") as browser:
        while True:
            address = f"100.64.{drawn.randrange(256)}.{drawn.randrange(256)}"
            login = LOGIN if drawn.random() < 0.5 else f"somebody-{drawn.randrange(1000)}"
            form = {"login": login, "password": f"guess {drawn.random()}"}
            try:
                answer = await browser.post(
                    "/login", data=form, headers={"x-forwarded-for": address}
                )
                seen.told[f"猜密码 {answer.status_code}"] += 1
            except httpx2.TransportError:
                seen.told["猜密码 断开"] += 1


async def _send(browser: httpx2.AsyncClient, mark: str, seen: Seen) -> None:
    while True:
        with suppress(httpx2.TransportError):
            answer = await browser.post(
                "/f/files",
                data={"csrf": mark, "form": "answer"},
                files={"upload": ("坏.pdf", BAD_PDF)},
                headers={"accept": "application/json"},
            )
            seen.told[f"坏文件 {answer.status_code}"] += 1


async def _drip(front: Front, number: int) -> None:
    """Hold a connection open with a head, or a body, that hardly comes."""
    _, writer = await asyncio.open_connection("127.0.0.1", front.port)
    begin = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    if number % 2:
        begin += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\n"
    writer.write(begin)
    try:
        while not writer.is_closing():
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(_DRIP_SECONDS)
    finally:
        writer.close()
