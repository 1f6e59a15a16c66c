"""Liveness, readiness and metrics; no personal data, no sign-in."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from api.access import Ours
from office.ports import Services
from store import lists, notice_log
from store.inbox import InboxState
from store.tables import InboxRow

router = APIRouter(tags=["运行"])
_PATIENCE = 5.0


@router.get("/health/live")
async def live() -> dict[str, str]:
    """进程在运行。无需登录。"""
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(services: Ours) -> JSONResponse:
    """数据库和业务服务可用。无需登录。"""
    answers = {"database": await _database_answers(services)}
    for name, ask in services.readiness.items():
        try:
            answers[name] = await asyncio.wait_for(ask(), _PATIENCE)
        except (TimeoutError, RuntimeError):
            answers[name] = False
    good = all(answers.values())
    return JSONResponse(
        {"status": "ok" if good else "unavailable", **answers}, 200 if good else 503
    )


async def _database_answers(services: Services) -> bool:
    try:
        async with services.db.reading() as session:
            await session.execute(select(1))
    except (SQLAlchemyError, OSError):
        return False
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
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
