"""Where the records of lives can be told from: histories, archive alone, or the store's own event log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError

from audit.derive import Differs
from audit.orders import LifeOrders, orders_of_life
from audit.recording import Unreadable
from audit.sources import Altered, NoHistory, joined, life_on_server, lives_in
from domain.rules import Rules
from gateways.lives_on_server import known
from gateways.payload_codec import SealedPayloads
from gateways.temporal_client import DATA_CONVERTER, connect
from settings import Settings
from store.engine import Database
from store.lives import event_log
from store.lives.as_lived import Decision, Lived, lines, of_decisions

_AT_A_TIME = 50


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
    """Some lives as their source tells them, the rules they name, and what cannot be told, with why."""

    lives: list[Lived] = field(default_factory=list)
    rules: list[Rules] = field(default_factory=list)
    untold: list[tuple[str, str]] = field(default_factory=list)


class Teller:
    """Tells the lives of one source."""

    def __init__(self, settings: Settings, db: Database, source: Source) -> None:
        """Tell from `source`, once `open` was called."""
        self._settings, self._db, self._source = settings, db, source
        self._client: Client | None = None
        self._opener = SealedPayloads(settings.temporal.payload_keys)

    async def open(self) -> None:
        """Connect to the server where its histories are asked for; raises RuntimeError."""
        if self._source is Source.HISTORIES:
            self._client = await connect(self._settings.temporal)

    async def numbers(self) -> list[str]:
        """Give the numbers of all lives the source knows, in order; raises RPCError."""
        if self._source is Source.LOG:
            async with self._db.reading() as session:
                return await event_log.problems_with_any(session)
        archived = await asyncio.to_thread(_folders, self._settings.archive)
        running = await known(self._client) if self._client is not None else []
        return sorted({*archived, *running})

    async def tell(self, wanted: Collection[str]) -> AsyncIterator[Told]:
        """Tell some lives, a few dozen at a time."""
        numbers = list(wanted)
        for start in range(0, len(numbers), _AT_A_TIME):
            yield await self._some(numbers[start : start + _AT_A_TIME])

    async def _some(self, numbers: Sequence[str]) -> Told:
        if self._source is Source.LOG:
            return await self._from_log(numbers)
        told = Told()
        for number in numbers:
            try:
                runs = await self._runs(number)
                found = await asyncio.to_thread(orders_of_life, runs, DATA_CONVERTER)
            except (NoHistory, Altered, Differs, Unreadable, RPCError) as error:
                told.untold.append((number, str(error)))
                continue
            if found is not None:
                told.lives.append(lived(found))
                told.rules.append(found.rules)
        return told

    async def _runs(self, number: str) -> list[WorkflowHistory]:
        archived = await asyncio.to_thread(self._archived, number)
        if self._client is None:
            return archived
        try:
            return joined(await life_on_server(self._client, number), archived)
        except NoHistory:
            if not archived:
                raise
            return archived

    def _archived(self, number: str) -> list[WorkflowHistory]:
        folder = self._settings.archive / number
        if not folder.is_dir():
            if self._client is None:
                raise NoHistory(f"归档中没有问题 {number}")
            return []
        return lives_in(folder, self._opener)[0]

    async def _from_log(self, numbers: Sequence[str]) -> Told:
        async with self._db.reading() as session:
            found = await event_log.of_problems(session, numbers)
        return Told(
            [
                Lived(problem_no=number, events=lines(number, events), notices=None, carried=None)
                for number, events in found.items()
            ]
        )


def lived(found: LifeOrders) -> Lived:
    """Give the records that a life's orders make."""
    decisions = [
        Decision(recorded=one.recorded, notices=one.notices, row_key=one.row_key)
        for one in found.orders
    ]
    return of_decisions(found.problem_no, decisions, found.rules)


def _folders(archive: Path) -> list[str]:
    """Give the problems of which the archive holds a history."""
    if not archive.is_dir():
        return []
    return [one.name for one in archive.iterdir() if one.is_dir() and any(one.glob("*.json"))]
