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
from gateways.temporal_client import connect
from settings import Settings
from store.engine import Database
from wiring import heeds_doors, rules_of_the_day, services_for, shifted_clock, until_stopped

_log = structlog.get_logger(__name__)


async def main(host: str, port: int, least: int = logging.INFO) -> int:
    """Serve until stopped; give the exit code. `least` is the lowest level of what is logged."""
    settings = Settings()
    configure(settings.log_shape, least)
    rules = rules_of_the_day(settings)
    db = Database(settings.database, shifted_clock(settings))
    try:
        client = await connect(settings.temporal)
        await EpochWatch(client, db, heeds_doors=heeds_doors(settings)).look()
    except (RuntimeError, RPCError, SQLAlchemyError) as error:
        _log.error("not serving: Temporal or the database is away", error=str(error))
        await db.dispose()
        return 1
    app = create_app(services_for(client, db, settings, rules))
    server = server_for(app, host, port, settings.proxies)
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
