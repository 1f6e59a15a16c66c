"""Keeping what lives under way have done so far, once a day, should Temporal be lost with all of them.

Layout: `<folder>/<problem_no>/<run_id>.<seq>.json` and its `.meta.json`; `seq` is the last event of the life that
was recorded before the export. A newer export takes the place of an older one of its run once it is complete, and one
whose run closed goes when the archive has it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.whole_files import write_whole
from gateways.history_text import history_text
from gateways.open_exports import OpenExport, exports_in, newest_export, told_up_to
from gateways.payload_codec import CannotOpen
from store.engine import Database
from store.keeping import collected
from store.watch import archive_index, doors, open_exports, reconciling
from store.watch.open_exports import Exporting
from workflows.names import workflow_id

EVERY = timedelta(days=1)
AGAIN = timedelta(hours=1)
"""After so long what failed is tried once more."""
LEASE = timedelta(minutes=15)
"""After so long without a sign a worker that was exporting counts as gone."""
PAUSE_SECONDS = 0.05
_LOOK_SECONDS = 60.0
_AT_A_TIME = 50
_EXPORTED, _FAILED, _TIDIED, _NOTHING = "exported", "failed", "tidied", "nothing"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OpenLives:
    """Exports the running lives of one server into one folder."""

    client: Client
    db: Database
    folder: Path

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Export once a day until `stop` is set; of several workers one does it."""
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK_SECONDS)
            if not stop.is_set() and await self.claimed():
                await self.export(stop)

    async def export(self, stop: asyncio.Event | None = None) -> int:
        """Export every open life that has gone on since its last export; give how many.

        Ends early when `stop` is set, or a restore was noticed: what Temporal holds then may be less than what was
        exported before.
        """
        async with self.db.reading() as session:
            there = await reconciling.under_way(session)
        done: Counter[str] = Counter()
        for place, (number, seq) in enumerate(there, start=1):
            done[await self._export_one(number, seq)] += 1
            if stop is not None and stop.is_set():
                return done[_EXPORTED]
            if place % _AT_A_TIME == 0:
                if await self._are_shut():
                    return done[_EXPORTED]
                await self._tell(done, over=False)
        done[_TIDIED] = await self.tidy()
        await self._tell(done, over=True)
        return done[_EXPORTED]

    async def tidy(self) -> int:
        """Remove the exports of runs that closed and stand in the archive; give how many, as is put on record."""
        number = size = 0
        for folder in await asyncio.to_thread(lambda: sorted(self.folder.glob("*"))):
            exports = await asyncio.to_thread(exports_in, folder)
            async with self.db.reading() as session:
                kept = await archive_index.known(session, {one.run_id for one in exports})
            over = [one for one in exports if one.run_id in kept]
            size += await asyncio.to_thread(_remove, folder, over)
            number += len(over)
        await collected.note(self.db, open_exports.KIND, number, size)
        return number

    async def claimed(self) -> bool:
        """Take the day's export, unless it is done, another worker is at it, or a restore was not looked at yet."""
        async with self.db.writing() as session:
            await self.db.lock(session, open_exports.KIND)
            if await doors.shut(session) is not None:
                return False
            last = await open_exports.last(session)
            if last is not None and self.db.now() - last.told_at < _waits(last):
                return False
            await open_exports.tell(self.db, session, {}, over=False)
        return True

    async def _are_shut(self) -> bool:
        async with self.db.reading() as session:
            return await doors.shut(session) is not None

    async def _tell(self, done: Counter[str], *, over: bool) -> None:
        counted = {name: done[name] for name in (_EXPORTED, _FAILED, _TIDIED)}
        async with self.db.writing() as session:
            await self.db.lock(session, open_exports.KIND)
            await open_exports.tell(self.db, session, counted, over=over)

    async def _export_one(self, number: str, seq: int) -> str:
        """Export one life and say what became of it; what people do comes first."""
        folder = self.folder / number
        last = await asyncio.to_thread(newest_export, folder)
        if last is not None and last.seq >= seq:
            return _NOTHING
        begun = time.monotonic()
        try:
            return await self._fetch(folder, number, seq)
        except (RPCError, OSError, CannotOpen) as error:
            if isinstance(error, RPCError) and error.status is RPCStatusCode.NOT_FOUND:
                return _NOTHING
            _log.error("open life not kept", problem_no=number, error=str(error))
            return _FAILED
        finally:
            # Never more than half of the time.
            await asyncio.sleep(max(PAUSE_SECONDS, time.monotonic() - begun))

    async def _fetch(self, folder: Path, number: str, seq: int) -> str:
        handle = self.client.get_workflow_handle(workflow_id(number))
        told = await handle.describe()
        if told.status is not WorkflowExecutionStatus.RUNNING:
            return _NOTHING
        handle = self.client.get_workflow_handle(workflow_id(number), run_id=told.run_id)
        history = await handle.fetch_history()
        if await told_up_to(history.events, self.client.data_converter) < seq:
            _log.error("open life is behind the store, its export stays", problem_no=number)
            return _FAILED
        text = await asyncio.to_thread(history_text, history)
        await asyncio.to_thread(_put, folder, f"{told.run_id}.{seq}", text)
        return _EXPORTED


def _waits(last: Exporting) -> timedelta:
    if not last.over:
        return LEASE
    return AGAIN if last.failed else EVERY


def _put(folder: Path, name: str, text: str) -> None:
    """Write an export, then take away those of the same run that it continues."""
    run_id = name.rpartition(".")[0]
    older = [one for one in exports_in(folder) if one.run_id == run_id and one.file.stem != name]
    write_whole(folder / f"{name}.json", text)
    meta = json.dumps({"sha256": hashlib.sha256(text.encode()).hexdigest()})
    write_whole(folder / f"{name}.meta.json", meta)
    events = json.loads(text)["events"]
    _remove(folder, [one for one in older if _continues(events, one.file)])


def _continues(events: Sequence[object], older: Path) -> bool:
    """Say whether these events begin with those of an older export: if not, it alone has some of them."""
    try:
        before = json.loads(older.read_text("utf-8"))["events"]
    except (ValueError, KeyError):
        return True
    return len(before) <= len(events) and (not before or before[-1] == events[len(before) - 1])


def _remove(folder: Path, exports: Sequence[OpenExport]) -> int:
    """Remove exports, and the folder when it is empty; give the bytes of their histories."""
    size = 0
    for one in exports:
        size += one.file.stat().st_size
        one.file.unlink(missing_ok=True)
        one.file.with_suffix(".meta.json").unlink(missing_ok=True)
    if exports and not any(folder.iterdir()):
        folder.rmdir()
    return size
