"""Liveness, readiness and metrics; no personal data, no sign-in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlmodel import col

from api.access import Ours
from office.ports import Services
from store import lists, loop_failures, notice_log
from store.inbox import InboxState
from store.tables import InboxRow

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
    """数据库、磁盘和业务服务可用。无需登录。"""
    questions: dict[str, Callable[[], Awaitable[bool]]] = {
        "database": partial(_database_answers, services),
        **services.readiness,
    }
    asked = [_answers(name, ask) for name, ask in questions.items()]
    answers = dict(zip(questions, await asyncio.gather(*asked), strict=True))
    good = all(answers.values())
    return JSONResponse(
        {"status": "ok" if good else "unavailable", **answers}, 200 if good else 503
    )


async def _answers(name: str, ask: Callable[[], Awaitable[bool]]) -> bool:
    """Ask whether something is well; whatever goes wrong in asking is a no."""
    try:
        return await asyncio.wait_for(ask(), _PATIENCE)
    except Exception as error:  # noqa: BLE001 - a probe is told no, never that we failed
        _log.warning("not ready", what=name, error=f"{type(error).__name__}: {error}")
        return False


async def _database_answers(services: Services) -> bool:
    async with services.db.reading() as session:
        await session.execute(select(1))
    return True


@router.get("/metrics")
async def metrics(services: Ours) -> Response:
    """Prometheus 指标：问题数、待登记回执、待发邮件。无需登录，仅限内部网络。"""
    registry = CollectorRegistry()
    now = services.clock()
    async with services.db.reading() as session:
        counts = await lists.counts(session, now)
        backlog = await notice_log.backlog(session, now)
        undelivered = await session.scalar(
            select(func.count())
            .select_from(InboxRow)
            .where(col(InboxRow.state) == InboxState.RECEIVED)
        )
        failed = await loop_failures.counted(session)
    by_stage = Gauge("bihuan_problems", "Problems by stage", ["stage"], registry=registry)
    for stage, number in counts.by_stage.items():
        by_stage.labels(stage=str(stage)).set(number)
    Gauge("bihuan_problems_overdue", "Open rounds past due", registry=registry).set(counts.overdue)
    Gauge("bihuan_problems_listed", "On the supervisory list", registry=registry).set(counts.listed)
    Gauge("bihuan_mails_waiting", "Mails that should be out", registry=registry).set(
        backlog.waiting
    )
    Gauge("bihuan_inbox_undelivered", "Submissions not yet applied", registry=registry).set(
        undelivered or 0
    )
    failures = Gauge(
        "bihuan_side_loop_failures", "Failures of side loops ever", ["loop"], registry=registry
    )
    for loop in failed:
        failures.labels(loop=loop.name).set(loop.failures)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
