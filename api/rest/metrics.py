"""The figures an operator watches; no personal data, no sign-in, and never under the public name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import inf

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.access import Ours
from api.request_log import OF_REQUESTS
from domain.local_time import day_of
from domain.reconciliation import Disagreement
from office.ports import Services
from store.district.inbox import InboxState
from store.keeping import collected, unreferenced
from store.lives import lists
from store.mail import late_returns, letters, mailboxes, notice_log, vacancies
from store.tables import CollectedRow, InboxRow, ReconciliationRow
from store.watch import doors, epochs, loop_failures, open_exports, reconciliations
from store.watch import figures as watch
from store.watch.open_exports import Exporting

router = APIRouter(tags=["运行"])

_TOLD = {
    "bihuan_problems_overdue": "Open rounds past due",
    "bihuan_problems_listed": "On the supervisory list",
    "bihuan_mails_waiting": "Mails that should be out",
    "bihuan_notices_without_contact": "Notices that reached nobody in a position",
    "bihuan_letters_waiting": "Mails somebody has to look at",
    "bihuan_late_returns_waiting": "Notices of points that came back after the life's end",
    "bihuan_inbox_undelivered": "Submissions not yet applied",
}


@router.get("/metrics")
async def metrics(services: Ours) -> Response:
    """Prometheus 指标：问题数、待登记回执、待发邮件。无需登录，仅限内部网络。"""
    words = "The store answers; without it nothing else is told of it"
    registry, answers = CollectorRegistry(), True
    try:
        await _tell_store(registry, services)
    except (SQLAlchemyError, OSError):
        registry, answers = CollectorRegistry(), False
    _tell(registry, "bihuan_database_up", words, answers)
    told = generate_latest(registry) + generate_latest(OF_REQUESTS)
    return Response(told, media_type=CONTENT_TYPE_LATEST)


async def _tell_store(registry: CollectorRegistry, services: Services) -> None:
    """Tell all that the store knows."""
    now = services.clock()
    async with services.db.reading() as session:
        counts = await lists.counts(session, now)
        figures = await _figures(session, counts, now)
        failed = await loop_failures.counted(session)
        boxes = await mailboxes.known(session)
        reconciled = await reconciliations.last(session)
        exported = await open_exports.last(session)
        shut, confirmed_at = await doors.shut(session), await epochs.confirmed_at(session)
        watched = await watch.read(services.db, session, now)
        gathered, waits = await collected.so_far(session), await unreferenced.waiting(session)
    for name, figure in figures.items():
        Gauge(name, _TOLD[name], registry=registry).set(figure)
    stages = ((str(stage), number) for stage, number in counts.by_stage.items())
    _tell_each(registry, "bihuan_problems", "Problems by stage", "stage", stages)
    failures = ((one.name, one.failures) for one in failed)
    words = "Failures of side loops ever"
    _tell_each(registry, "bihuan_side_loop_failures", words, "loop", failures)
    unread = ((one.name, (now - one.read_at).total_seconds()) for one in boxes if one.read_at)
    words = "Seconds since a place of returned mail was last read"
    _tell_each(registry, "bihuan_returned_mail_age_seconds", words, "box", unread)
    _tell_collected(registry, gathered, waits, now)
    words = "Starts and acts are shut: a restore was noticed"
    Gauge("bihuan_doors_shut", words, registry=registry).set(shut is not None)
    words = "Since the mark by which a restore is known was last kept"
    kept = inf if confirmed_at is None else (now - confirmed_at).total_seconds()
    _tell(registry, "bihuan_restore_mark_seconds_ago", words, kept)
    _tell_exports(registry, exported, now)
    if reconciled is not None:
        _tell_reconciled(registry, reconciled, now)
    _tell_waits(registry, watched, now)
    days = services.calendar.announced_until(day_of(now)) - day_of(now)
    _tell(registry, "bihuan_calendar_days_left", "Days with an announced calendar", days.days)


def _tell(registry: CollectorRegistry, name: str, words: str, figure: float) -> None:
    Gauge(name, words, registry=registry).set(figure)


def _tell_exports(registry: CollectorRegistry, of: Exporting | None, now: datetime) -> None:
    """Tell how old the exports of lives under way are, and how many lives have none of today."""
    age = inf if of is None or of.done_at is None else (now - of.done_at).total_seconds()
    words = "Since all open lives were last exported"
    _tell(registry, "bihuan_open_lives_exported_seconds_ago", words, age)
    words = "Open lives whose export failed"
    _tell(registry, "bihuan_open_lives_not_exported", words, of.failed if of else 0)


def _tell_waits(registry: CollectorRegistry, of: watch.Figures, now: datetime) -> None:
    """Tell how long the oldest has waited and the newest is past; nothing of what never was."""
    for name, words, at in (
        ("bihuan_oldest_mail_seconds", "Age of the oldest mail that should be out", of.mail_at),
        ("bihuan_oldest_paper_seconds", "Age of the oldest submission not applied", of.paper_at),
    ):
        _tell(registry, name, words, 0 if at is None else (now - at).total_seconds())
    for name, words, at in (
        ("bihuan_last_mail_seconds_ago", "Since a server last took a mail", of.handed_over_at),
        ("bihuan_backed_up_seconds_ago", "Since the last finished backup", of.backed_up_at),
        ("bihuan_read_seconds_ago", "Since histories and files were last read", of.read_at),
    ):
        if at is not None:
            _tell(registry, name, words, (now - at).total_seconds())
    _tell_each(registry, "bihuan_deliveries_lost", "Mails lost", "how", of.lost.items())
    words = "Sign-ins refused in the last hour"
    _tell(registry, "bihuan_sign_ins_failed", words, of.sign_ins_failed)
    words = "The database's clock less this one"
    _tell(registry, "bihuan_clock_offset_seconds", words, of.clock_offset)


async def _figures(session: AsyncSession, counts: lists.Counts, now: datetime) -> Mapping[str, int]:
    waiting = col(InboxRow.state) == InboxState.RECEIVED
    undelivered = await session.scalar(select(func.count()).select_from(InboxRow).where(waiting))
    vacant = await vacancies.vacancies(session, now)
    return {
        "bihuan_problems_overdue": counts.overdue,
        "bihuan_problems_listed": counts.listed,
        "bihuan_mails_waiting": (await notice_log.backlog(session, now)).waiting,
        "bihuan_notices_without_contact": sum(one.notices for one in vacant),
        "bihuan_letters_waiting": await letters.count_waiting(session),
        "bihuan_late_returns_waiting": await late_returns.count_waiting(session),
        "bihuan_inbox_undelivered": undelivered or 0,
    }


def _tell_each(
    registry: CollectorRegistry, name: str, words: str, label: str, of: Iterable[tuple[str, float]]
) -> None:
    gauge = Gauge(name, words, [label], registry=registry)
    for one, number in of:
        gauge.labels(one).set(number)


def _tell_collected(
    registry: CollectorRegistry, of: Sequence[CollectedRow], waiting: int, now: datetime
) -> None:
    """Tell what was collected so far, the files that wait for it, and how long ago somebody looked."""
    numbers = ((one.what, one.number) for one in of)
    _tell_each(registry, "bihuan_collected", "Ever collected", "what", numbers)
    bytes_ = Gauge("bihuan_collected_bytes", "Bytes of files ever collected", registry=registry)
    bytes_.set(sum(one.size for one in of))
    files = Gauge("bihuan_files_unreferenced", "Files nothing refers to", registry=registry)
    files.set(waiting)
    if of:
        age = Gauge("bihuan_collected_seconds_ago", "Age of the last look", registry=registry)
        age.set((now - min(one.looked_at for one in of)).total_seconds())


def _tell_reconciled(registry: CollectorRegistry, last: ReconciliationRow, now: datetime) -> None:
    """Tell of each kind of difference how many there were, and how long ago that was."""
    told = Gauge("bihuan_differences", "Found by reconciling", ["code"], registry=registry)
    counts = reconciliations.body_of(last)["counts"]
    for code in Disagreement:
        told.labels(code=code.value).set(counts.get(code.value, 0))
    age = Gauge("bihuan_reconciled_seconds_ago", "Age of the last look", registry=registry)
    age.set((now - last.looked_at).total_seconds())
