"""`python -m bench`: print the ratios of the design's figures, each measured in one run."""

from __future__ import annotations

import asyncio
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from temporalio.client import Client
from temporalio.worker import Replayer, Worker

from activities.inbox import Inbox
from activities.records import Records
from audit.sources import lives_in
from audit.verify import verify_life
from bench.bare import BareWorkflow, bare_record
from bench.noting import Noting, Sizes
from command_line.simulate import simulate
from domain import commands as c
from domain.local_time import day_of
from domain.outcomes import NoSuchLife
from domain.problem import Problem
from domain.roles import Actor, Role
from embedded.temporal_server import TemporalServer, free_port
from gateways.problem_desk import TemporalDesk
from gateways.problem_list.reading import read_list
from gateways.problem_list.writing import list_workbook
from gateways.temporal_client import DATA_CONVERTER
from settings import Settings
from simulation.casting import cast
from simulation.script import Casting
from store import inbox, lists, papers
from store.engine import Database
from store.migrate import upgrade
from wiring import SAMPLES, rules_of_the_day
from workflows.names import TASK_QUEUE, workflow_id
from workflows.problem_workflow import ProblemWorkflow
from workflows.sandbox import sandbox
from workflows.versions import BUILD

ROOT = Path(__file__).parent.parent
OFFICER = Actor("bench", Role.OFFICER)
LIVES = 64
AT_ONCE = 16
ROUNDS = 5
RESULTS: list[tuple[str, str, str]] = []


def report(what: str, figure: str, measured: str) -> None:
    """Print a figure as soon as it is measured."""
    RESULTS.append((what, figure, measured))
    print(f"{what:<58} 目标 {figure:<12} 实测 {measured}", flush=True)


def doing(what: str) -> None:
    """Say what is being measured, beside the figures."""
    print(f"… {what}", file=sys.stderr, flush=True)


async def rate(jobs: Sequence[Callable[[], Awaitable[object]]]) -> float:
    """Do the jobs, some at once; give jobs per second."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(job: Callable[[], Awaitable[object]]) -> None:
        async with places:
            await job()

    began = time.perf_counter()
    await asyncio.gather(*(one(job) for job in jobs))
    return len(jobs) / (time.perf_counter() - began)


def p95(seconds: Sequence[float]) -> float:
    """Give the 95th percentile."""
    return statistics.quantiles(seconds, n=20)[-1]


async def lives_and_updates(client: Client, desk: TemporalDesk, noting: Noting) -> None:
    """Starts and answers per second against the bare equivalent, in turn."""
    sizes = await _sizes(client, desk, noting)
    starts: list[float] = []
    answers: list[float] = []
    speeds: list[tuple[float, ...]] = []
    for number in range(-1, ROUNDS):
        doing(f"移交与反馈，第 {number + 1}/{ROUNDS} 轮（第 0 轮不计）")
        ours = [f"B{number}-{place:04d}" for place in range(LIVES)]
        bare = [f"bare-{name}" for name in ours]
        our_starts = await rate([_started(desk, noting, name) for name in ours])
        bare_starts = await rate([_bare_started(client, noting, name, sizes) for name in bare])
        our_answers = await rate([_answered(desk, name) for name in ours])
        bare_answers = await rate([_bare_answered(client, name, sizes) for name in bare])
        if number >= 0:
            starts.append(our_starts / bare_starts)
            answers.append(our_answers / bare_answers)
            speeds.append((our_starts, bare_starts, our_answers, bare_answers))
    n = f"n={ROUNDS}×{LIVES}"
    middle = [statistics.median(column) for column in zip(*speeds, strict=True)]
    report(
        "移交：每秒启动并记录的问题 ÷ 空流程启动",
        "≥ 0.7",
        f"{_median(starts)}（{middle[0]:.0f}/s ÷ {middle[1]:.0f}/s，{n}）",
    )
    report(
        "反馈：每秒受理 ÷ 空 Update 加一个活动",
        "≥ 0.7",
        f"{_median(answers)}（{middle[2]:.0f}/s ÷ {middle[3]:.0f}/s，{n}）",
    )


def _median(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):.2f}（{min(ratios):.2f}–{max(ratios):.2f}）"


async def _sizes(client: Client, desk: TemporalDesk, noting: Noting) -> Sizes:
    """Read off a life's own history how many bytes each of its payloads has."""
    await _started(desk, noting, "SIZES")()
    await _answered(desk, "SIZES")()
    history = await client.get_workflow_handle(workflow_id("SIZES")).fetch_history()
    begun = history.events[0].workflow_execution_started_event_attributes.input
    orders = [
        event.activity_task_scheduled_event_attributes.input
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    asked = next(
        event.workflow_execution_update_accepted_event_attributes.accepted_request.input.args
        for event in history.events
        if event.HasField("workflow_execution_update_accepted_event_attributes")
    )
    answered = next(
        event.workflow_execution_update_completed_event_attributes.outcome.success
        for event in history.events
        if event.HasField("workflow_execution_update_completed_event_attributes")
    )
    start, first, update, second, answer = (
        len(payloads.payloads[0].data)
        for payloads in (begun, orders[0], asked, orders[1], answered)
    )
    return Sizes(start=start, first=first, update=update, second=second, answer=answer)


def _started(desk: TemporalDesk, noting: Noting, name: str) -> Callable[[], Awaitable[object]]:
    facts = c.Facts(enterprise="示例企业", description="示例问题" * 10, district="500103")
    register = c.RegisterProblem(problem_no=name, facts=facts, by=OFFICER)
    transfer = c.TransferProblem(on=day_of(datetime.now(UTC)), document_no="示例", by=OFFICER)

    async def job() -> None:
        await desk.start(name, register, transfer)
        await noting.done[workflow_id(name)].wait()

    return job


def _bare_started(
    client: Client, noting: Noting, name: str, sizes: Sizes
) -> Callable[[], Awaitable[object]]:
    async def job() -> None:
        await client.start_workflow(
            BareWorkflow.run, args=["x" * sizes.start, sizes], id=name, task_queue="bench"
        )
        await noting.done[name].wait()

    return job


def _answered(desk: TemporalDesk, name: str) -> Callable[[], Awaitable[object]]:
    async def job() -> None:
        answer = c.SubmitFeedback(
            receipt_id=f"{name}-r",
            round_no=1,
            district="500103",
            received_at=datetime.now(UTC),
            answer=c.Answer(state=c.RectificationState.DONE, text="已整改" * 20),
            content_sha256="0" * 64,
            by=Actor("district:500103", Role.DISTRICT),
        )
        await desk.command(name, answer, f"{name}-r")

    return job


def _bare_answered(client: Client, name: str, sizes: Sizes) -> Callable[[], Awaitable[object]]:
    async def job() -> None:
        handle = client.get_workflow_handle(name)
        await handle.execute_update(BareWorkflow.step, "x" * sizes.update, id=f"{name}-r")

    return job


async def receipts(db: Database) -> None:
    """A submission's receipt against one committed insert, in turn."""
    ours: list[float] = []
    bare: list[float] = []
    async with db.writing() as session:
        await session.execute(text("CREATE TABLE IF NOT EXISTS bench_bare (body TEXT)"))
    for number in range(200):
        new = inbox.NewSubmission(
            receipt_id=f"bench-{number}",
            link_jti="",
            paper=papers.AnswerPaper(
                problem_no="B0-0000",
                district="500103",
                round_no=1,
                answer=c.Answer(state=c.RectificationState.DONE, text="已整改"),
                filled_by="示例",
                telephone="",
            ),
        )
        began = time.perf_counter()
        await inbox.submit(db, new)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        async with db.writing() as session:
            await session.execute(text("INSERT INTO bench_bare VALUES ('x')"))
        bare.append(time.perf_counter() - began)
    ratio = p95(ours) / p95(bare)
    words = f"{ratio:.2f}（p95 {p95(ours) * 1e3:.1f} ms ÷ {p95(bare) * 1e3:.1f} ms，n=200）"
    report("回执：无附件提交 ÷ 一次提交的插入，p95", "≤ 3", words)


async def ledger_page(db: Database) -> None:
    """The problem list with 100,000 problems, 10,000 of them open, against its bare SQL."""
    async with db.writing() as session:
        columns = [row[1] for row in await session.execute(text("PRAGMA table_info(problems)"))]
        named = ", ".join(columns)
        changed = {"problem_no": "'L' || printf('%06d', n)", "row_key": "NULL"}
        closed = {"stage": "CASE WHEN n % 10 THEN 'closed' ELSE stage END"}
        picked = ", ".join((changed | closed).get(name, f"p.{name}") for name in columns)
        await session.execute(
            text(
                "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000) "
                f"INSERT INTO problems ({named}) SELECT {picked} FROM c, "
                "(SELECT * FROM problems LIMIT 1) p"
            )
        )
        await session.execute(text("ANALYZE"))
    bare_sql = text("SELECT * FROM problems ORDER BY problem_no DESC LIMIT 51")
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(100):
        async with db.reading() as session:
            began = time.perf_counter()
            await lists.page(session, lists.ProblemFilter(), None, 50)
            ours.append(time.perf_counter() - began)
        async with db.reading() as session:
            began = time.perf_counter()
            (await session.execute(bare_sql)).all()
            bare.append(time.perf_counter() - began)
    ratio = p95(ours) / p95(bare)
    words = f"{ratio:.2f}（p95 {p95(ours) * 1e3:.1f} ms ÷ {p95(bare) * 1e3:.1f} ms，n=100）"
    report("台账页：十万问题 ÷ 同一查询的裸 SQL，p95", "≤ 2", words)


async def audits() -> None:
    """Lives verified per second against the bare Replayer on the same histories."""
    runs = [run for life in lives_in(ROOT / "tests" / "histories" / "silent") for run in life]
    replayer = Replayer(
        workflows=[ProblemWorkflow], data_converter=DATA_CONVERTER, workflow_runner=sandbox()
    )
    ratios: list[float] = []
    for _ in range(15):
        began = time.perf_counter()
        await replayer.replay_workflow(runs[0])
        replayed = time.perf_counter() - began
        began = time.perf_counter()
        await verify_life(runs, DATA_CONVERTER)
        ratios.append(replayed / (time.perf_counter() - began))
    report("审计：重放并重新推算 ÷ 只重放", "≥ 0.7", f"{statistics.median(ratios):.2f}（n=15）")
    events = len(lives_in(ROOT / "tests" / "histories" / "on_time")[0][0].events)
    report("普通问题一生的历史事件数", "≤ 120", str(events))


def _sample_castings() -> list[Casting]:
    today = date(2026, 11, 24)
    return cast(read_list(ROOT / "samples" / "problem-list.xlsx", today=today).rows, 1, today)


async def rules_alone() -> None:
    """Virtual problem-days per second; a problem's days run from its transfer to its closure."""
    parts = _sample_castings()
    many = [
        replace(part, register=replace(part.register, problem_no=f"R{n}-{part.row}"))
        for n in range(84)
        for part in parts
    ][:5_000]
    began = time.process_time()
    content = await simulate(many, None, rules_only=True)
    spent = time.process_time() - began
    words = f"{content['days_lived'] / spent:,.0f}/s（{content['days_lived']:,} 天，n=5000）"
    report("纯规则：每核每秒的问题日", "≥ 100,000", words)


async def on_the_real_workflow() -> None:
    """How long sixty problems take on the time-skipping server."""
    parts = _sample_castings()
    began = time.perf_counter()
    await simulate(parts, None, rules_only=False)
    report("六十个问题在真实流程上活一年", "一分钟", f"{time.perf_counter() - began:.0f} 秒")


async def deadlines(db: Database, desk: TemporalDesk, noting: Noting) -> None:
    """A thousand due instants in one minute: none early, and how late the last is done."""
    today = day_of(datetime.now(UTC))
    probe = await _probe(desk, noting)
    owed = probe.open_round
    if owed is None:
        raise RuntimeError("the probe owes nothing")
    lead = 100.0
    shift = owed.due_at - datetime.now(UTC)
    storm = replace(desk, clock_shift=shift - timedelta(seconds=lead))
    db.now = lambda: datetime.now(UTC) + storm.clock_shift
    facts = c.Facts(enterprise="示例企业", description="示例问题", district="500103")
    transfer = c.TransferProblem(on=today, document_no="示例", by=OFFICER)

    def job(name: str) -> Callable[[], Awaitable[object]]:
        register = c.RegisterProblem(problem_no=name, facts=facts, by=OFFICER)
        return lambda: storm.start(name, register, transfer)

    began = time.perf_counter()
    await rate([job(f"S-{place:04d}") for place in range(1_000)])
    if time.perf_counter() - began > lead - 10:
        report("一千个时限同一分钟", "≤ 120 秒", "未测：启动未能在时限之前完成")
        return
    done = "SELECT count(*), min(at), max(at) FROM events WHERE problem_no LIKE 'S-%' AND tag = 'fact:held'"
    count, first, last = 0, None, None
    for _ in range(300):
        async with db.reading() as session:
            count, first, last = (await session.execute(text(done))).one()
        if count >= 1_000:
            break
        await asyncio.sleep(1)
    due = owed.due_at.replace(tzinfo=None)
    early = "有提前" if first and datetime.fromisoformat(str(first)) < due else "无提前"
    late = (datetime.fromisoformat(str(last)) - due).total_seconds() if last else float("nan")
    report("一千个时限同一分钟", "≤ 120 秒", f"{early}，最后一个晚 {late:.0f} 秒（完成 {count}）")


async def _probe(desk: TemporalDesk, noting: Noting) -> Problem:
    await _started(desk, noting, "PROBE")()
    while True:
        try:
            return await desk.state("PROBE")
        except NoSuchLife:
            await asyncio.sleep(0.1)


def list_reading() -> None:
    """Read a workbook of ten thousand rows, as it is taken in."""
    today = date(2024, 7, 1)
    samples = read_list(SAMPLES, today=today).rows
    many = [
        samples[n % len(samples)].model_copy(
            update={"problem_no": f"B{n}", "enterprise": f"示例{n}"}
        )
        for n in range(10_000)
    ]
    content = list_workbook(many, "清单")
    began = time.process_time()
    read = read_list(content, today=today)
    seconds = time.process_time() - began
    rows = len(read.rows) + len(read.refused)
    report("读取清单", "—", f"{rows} 行，{rows / seconds:.0f} 行/秒")


async def main() -> None:
    """Measure everything on one server and one database; the rules alone before either is there."""
    # As an ordinary installation has it: without, the sandbox would compile the workflow's file
    # anew for each life, on both sides of the comparison.
    sys.dont_write_bytecode = False
    print(
        f"{os.cpu_count()} 核，Python {platform.python_version()}，{platform.machine()}", flush=True
    )
    doing("纯规则")
    await rules_alone()
    doing("读取清单")
    list_reading()
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as name:
        folder = Path(name)
        settings = Settings(data_dir=folder)
        await upgrade(settings.database)
        db = Database(settings.database)
        server = TemporalServer(folder / "temporal", free_port())
        client = await server.start()
        records, drain, noting = Records(db), Inbox(db), Noting()
        desk = TemporalDesk(client=client, rules=rules_of_the_day(settings))
        try:
            async with (
                Worker(
                    client,
                    task_queue=TASK_QUEUE,
                    workflows=[ProblemWorkflow],
                    activities=[records.record, drain.drain_inbox],
                    workflow_runner=sandbox(),
                    interceptors=[noting],
                    build_id=BUILD,
                ),
                Worker(
                    client,
                    task_queue="bench",
                    workflows=[BareWorkflow],
                    activities=[bare_record],
                    workflow_runner=sandbox(),
                    interceptors=[noting],
                    build_id=BUILD,
                ),
            ):
                await lives_and_updates(client, desk, noting)
                doing("回执")
                await receipts(db)
                doing("一千个时限（约三分钟）")
                await deadlines(db, desk, noting)
                db.now = lambda: datetime.now(UTC)
                doing("台账页")
                await ledger_page(db)
        finally:
            await server.stop()
            await db.dispose()
    doing("审计")
    await audits()
    doing("六十个问题在真实流程上")
    await on_the_real_workflow()


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)
