"""Where the records of lives can be told from: histories, archive alone, or the store's own event log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError

from audit.pool import sent
from audit.processes import NoAnswer, Processes
from audit.sources import NoHistory, life_on_server
from command_line.told_life import Answer, Asked, tell_life
from domain.rules import Rules
from gateways.lives_on_server import known
from gateways.payload_codec import PayloadKeys
from gateways.temporal_client import connect
from settings import Settings
from store.engine import Database
from store.lives import event_log
from store.lives.as_lived import Lived, lines

_AT_A_TIME = 50
_BYTES_AN_EVENT = 600


class Source(StrEnum):
    """From where the records are told."""

    HISTORIES = "histories"
    ARCHIVE = "archive"
    LOG = "log"

    @property
    def label(self) -> str:
        """The source as an operator reads it."""
        return {
            "histories": "流程历史（服务器和归档）",
            "archive": "归档",
            "log": "数据库的事件记录",
        }[self.value]


@dataclass(slots=True)
class Told:
    """Some lives as their source tells them, the rules they name, and what cannot be told, with why.

    `unknown` is what of a life that is told could not be read, and is left as it is.
    """

    lives: list[Lived] = field(default_factory=list)
    rules: list[Rules] = field(default_factory=list)
    untold: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)

    def add(self, number: str, answer: Answer) -> None:
        """Add what one life came to."""
        if answer.why:
            self.untold.append((number, answer.why))
        if answer.unknown:
            self.unknown.append((number, answer.unknown))
        if answer.lived is not None and answer.rules is not None:
            self.lives.append(answer.lived)
            self.rules.append(answer.rules)


@asynccontextmanager
async def teller(
    settings: Settings, db: Database, source: Source, processes: int | None = None
) -> AsyncIterator[Teller]:
    """Tell the lives of one source, in as many processes as there are cores; raises RuntimeError."""
    client = await connect(settings.temporal) if source is Source.HISTORIES else None
    with Processes(tell_life, processes=processes) as helpers:
        yield Teller(
            db=db,
            source=source,
            archive=settings.archive,
            keys=settings.temporal.payload_keys,
            client=client,
            helpers=helpers,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Tells the lives of one source."""

    db: Database
    source: Source
    archive: Path
    keys: PayloadKeys
    client: Client | None
    helpers: Processes

    async def numbers(self) -> list[str]:
        """Give the numbers of all lives the source knows, in order; raises RPCError."""
        if self.source is Source.LOG:
            async with self.db.reading() as session:
                return await event_log.problems_with_any(session)
        archived = await asyncio.to_thread(_folders, self.archive)
        running = await known(self.client) if self.client is not None else []
        return sorted({*archived, *running})

    async def tell(self, wanted: Collection[str]) -> AsyncIterator[Told]:
        """Tell some lives, a few dozen at a time; the next ones are read meanwhile."""
        numbers, ahead = list(wanted), list[asyncio.Task[Told]]()
        self.helpers.expect(len(numbers))
        try:
            for start in range(0, len(numbers), _AT_A_TIME):
                some = numbers[start : start + _AT_A_TIME]
                ahead.append(asyncio.create_task(self._some(some)))
                if len(ahead) > 1:
                    yield await ahead.pop(0)
            for one in ahead:
                yield await one
        finally:
            for one in ahead:
                one.cancel()

    async def _some(self, numbers: Sequence[str]) -> Told:
        if self.source is Source.LOG:
            return await self._from_log(numbers)
        told, asked = Told(), list[tuple[str, Future[Answer]]]()
        for number in numbers:
            try:
                asked.append((number, await self._ask(number)))
            except (NoHistory, RPCError) as error:
                told.untold.append((number, str(error)))
        for number, answer in asked:
            try:
                told.add(number, await asyncio.wrap_future(answer))
            except NoAnswer as error:
                told.untold.append((number, str(error)))
        return told

    async def _ask(self, number: str) -> Future[Any]:
        """Have one life told; raises NoHistory, RPCError."""
        size = await asyncio.to_thread(_size, self.archive / number)
        folder = None if size is None else self.archive / number
        runs = await self._on_server(number, folder)
        events = sum(len(run.events) for run in runs) + (size or 0) // _BYTES_AN_EVENT
        return self.helpers.submit(partial(_task, folder, runs, self.keys), events)

    async def _on_server(self, number: str, folder: Path | None) -> list[WorkflowHistory]:
        if self.client is None:
            if folder is None:
                raise NoHistory(f"归档中没有问题 {number}")
            return []
        try:
            return await life_on_server(self.client, number)
        except NoHistory:
            if folder is None:
                raise
            return []

    async def _from_log(self, numbers: Sequence[str]) -> Told:
        """Tell lives from the event log; where one of them cannot be read, each by itself."""
        told = Told()
        try:
            async with self.db.reading() as session:
                found = await event_log.of_problems(session, numbers)
        except ValueError as error:
            if len(numbers) == 1:
                told.untold.append((numbers[0], f"事件记录无法识别：{error}"))
                return told
            for each in [await self._from_log([number]) for number in numbers]:
                told.lives += each.lives
                told.untold += each.untold
            return told
        told.lives += [
            Lived(problem_no=number, events=lines(number, events), notices=None, carried=None)
            for number, events in found.items()
        ]
        return told


def _task(folder: Path | None, runs: Sequence[WorkflowHistory], keys: PayloadKeys) -> Asked:
    return Asked(folder=folder, on_server=sent(runs), keys=keys)


def _size(folder: Path) -> int | None:
    """Give how many bytes the archive holds of a life; None where it holds no history."""
    files = list(folder.glob("*.json")) if folder.is_dir() else []
    return sum(one.stat().st_size for one in files) if files else None


def _folders(archive: Path) -> list[str]:
    """Give the problems of which the archive holds a history."""
    if not archive.is_dir():
        return []
    return [one.name for one in archive.iterdir() if one.is_dir() and any(one.glob("*.json"))]
