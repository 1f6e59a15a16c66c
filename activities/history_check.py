"""What the lives themselves say they have recorded, held against the event log, event by event."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from temporalio.client import Client

from domain.events import Recorded
from domain.reconciliation import Difference, Disagreement, Run
from gateways.recorded_orders import Orders, orders_of
from store.engine import Database
from store.lives import event_log

AT_ONCE = 20
_PAGE = 200


async def history_differences(
    client: Client, db: Database, lives: Mapping[str, Sequence[Run]], numbers: Iterable[str]
) -> list[Difference]:
    """Compare the newest run of these lives with the store; raises RPCError.

    The store is read before and after the histories: what is recorded meanwhile is no difference.
    """
    asked = [number for number in numbers if lives.get(number)]
    found: list[Difference] = []
    for begin in range(0, len(asked), _PAGE):
        page = asked[begin : begin + _PAGE]
        before = await _logged(db, page)
        told = await _told(client, {number: lives[number][-1].run_id for number in page})
        after = await _logged(db, page)
        for number in page:
            if number in told:
                last = len(before.get(number, ()))
                found += _held_against(number, told[number], last, after.get(number, []))
    return found


async def _logged(db: Database, numbers: Sequence[str]) -> dict[str, list[Recorded]]:
    async with db.reading() as session:
        return await event_log.of_problems(session, numbers)


async def _told(client: Client, runs: Mapping[str, str]) -> dict[str, Orders]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def ask(number: str, run_id: str) -> tuple[str, Orders | None]:
        async with turns:
            return number, await orders_of(client, number, run_id)

    told = await asyncio.gather(*(ask(*one) for one in runs.items()))
    return {number: orders for number, orders in told if orders is not None}


def _held_against(
    number: str, told: Orders, last_before: int, logged: Sequence[Recorded]
) -> list[Difference]:
    there = {one.seq: one for one in logged}
    missing = [one.seq for one in told.done if one.seq not in there]
    differing = [one.seq for one in told.done if one.seq in there and there[one.seq] != one]
    found = []
    if missing:
        found.append(Difference(Disagreement.STORE_BEHIND, number, f"{missing[0]}号起"))
    if differing:
        found.append(Difference(Disagreement.EVENT_DIFFERS, number, f"{differing[0]}号"))
    if last_before > told.last_ordered:
        words = f"流程记到{told.last_ordered}号，数据库记到{last_before}号"
        found.append(Difference(Disagreement.HISTORY_BEHIND, number, words))
    return found
