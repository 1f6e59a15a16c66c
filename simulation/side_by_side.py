"""Many lives, carried in several houses side by side."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import tempfile
import traceback
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path

from domain.outcomes import CommandRefused, OutcomeUnknown
from domain.problem import Problem
from domain.rules import Rules
from simulation.house import House, open_house, url_of
from simulation.on_temporal import OnTemporal
from simulation.report import Lived
from simulation.script import Casting, live
from store.engine import Database
from store.points import ledger

HOUSES = 2
"""Houses side by side, each a process with a time-skipping server that carries one life at a time."""

_LIVES_PER_SERVER = 40


async def live_on_temporal(
    castings: Sequence[Casting],
    rules: Rules,
    until: date | None,
    lived_one: Callable[[], None],
) -> tuple[list[Lived], dict[str, Decimal]]:
    """Live every casting on servers of our own; give the lives and the ledgers' scores."""
    lives: list[Lived] = []
    scores: dict[str, Decimal] = {}
    houses = min(HOUSES, len(castings))

    async def follow(number: int, folder: Path) -> None:
        async for news in _news_of(castings[number::houses], rules, until, folder):
            if isinstance(news, Lived):
                lives.append(news)
                lived_one()
            else:
                _add(scores, news)

    with tempfile.TemporaryDirectory(prefix="bihuan-simulate-") as folder:
        async with asyncio.TaskGroup() as following:
            for number in range(houses):
                following.create_task(follow(number, Path(folder) / str(number)))
    return lives, scores


News = Lived | dict[str, Decimal]
"""What a house reports: each life when it has been lived, at the end its ledger's scores."""


async def _news_of(
    castings: Sequence[Casting], rules: Rules, until: date | None, folder: Path
) -> AsyncIterator[News]:
    """Keep a house in a process of its own and give its news; RuntimeError when it fails."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_keep_house, args=(theirs, castings, rules, until, folder))
    process.start()
    theirs.close()
    try:
        while True:
            try:
                news = await asyncio.to_thread(ours.recv)
            except EOFError:
                break
            if isinstance(news, str):
                raise RuntimeError(news)
            yield news
    finally:
        process.terminate()
        await asyncio.to_thread(process.join)


def _keep_house(
    door: Connection,
    castings: Sequence[Casting],
    rules: Rules,
    until: date | None,
    folder: Path,
) -> None:
    """Live the castings and report; leaves without finalising, see `cli.leave`."""
    try:
        asyncio.run(_live_all(door, castings, rules, until, folder))
    except (RuntimeError, ExceptionGroup, OutcomeUnknown, CommandRefused) as error:
        door.send("".join(traceback.format_exception(error)))
    door.close()
    os._exit(0)


async def _live_all(
    door: Connection,
    castings: Sequence[Casting],
    rules: Rules,
    until: date | None,
    folder: Path,
) -> None:
    for start in range(0, len(castings), _LIVES_PER_SERVER):
        async with open_house(folder, rules) as house:
            for casting in castings[start : start + _LIVES_PER_SERVER]:
                problem = await live(casting, OnTemporal(house), rules, until)
                await _bury(house, problem)
                door.send(Lived(casting=casting, problem=problem))
    door.send(await _scores(folder))


async def _bury(house: House, problem: Problem) -> None:
    """A life cut short by `--until` must not wake up during the next one on the same server."""
    if not problem.ended:
        handle = house.env.client.get_workflow_handle(f"problem-{problem.problem_no}")
        await handle.terminate("the simulation ends here")


async def _scores(folder: Path) -> dict[str, Decimal]:
    """Add up the ledger of one house."""
    db = Database(url_of(folder))
    scores: dict[str, Decimal] = {}
    try:
        async with db.reading() as session:
            for row in await ledger.rows(session):
                points = -row.points if row.kind != ledger.DEDUCTION else row.points
                _add(scores, {row.district: points})
    finally:
        await db.dispose()
    return scores


def _add(scores: dict[str, Decimal], more: Mapping[str, Decimal]) -> None:
    for district, points in more.items():
        scores[district] = scores.get(district, Decimal(0)) + points
