"""The web app begins without Temporal: who only reads or hands in does not wait for it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2
import pytest

import asgi
from embedded.temporal_server import free_port
from store.migrate import upgrade
from tests.worlds.patience import eventually
from tests.worlds.serious import SERIOUS

NOBODY = "127.0.0.1:9"


async def test_pages_are_served_while_temporal_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SERIOUS.items():
        monkeypatch.setenv(f"BIHUAN_{name.upper()}", value)
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BIHUAN_TEMPORAL_ADDRESS", NOBODY)
    monkeypatch.setattr("asgi._PATIENCE", 0.5)
    monkeypatch.setattr("asgi.configure", lambda *_: None)
    stop = asyncio.Event()
    monkeypatch.setattr("asgi.until_stopped", stop.wait)
    await upgrade(f"sqlite:///{tmp_path / 'bihuan.db'}")
    port = free_port()
    serving = asyncio.create_task(asgi.main("127.0.0.1", port))
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as browser:

        async def answered() -> bool:
            try:
                return (await browser.get("/health/live")).status_code == 200
            except httpx2.TransportError:
                return False

        await eventually(answered, "the web app")
        ready = await browser.get("/health/ready")
        assert (ready.status_code, ready.json()["temporal"]) == (503, False)
        named = {"Host": "bihuan.example.cn"}
        assert (await browser.get("/login", headers=named)).status_code == 200
    stop.set()
    assert await serving == 0


async def test_without_its_store_it_does_not_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("BIHUAN_TEMPORAL_ADDRESS", NOBODY)
    monkeypatch.setattr("asgi.configure", lambda *_: None)
    assert await asgi.main("127.0.0.1", free_port()) == 1
