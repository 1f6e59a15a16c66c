"""The web app as a process of its own, with people who may come in, for what strangers do to it."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2

from bench.lives import OFFICER
from bench.measuring import Missed
from bench.people import opened, rows_of_a_list
from bench.place import Place, open_place
from domain.roles import Role
from embedded.temporal_server import free_port
from gateways.link_signer import ANSWER, LinkClaim
from gateways.problem_list.reading import ReadList
from office.registering.intake_of_lists import import_rows
from store.district import links
from store.district.links import LinkKey
from store.people import accounts, tokens
from store.people.tokens import Scope

PASSWORD = "示例口令仅供测量使用"  # noqa: S105 - of an invented person in a temporary folder
LOGIN = "bench-officer"
_MARK = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True)
class Front:
    """Where the web app listens and which process it is, an officer's token, and districts' links.

    `numbers` are the problems that owe an answer; the n-th link is for the n-th of them.
    """

    address: str
    port: int
    pid: int
    token: str
    links: tuple[str, ...]
    numbers: tuple[str, ...]

    def browser(self, address: str) -> httpx2.AsyncClient:
        """Give a browser at an address of its own."""
        return httpx2.AsyncClient(
            base_url=self.address, headers={"x-forwarded-for": address}, timeout=120
        )

    async def district(self, number: int) -> tuple[httpx2.AsyncClient, str]:
        """Let a district in by one of its links; give its browser and the mark of its form."""
        browser = self.browser(f"198.51.100.{number}")
        entered = await browser.post("/f/enter", data={"token": self.links[number]})
        page = await browser.get(entered.headers["location"])
        mark = _MARK.search(page.text)
        if mark is None:
            raise Missed(f"区县未能打开填报页面（{page.status_code}）")
        return browser, mark[1]

    def resident(self) -> float:
        """Give the megabytes the web app holds."""
        return self._memory("VmRSS")

    def peak(self) -> float:
        """Give the most megabytes it has held since `forget_peak`."""
        return self._memory("VmHWM")

    def forget_peak(self) -> None:
        """Let the peak be counted from now."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", encoding="utf-8")

    def _memory(self, name: str) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        found = re.search(rf"{name}:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0


@asynccontextmanager
async def open_front(rows: int) -> AsyncIterator[Front]:
    """Serve a store of so many problems while the context is open; each of the first has a link."""
    async with open_place() as place:
        numbers, signed = await _links(place, rows)
        officer = await accounts.create(place.db, LOGIN, "示例承办人", Role.OFFICER, PASSWORD)
        token = await tokens.issue(place.db, officer.id, "bench", Scope.FULL)
        port = free_port()
        web = await _web(place, port)
        try:
            address = f"http://127.0.0.1:{port}"
            await _until_it_answers(web, address)
            yield Front(address, port, web.pid, token, signed, numbers)
        finally:
            with suppress(ProcessLookupError):
                web.terminate()
            await web.wait()


async def _links(place: Place, rows: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    await import_rows(place.services, ReadList(tuple(rows_of_a_list(rows, "丁")), ()), OFFICER)
    signed, owed = [], await opened(place.services, rows)
    for number, district in owed:
        until = place.db.now() + timedelta(days=1)
        key = LinkKey(
            purpose=ANSWER,
            district=district,
            recipient="a@b.example",
            problem_no=number,
            round_no=1,
        )
        link = await links.issue(place.db, key, until)
        claim = LinkClaim(
            purpose=ANSWER,
            jti=link.jti,
            problem_no=number,
            district=district,
            round_no=1,
            expires_at=link.expires_at,
        )
        signed.append(place.services.signer.sign(claim))
    return tuple(number for number, _ in owed), tuple(signed)


async def _web(place: Place, port: int) -> asyncio.subprocess.Process:
    environment = {
        **os.environ,
        "BIHUAN_DATA_DIR": str(place.folder),
        "BIHUAN_TEMPORAL_ADDRESS": place.address,
        "BIHUAN_TRUSTED_PROXIES": "127.0.0.1",
    }
    command = (sys.executable, "-m", "cli", "web", "--port", str(port))
    quiet = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=quiet, stderr=quiet
    )


async def _until_it_answers(web: asyncio.subprocess.Process, address: str) -> None:
    async with httpx2.AsyncClient() as asking:
        for _ in range(600):
            if web.returncode is not None:
                raise Missed(f"网页服务未能启动（退出码 {web.returncode}）")
            with suppress(httpx2.TransportError):
                if (await asking.get(f"{address}/health/live")).status_code == 200:
                    return
            await asyncio.sleep(0.1)
    raise Missed("网页服务未能在一分钟内启动")
