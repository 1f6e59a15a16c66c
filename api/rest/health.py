"""Liveness and readiness; no personal data, no sign-in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from api.access import Ours
from office.ports import Services
from store.watch import reconciliations

router = APIRouter(tags=["运行"])
_PATIENCE = 5.0
PROBES = frozenset({"/health/live", "/health/ready", "/metrics"})
"""What is asked by address, without the name of the host."""
_log = structlog.get_logger(__name__)


@router.get("/health/live")
async def live() -> dict[str, str]:
    """进程在运行。无需登录。"""
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(services: Ours) -> JSONResponse:
    """数据库、磁盘和业务服务可用；并给出最近一次核对的差异项数。无需登录。"""
    questions: dict[str, Callable[[], Awaitable[bool]]] = {
        "database": partial(_database_answers, services),
        **services.readiness,
    }
    asked = [_answers(name, ask) for name, ask in questions.items()]
    answers = dict(zip(questions, await asyncio.gather(*asked), strict=True))
    good = all(answers.values())
    differences = await _differences(services) if answers["database"] else {}
    well = "differences" if differences else "ok"
    return JSONResponse(
        {"status": well if good else "unavailable", **answers, "differences": differences},
        200 if good else 503,
    )


async def _answers(name: str, ask: Callable[[], Awaitable[bool]]) -> bool:
    """Ask whether something is well; whatever goes wrong in asking is a no."""
    try:
        return await asyncio.wait_for(ask(), _PATIENCE)
    except Exception as error:  # noqa: BLE001 - a probe is told no, never that we failed
        _log.warning("not ready", what=name, error=f"{type(error).__name__}: {error}")
        return False


async def _differences(services: Services) -> dict[str, int]:
    """Count what did not agree at the last reconciliation, by code.

    It shuts no door: one life that stands still must not keep all districts from handing in.
    """
    try:
        async with services.db.reading() as session:
            last = await reconciliations.last(session)
    except SQLAlchemyError:
        return {}
    return dict(reconciliations.body_of(last)["counts"]) if last else {}


async def _database_answers(services: Services) -> bool:
    async with services.db.reading() as session:
        await session.execute(select(1))
    return True
