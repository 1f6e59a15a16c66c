"""Liveness, readiness and metrics; no personal data, no sign-in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

import structlog
from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.access import Ours
from domain.reconciliation import Disagreement
from office.ports import Services
from store import letters, lists, loop_failures, notice_log, reconciliations
from store.inbox import InboxState
from store.mail_queue import vacancies
from store.tables import InboxRow, ReconciliationRow

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
        await _tell_mail(registry, session, now)
        reconciled = await reconciliations.last(session)
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
    if reconciled is not None:
        _tell_reconciled(registry, reconciled, now)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


async def _tell_mail(registry: CollectorRegistry, session: AsyncSession, now: datetime) -> None:
    """Tell how many notices lack a contact, and how many mails wait for somebody to look at them."""
    vacant = await vacancies.vacancies(session, now)
    unread = await letters.count_waiting(session)
    Gauge(
        "bihuan_notices_without_contact",
        "Notices that reached nobody in a position",
        registry=registry,
    ).set(sum(one.notices for one in vacant))
    Gauge("bihuan_letters_waiting", "Mails somebody has to look at", registry=registry).set(unread)


def _tell_reconciled(registry: CollectorRegistry, last: ReconciliationRow, now: datetime) -> None:
    """Tell of each kind of difference how many there were, and how long ago that was."""
    told = Gauge("bihuan_differences", "Found by reconciling", ["code"], registry=registry)
    counts = reconciliations.body_of(last)["counts"]
    for code in Disagreement:
        told.labels(code=code.value).set(counts.get(code.value, 0))
    age = Gauge("bihuan_reconciled_seconds_ago", "Age of the last look", registry=registry)
    age.set((now - last.looked_at).total_seconds())
