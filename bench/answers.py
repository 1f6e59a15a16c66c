"""What people's acts take while lists come in, at a web app and a worker that are processes of their own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import httpx2

from bench.front import Front, open_front
from bench.measuring import Missed, p95, report
from domain.local_time import day_of

ANSWERS = 40
ROWS = 10_000
_A_LIST = 5_000
_MOST = 3.0
_WARMING = 5.0


async def answers_beside_lists() -> None:
    """How long an officer waits until an answer is taken in, alone and while many rows come in."""
    async with open_front(2 * ANSWERS) as front, _officer(front) as officer:
        alone = await _entered(officer, front.numbers[:ANSWERS])
        await _lists(officer)
        await asyncio.sleep(_WARMING)
        beside = await _entered(officer, front.numbers[ANSWERS:])
        came = await _rows_in(officer)
    ratio = p95(beside) / p95(alone)
    words = (
        f"{ratio:.2f}（p95 {p95(beside) * 1e3:.0f} ms ÷ {p95(alone) * 1e3:.0f} ms，"
        f"n={ANSWERS}，其间登记 {came} 行）"
    )
    report("导入一万行期间的反馈 ÷ 平时，p95", "≤ 3", words, reached=ratio <= _MOST)


def _officer(front: Front) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=f"{front.address}/api/v1",
        headers={"authorization": f"Bearer {front.token}"},
        timeout=60,
    )


async def _lists(officer: httpx2.AsyncClient) -> None:
    today = _today()
    rows = [_new(number, today) for number in range(ROWS)]
    for start in range(0, ROWS, _A_LIST):
        asked = {"rows": rows[start : start + _A_LIST]}
        answer = await officer.post("/batches/rows", json=asked, headers=_key(f"rows-{start}"))
        if answer.status_code != 202:
            raise Missed(f"清单未被受理（{answer.status_code} {answer.text[:200]}）")


async def _rows_in(officer: httpx2.AsyncClient) -> int:
    """Count what the lists have begun; raises Missed when they were done before the answers."""
    done = 0
    for start in range(0, ROWS, _A_LIST):
        done += (await officer.get(f"/batches/bench-rows-{start}")).json()["done"]
    if not 0 < done < ROWS:
        raise Missed(f"测量期间清单没有在导入（{done} 行）")
    return done


def _new(number: int, today: str) -> dict[str, object]:
    return {
        "district": "500103",
        "enterprise": f"己示例{number}企业",
        "description": f"示例问题：第{number}处集气罩未开启，有机废气无组织排放。",
        "transfer": {"on": today, "document_no": "示例〔2024〕1号"},
    }


async def _entered(officer: httpx2.AsyncClient, numbers: Sequence[str]) -> list[float]:
    """Enter one answer after another that came on paper; give the seconds each took."""
    took: list[float] = []
    for number in numbers:
        body = {
            "round_no": 1,
            "received_on": _today(),
            "channel": "paper",
            "state": "done",
            "text": "已整改" * 20,
        }
        began = time.perf_counter()
        answer = await officer.post(
            f"/problems/{number}/paper-answers", json=body, headers=_key(number)
        )
        took.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise Missed(f"{number}：{answer.status_code} {answer.text[:200]}")
        await asyncio.sleep(0.1)
    return took


def _today() -> str:
    return day_of(datetime.now(UTC)).isoformat()


def _key(key: str) -> dict[str, str]:
    return {"idempotency-key": f"bench-{key}"}
