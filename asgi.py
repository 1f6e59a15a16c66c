"""Wiring of the web app: settings, store, desk, links and pages."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from temporalio.client import Client

from api.app import create_app
from api.ports import RulesInForce, Services
from domain.rules import Rules
from gateways.evidence import EvidenceStore
from gateways.link_signer import LinkSigner
from gateways.mail_inbox import MailFolder
from gateways.problem_list.reading import read_list
from gateways.problem_list.redate import redated
from gateways.problem_list.writing import list_workbook
from gateways.renderer import Renderer
from gateways.temporal_client import connect
from settings import Settings
from store.engine import Database
from worker import desk_for, rules_of_the_day, shifted_clock, until_stopped

SAMPLES = Path(__file__).parent / "samples" / "problem-list.xlsx"


def services_for(client: Client, db: Database, settings: Settings, rules: Rules) -> Services:
    """Bundle everything the doors work with; the mail folder and samples in development only."""
    development = settings.environment == "development"

    async def temporal_answers() -> bool:
        return await client.service_client.check_health()

    return Services(
        db=db,
        desk=desk_for(client, settings, rules),
        renderer=Renderer(),
        signer=LinkSigner(settings.signing_keys, clock=db.now),
        evidence=EvidenceStore(settings.evidence),
        in_force=RulesInForce(policies=(rules.policy,), calendar=rules.calendar),
        base_url=settings.public_url,
        development=development,
        mails=MailFolder(settings.data_dir / "mails") if development else None,
        samples=sample_list if development else None,
        readiness={"temporal": temporal_answers},
    )


def sample_list(today: date) -> bytes:
    """Give the sample list with its dates moved to `today` and today's reporting units."""
    read = read_list(SAMPLES, today=today)
    return list_workbook(redated(read.rows, today), "示例问题清单")


class QuietServer(uvicorn.Server):
    """A web server that leaves the signals to the entry point."""

    def __init__(self, config: uvicorn.Config) -> None:
        """Prepare to serve."""
        super().__init__(config)
        self._up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell those who wait for it."""
        await super().startup(sockets)
        self._up.set()

    async def until_started(self, serving: asyncio.Task[None]) -> None:
        """Wait until pages are served, or serving has ended in an error."""
        up = asyncio.create_task(self._up.wait())
        await asyncio.wait({up, serving}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def server_for(app: FastAPI, host: str, port: int) -> QuietServer:
    """Prepare the web server; tokens stay out of its log because it keeps no access log."""
    config = uvicorn.Config(
        app, host=host, port=port, access_log=False, log_level="warning", lifespan="on"
    )
    return QuietServer(config)


async def main(host: str, port: int) -> int:
    """Serve until stopped; give the exit code."""
    settings = Settings()
    rules = rules_of_the_day(settings)
    client = await connect(settings.temporal_address, settings.temporal_namespace)
    db = Database(settings.database, shifted_clock(settings))
    server = server_for(create_app(services_for(client, db, settings, rules)), host, port)
    serving = asyncio.create_task(server.serve())
    stopped = asyncio.create_task(until_stopped())
    try:
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
    finally:
        stopped.cancel()
        await db.dispose()
    return 0
