"""Lists for measuring, and how long judging one takes."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from sqlalchemy import select
from sqlmodel import col

from bench.lives import OFFICER
from bench.measuring import Missed, report
from domain.local_time import day_of
from domain.stages import Stage
from gateways.problem_list.reading import ReadList, read_list
from gateways.problem_list.redate import redated
from gateways.problem_list.rows import ListRow
from office.ports import Services
from office.registering.intake_of_lists import import_rows
from store.tables import ProblemRow
from wiring import SAMPLES


def rows_of_a_list(number: int, name: str) -> list[ListRow]:
    """Give rows of a list of today, each a problem of its own, without numbers."""
    today = day_of(datetime.now(UTC))
    samples = redated(read_list(SAMPLES, today=today).rows, today)
    return [
        samples[n % len(samples)].model_copy(
            update={"problem_no": "", "enterprise": f"{name}示例{n}企业"}
        )
        for n in range(number)
    ]


async def opened(services: Services, number: int) -> list[tuple[str, str]]:
    """Wait until so many problems owe an answer; give the youngest, with their districts."""
    query = (
        select(col(ProblemRow.problem_no), col(ProblemRow.district))
        .where(col(ProblemRow.stage) == Stage.AWAITING_FEEDBACK.value)
        .order_by(col(ProblemRow.problem_no).desc())
        .limit(number)
    )
    for _ in range(600):
        async with services.db.reading() as session:
            found = [(row[0], row[1]) for row in await session.execute(query)]
        if len(found) == number:
            return found
        await asyncio.sleep(0.2)
    raise Missed("导入的问题没有在两分钟内登记")


JUDGED = 2_000
_MOST_MS = 2.0


async def judging(services: Services, reading: float) -> None:
    """Try a list against a store of many problems; `reading` are the reader's CPU seconds a row."""
    read = ReadList(tuple(rows_of_a_list(JUDGED, "丙")), ())
    began = time.process_time()
    await import_rows(services, read, OFFICER, dry_run=True)
    a_row = (time.process_time() - began) / JUDGED
    words = f"{a_row * 1e3:.1f} ms，为读取的 {a_row / reading:.1f} 倍（n={JUDGED}）"
    reached = a_row * 1e3 <= _MOST_MS
    report("核对清单：库中十万问题，每行 CPU", "≤ 2 ms", words, reached=reached)
