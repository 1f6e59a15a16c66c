"""Keeping what lives under way have done so far, once a day, should Temporal be lost with all of them.

Layout: `<folder>/<problem_no>/<run_id>.<seq>.json` and its `.meta.json`; `seq` is the last event of the life that
was recorded before the export. A newer export takes the place of an older one once it is complete.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlmodel import col
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.whole_files import write_whole
from gateways.open_exports import newest_export
from store.codec import json_text
from store.engine import Database
from store.tables import ProblemRow, ReconciliationRow
from store.watch import reconciliations
from workflows.names import workflow_id

KIND = "open_lives"
EVERY = timedelta(days=1)
LEASE = timedelta(minutes=15)
"""After so long without a sign a worker that was exporting counts as gone."""
PAUSE_SECONDS = 0.05
_LOOK_SECONDS = 60.0
_AT_A_TIME = 200
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
                await self.export()

    async def export(self) -> int:
        """Export every open life that has gone on since its last export; give how many."""
        async with self.db.reading() as session:
            rows = await session.execute(select(col(ProblemRow.problem_no), col(ProblemRow.seq)))
            there = sorted((number, seq) for number, seq in rows)
        exported = failed = 0
        for place, (number, seq) in enumerate(there, start=1):
            done = await self._export_one(number, seq)
            exported, failed = exported + (done is True), failed + (done is False)
            if place % _AT_A_TIME == 0:
                await self._tell(exported, failed, over=False)
        await self._tell(exported, failed, over=True)
        return exported

    async def claimed(self) -> bool:
        """Take the day's export, unless it is done or another worker is at it."""
        async with self.db.writing() as session:
            await self.db.lock(session, KIND)
            last = await reconciliations.last(session, KIND)
            now = self.db.now()
            if last is not None:
                waits = EVERY if reconciliations.body_of(last)["over"] else LEASE
                if now - last.looked_at < waits:
                    return False
            row = last or ReconciliationRow(kind=KIND, looked_at=now, body="")
            row.looked_at, row.body = now, json_text(_told(0, 0, over=False))
            session.add(row)
        return True

    async def _tell(self, exported: int, failed: int, *, over: bool) -> None:
        await reconciliations.keep(self.db, _told(exported, failed, over=over), KIND)

    async def _export_one(self, number: str, seq: int) -> bool | None:
        """Export one life; None where there is nothing to do, False where it failed."""
        folder = self.folder / number
        last = await asyncio.to_thread(newest_export, folder)
        if last is not None and last.seq >= seq:
            return None
        try:
            handle = self.client.get_workflow_handle(workflow_id(number))
            told = await handle.describe()
            if told.status is not WorkflowExecutionStatus.RUNNING:
                return None
            handle = self.client.get_workflow_handle(workflow_id(number), run_id=told.run_id)
            text = (await handle.fetch_history()).to_json()
            await asyncio.to_thread(_put, folder, f"{told.run_id}.{seq}", text)
        except (RPCError, OSError) as error:
            if isinstance(error, RPCError) and error.status is RPCStatusCode.NOT_FOUND:
                return None
            _log.error("open life not kept", problem_no=number, error=str(error))
            return False
        await asyncio.sleep(PAUSE_SECONDS)
        return True


def _told(exported: int, failed: int, *, over: bool) -> dict[str, int | bool]:
    return {"exported": exported, "failed": failed, "over": over}


def _put(folder: Path, name: str, text: str) -> None:
    """Write an export, then take away the older ones."""
    older = list(folder.glob("*.json"))
    write_whole(folder / f"{name}.json", text)
    meta = json.dumps({"sha256": hashlib.sha256(text.encode()).hexdigest()})
    write_whole(folder / f"{name}.meta.json", meta)
    kept = {f"{name}.json", f"{name}.meta.json"}
    for file in older:
        if file.name not in kept:
            file.unlink(missing_ok=True)
