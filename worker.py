"""The worker: lives, deeds, and the loops that carry mails and submissions on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from activities.deliverer import Deliverer
from activities.epoch_watch import EpochWatch
from activities.lost_papers import LostPapers
from activities.open_lives import OpenLives
from activities.prover import Prover
from activities.reconciler import Reconciler
from activities.retention import Retention
from activities.returned_mail import ReturnedMail
from activities.side_loops import Loop, SideLoop
from activities.temporal_worker import temporal_worker
from api.app import create_probes
from api.serving import server_for
from gateways.log_lines import configure
from gateways.relay_watch import RelayWatch
from gateways.sweep_schedule import schedule_sweep
from gateways.temporal_client import connect
from gateways.temporal_runtime import PortTaken, runtime
from settings import Settings
from store.engine import Database
from wiring import (
    collector_for,
    courier_for,
    desk_for,
    evidence_for,
    heeds_doors,
    keeping_of,
    mail_is_read,
    morning_mail_for,
    return_boxes,
    rules_of_the_day,
    services_for,
    shifted_clock,
    smtp_settings,
    until_stopped,
)

_log = structlog.get_logger(__name__)
_PAUSE = timedelta(seconds=2)
ANYWHERE = "0.0.0.0"  # noqa: S104  # who is asked by a probe is not asked by its name


def epoch_watch(client: Client, db: Database, settings: Settings) -> EpochWatch:
    """Give who tells a restore by the beat between store and Temporal."""
    return EpochWatch(client, db, heeds_doors=heeds_doors(settings))


def side_loops(client: Client, db: Database, settings: Settings) -> dict[str, Loop]:
    """Give what goes on beside the lives, by the names under which failures are counted."""
    desk = desk_for(client, settings, rules_of_the_day(settings), db)
    every = timedelta(minutes=settings.reconcile_minutes)
    return {
        "epoch": epoch_watch(client, db, settings).run_forever,
        "courier": courier_for(db, settings).run_forever,
        "deliverer": Deliverer(db, desk).run_forever,
        "lost_papers": LostPapers(db, desk).run_forever,
        "prover": Prover(db, desk, settings.proof_by_mail).run_forever,
        "retention": Retention(db, keeping_of(settings)).run_forever,
        "collector": collector_for(db, settings).run_forever,
        "open_lives": OpenLives(client, db, settings.open_lives).run_forever,
        "reconciler": Reconciler(
            client, db, settings.archive, every, evidence=evidence_for(settings)
        ).run_forever,
        "morning_mail": morning_mail_for(db, settings).run_forever,
        "returned_mail": ReturnedMail(
            db, desk, return_boxes(db, settings), evidence_for(settings), settings.proof_by_mail
        ).run_forever,
    }


@asynccontextmanager
async def working(client: Client, db: Database, settings: Settings) -> AsyncIterator[None]:
    """Work while the context is open: Temporal worker, courier, deliverer, scheduled sweep."""
    stop = asyncio.Event()
    # Before any life goes on: what was restored is known, and its deadlines are held.
    await epoch_watch(client, db, settings).look()
    async with temporal_worker(
        client,
        db,
        settings.archive,
        mail=settings.proof_by_mail,
        heeds_doors=heeds_doors(settings),
    ):
        await schedule_sweep(client, timedelta(minutes=settings.sweep_minutes))
        async with asyncio.TaskGroup() as running:
            for name, loop in side_loops(client, db, settings).items():
                running.create_task(SideLoop(db, name, loop).run_forever(stop))
            try:
                yield
            finally:
                stop.set()


@asynccontextmanager
async def answering_probes(client: Client, db: Database, settings: Settings) -> AsyncIterator[None]:
    """Answer health probes and metrics while the context is open, where a port is set for it."""
    if not settings.worker_port:
        yield
        return
    services = services_for(client, db, settings, rules_of_the_day(settings))
    mails: dict[str, Callable[[], Awaitable[bool]]] = {
        "mail": RelayWatch(smtp_settings(settings)).lets_us_in,
        "returned_mail": partial(mail_is_read, db),
    }
    services = replace(services, readiness={**services.readiness, **mails})
    server = server_for(create_probes(services), ANYWHERE, settings.worker_port)
    serving = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await serving


async def main(least: int = logging.INFO) -> int:
    """Work until told to stop; a server that is away, or goes away, is waited for.

    `least` is the lowest level of what is logged.
    """
    settings = Settings()
    configure(settings.log_shape, least)
    db = Database(settings.database, shifted_clock(settings))
    stopping = asyncio.create_task(until_stopped())
    try:
        while not stopping.done():
            try:
                client = await connect(settings.temporal, runtime(settings.temporal_metrics_port))
                async with (
                    working(client, db, settings),
                    answering_probes(client, db, settings),
                ):
                    _log.info("working", address=settings.temporal_address)
                    await asyncio.shield(stopping)
            except (RuntimeError, RPCError, SQLAlchemyError) as error:
                _log.warning("server not reached, trying again", error=str(error))
                await asyncio.wait([stopping], timeout=_PAUSE.total_seconds())
    except PortTaken as error:
        _log.error("not working", error=str(error))
        return 1
    finally:
        await db.dispose()
    return 0
