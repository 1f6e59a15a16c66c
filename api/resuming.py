"""What an earlier process, or a caller who could not wait, left unfinished is carried on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from gateways.memory import give_back
from office.once import settle_open
from office.ports import Services
from office.registering.existing_lists import go_on_approved
from office.registering.list_imports import go_on
from office.rules.applying_rules import go_on_applying, refresh
from office.rules.rules_of_a_life import learn_missing
from store.people import second_factors

PAUSE_SECONDS = 5.0
"""How long between two looks at requests whose outcome is not known."""

ASK_EVERY_SECONDS = 60.0
"""How long between two looks at lives of which no rule book tells."""

_log = structlog.get_logger(__name__)


@contextlib.asynccontextmanager
async def carrying_on(app: FastAPI) -> AsyncIterator[None]:
    """Go on with open imports once, and again and again with open requests, while the app runs.

    Lives of which no rule book tells by what they are judged are asked in between.
    """
    services: Services = app.state.services
    looking = asyncio.create_task(_look_forever(services))
    asking = asyncio.create_task(_ask_forever(services))
    try:
        yield
    finally:
        under_way = [looking, asking, *services.imports.tasks.values()]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _seal_anew(services: Services) -> None:
    await second_factors.seal_anew(services.db, services.seals)


async def _look_forever(services: Services) -> None:
    """Go on with each kind of work; what cannot be gone on with is told, and keeps nothing else from it."""
    once = [go_on, go_on_approved, _seal_anew]
    while True:
        for work in (*once, go_on_applying, refresh, settle_open):
            try:
                await work(services)
            except (SQLAlchemyError, OSError) as error:
                _log.warning("what was left unfinished waits", error=type(error).__name__)
                continue
            except Exception:  # noqa: BLE001  # it ends no other work
                _log.exception("what was left unfinished cannot be gone on with")
            if work in once:
                once.remove(work)
        await asyncio.to_thread(give_back)
        await asyncio.sleep(PAUSE_SECONDS)


async def _ask_forever(services: Services) -> None:
    """Ask lives of which no rule book tells; after an upgrade these are all, so nothing waits for it."""
    while True:
        try:
            await learn_missing(services)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("lives are not asked for their rules", error=type(error).__name__)
        await asyncio.sleep(ASK_EVERY_SECONDS)
