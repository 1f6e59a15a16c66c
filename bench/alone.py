"""What needs no server of its own here: rules, lists, audits and simulated lives."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from temporalio.worker import Replayer

from audit.sources import lives_in
from audit.verify import verify_life
from bench.measuring import report
from command_line.simulate import simulate
from gateways.problem_list.reading import read_list
from gateways.problem_list.writing import list_workbook
from gateways.temporal_client import DATA_CONVERTER
from simulation.casting import cast
from simulation.script import Casting
from wiring import SAMPLES
from workflows.problem_workflow import ProblemWorkflow
from workflows.sandbox import sandbox

ROOT = Path(__file__).parent.parent


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
    ratio = statistics.median(ratios)
    report("核查：重放并重新推算 ÷ 只重放", "≥ 0.7", f"{ratio:.2f}（n=15）", reached=ratio >= 0.7)
    events = len(lives_in(ROOT / "tests" / "histories" / "on_time")[0][0].events)
    report("普通问题一生的历史事件数", "≤ 120", str(events), reached=events <= 120)


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
    rate = content["days_lived"] / spent
    words = f"{rate:,.0f}/s（{content['days_lived']:,} 天，n=5000）"
    report("纯规则：每核每秒的问题日", "≥ 100,000", words, reached=rate >= 100_000)


async def on_the_real_workflow() -> None:
    """How long sixty problems take on the time-skipping server."""
    parts = _sample_castings()
    began = time.perf_counter()
    await simulate(parts, None, rules_only=False)
    took = time.perf_counter() - began
    report("六十个问题在真实流程上活一年", "一分钟", f"{took:.0f} 秒", reached=took <= 60)


def list_reading() -> float:
    """Read a workbook of ten thousand rows, as it is taken in; give CPU seconds a row."""
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
    return seconds / rows
