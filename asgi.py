"""Wiring of the web app: settings, store, desk, links and pages."""

from __future__ import annotations

import asyncio
import logging

import structlog
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from activities.epoch_watch import EpochWatch
from api.app import create_app
from api.serving import server_for
from gateways.log_lines import configure
from gateways.temporal_client import lazy
from settings import Settings
from store.engine import Database
from wiring import heeds_doors, rules_of_the_day, services_for, shifted_clock, until_stopped

_log = structlog.get_logger(__name__)
_PATIENCE = 10.0
_PAUSE = 2.0


async def main(host: str, port: int, least: int = logging.INFO) -> int:
    """Serve until stopped; give the exit code. `least` is the lowest level of what is logged."""
    settings = Settings()
    configure(settings.log_shape, least)
    rules = rules_of_the_day(settings)
    db = Database(settings.database, shifted_clock(settings))
    client, compared = await lazy(settings.temporal), asyncio.Event()
    watch = EpochWatch(client, db, heeds_doors=heeds_doors(settings))
    try:
        await _compare(watch, compared)
    except SQLAlchemyError as error:
        _log.error("not serving: the database is away", error=str(error))
        await db.dispose()
        return 1
    app = create_app(services_for(client, db, settings, rules, compared))
    server = server_for(app, host, port, settings.proxies)
    serving = asyncio.create_task(server.serve())
    stopped = asyncio.create_task(until_stopped())
    comparing = asyncio.create_task(_compare_later(watch, compared))
    try:
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
    finally:
        stopped.cancel()
        comparing.cancel()
        await db.dispose()
    return 0


async def _compare(watch: EpochWatch, compared: asyncio.Event) -> None:
    """Hold store and Temporal against each other once; a server that is away leaves it undone."""
    try:
        await asyncio.wait_for(watch.look(), _PATIENCE)
    except (RuntimeError, RPCError, TimeoutError) as error:
        _log.warning("Temporal is away, acts wait until it was compared", error=str(error))
    else:
        compared.set()


async def _compare_later(watch: EpochWatch, compared: asyncio.Event) -> None:
    """Go on asking: reading and what districts hand in need no Temporal, starts and acts wait for this."""
    while not compared.is_set():
        await asyncio.sleep(_PAUSE)
        try:
            await _compare(watch, compared)
        except SQLAlchemyError as error:
            _log.warning("the database is away", error=str(error))
