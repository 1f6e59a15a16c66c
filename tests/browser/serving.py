"""A page served on a free local port, and a browser that draws Chinese, for tests with a person's
eyes and fingers."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Browser, expect, sync_playwright

from api.serving import server_for
from tests.worlds.house import House, make_house
from tests.worlds.patience import PATIENCE

CHROMIUM = "/usr/bin/chromium"
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

T = TypeVar("T")


@dataclass(frozen=True)
class Served:
    """A house with its doors open on a local port."""

    house: House
    loop: asyncio.AbstractEventLoop

    def do(self, deed: Coroutine[Any, Any, T]) -> T:
        """Do something inside the house, on its own loop."""
        return asyncio.run_coroutine_threadsafe(deed, self.loop).result(PATIENCE)

    def address(self, path: str) -> str:
        """The full address of a page."""
        return f"{self.house.services.base_url}{path}"


@contextmanager
def served(
    folder: Path, build: Callable[[Path, str], Coroutine[Any, Any, House]] | None = None
) -> Iterator[Served]:
    """Serve what `build` builds in a folder for an address; a district's house by default."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        building = (build or _a_districts_house)(folder, base_url)
        house = asyncio.run_coroutine_threadsafe(building, loop).result(PATIENCE)
        server = server_for(house.app, "127.0.0.1", 0)
        serving = asyncio.run_coroutine_threadsafe(server.serve([listening]), loop)
        open_house = Served(house, loop)
        try:
            yield open_house
        finally:
            server.should_exit = True
            serving.result(PATIENCE)
            open_house.do(house.db.dispose())
            loop.call_soon_threadsafe(loop.stop)
            thread.join(PATIENCE)
            loop.close()


async def _a_districts_house(folder: Path, base_url: str) -> House:
    """A house with one transferred problem."""
    house = await make_house(folder, base_url)
    await house.transferred()
    return house


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Start a browser that knows one Chinese font."""
    fonts = find_spec("pylopdf_fonts_zh_cn")
    assert fonts is not None
    assert fonts.origin is not None
    configuration = folder / "fonts.conf"
    configuration.write_text(
        f"<fontconfig><dir>{Path(fonts.origin).parent}</dir>"
        f"<cachedir>{folder / 'fonts'}</cachedir></fontconfig>"
    )
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=_FLAGS, env={"FONTCONFIG_FILE": str(configuration)}
        )
        try:
            yield started
        finally:
            started.close()
