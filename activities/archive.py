"""Keeping closed runs: exported as history JSON with its hash, before the server forgets them.

Layout: `<folder>/<problem_no>/<run_id>.json` and beside it `<run_id>.meta.json`; `addenda.json` holds what
was noted after the life's end. A file is complete or not there: written aside, synced, then renamed.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import structlog
from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError

from activities.archive_check import missing
from activities.closed_runs import ClosedRuns
from activities.known_rules import register_to_keep
from activities.whole_files import write_whole
from gateways import known_rules
from gateways.history_text import history_text
from gateways.known_rules import KnownRulesError, written
from gateways.payload_codec import CannotOpen, opener_of
from gateways.run_chain import ADDENDA, run_before
from store.codec import json_text, to_text
from store.engine import Database
from store.lives import addenda
from store.tables import ArchiveRow
from store.watch import archive_index
from workflows.names import problem_no_of
from workflows.ports import ArchivePort

_log = structlog.get_logger(__name__)


class IncompleteHistory(Exception):
    """A closed run's history has a gap or no closing event; it is fetched again later."""


class Archive(ArchivePort):
    """Exports into one folder and keeps the index in one database."""

    def __init__(self, client: Client, db: Database, folder: Path) -> None:
        """Fetch from `client`, write below `folder`, enter into `db`."""
        self._client = client
        self._db = db
        self._folder = folder
        self._closed = ClosedRuns(client)

    @activity.defn(name="archive_closed_runs")
    async def archive_closed_runs(self) -> int:
        """Export every closed run that is not kept yet; continued runs too.

        A history that cannot be had now stops no other; the log names it, the next sweep asks again:
        only a sweep that kept all of them moves the mark from which the next one looks.
        """
        exported, failed, began = 0, 0, time.monotonic()
        latest: datetime | None = None
        async for runs in self._closed.since_the_mark():
            kept = await self._kept([run.run_id for run in runs])
            for run in runs:
                if run.run_id not in kept:
                    done = await self._try_to_keep(run.id, run.run_id)
                    exported, failed = exported + done, failed + (not done)
                    _beat(exported)
                if run.close_time is not None:
                    latest = max(run.close_time, latest or run.close_time)
            _beat(exported)
        if not failed:
            self._closed.passed(latest, began)
        exported += await self._keep_again()
        await self._keep_addenda()
        await self._keep_known_rules()
        return exported

    async def _keep_again(self) -> int:
        """Export once more what the index names and the folder lacks, while the server holds it."""
        async with self._db.reading() as session:
            rows = await archive_index.everything(session)
        exported = 0
        for row in await asyncio.to_thread(missing, self._folder, rows):
            exported += await self._try_to_keep(row.workflow_id, row.run_id)
            _beat(exported)
        return exported

    async def _keep_addenda(self) -> None:
        """Write what was noted after the end of each life whose file does not hold all of it yet.

        A file that holds more is what is left of what the store has lost, and stays.
        """
        async with self._db.reading() as session:
            counted = await addenda.counted(session)
        for problem_no, number in counted.items():
            path = self._folder / problem_no / ADDENDA
            if await asyncio.to_thread(_entries_in, path) >= number:
                continue
            async with self._db.reading() as session:
                added = await addenda.of_problem(session, problem_no)
            text = json_text([json.loads(to_text(one)) for one in added])
            await asyncio.to_thread(write_whole, path, text)

    async def _keep_known_rules(self) -> None:
        """Write by which policies and calendars lives may rightly be judged, where there is a new one."""
        try:
            register = await register_to_keep(self._db, self._folder)
        except KnownRulesError as error:
            _log.error("register of rules not kept", error=str(error))
            return
        if register is not None:
            await asyncio.to_thread(write_whole, self._folder / known_rules.NAME, written(register))

    async def _try_to_keep(self, workflow_id: str, run_id: str) -> bool:
        try:
            await self.keep(workflow_id, run_id)
        except (RPCError, IncompleteHistory, CannotOpen) as error:
            _log.error("run not kept", workflow_id=workflow_id, run_id=run_id, error=str(error))
            return False
        return True

    async def keep(self, workflow_id: str, run_id: str) -> ArchiveRow:
        """Export one closed run and enter it; raises IncompleteHistory."""
        handle = self._client.get_workflow_handle(workflow_id, run_id=run_id)
        history = await handle.fetch_history()
        text = history_text(history)
        row = self._index_row(history, run_id, text)
        await asyncio.to_thread(write_whole, Path(row.path), text)
        meta = json.dumps(
            row.model_dump(mode="json", exclude={"path"}), ensure_ascii=False, sort_keys=True
        )
        await asyncio.to_thread(write_whole, Path(row.path).with_suffix(".meta.json"), meta)
        await archive_index.add(self._db, row)
        return row

    def _index_row(self, history: WorkflowHistory, run_id: str, text: str) -> ArchiveRow:
        opener = opener_of(self._client.data_converter.payload_codec)
        problem_no = problem_no_of(history.workflow_id)
        return ArchiveRow(
            run_id=run_id,
            workflow_id=history.workflow_id,
            problem_no=problem_no,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            events=len(history.events),
            close_type=_close_type(history),
            path=str(self._folder / problem_no / f"{run_id}.json"),
            archived_at=self._db.now(),
            continued_from=run_before(history, opener),
        )

    async def _kept(self, run_ids: Collection[str]) -> set[str]:
        async with self._db.reading() as session:
            return await archive_index.known(session, run_ids)


def _beat(exported: int) -> None:
    if activity.in_activity():
        activity.heartbeat(exported)


def _close_type(history: WorkflowHistory) -> str:
    ids = [event.event_id for event in history.events]
    if ids != list(range(1, len(ids) + 1)):
        raise IncompleteHistory(f"{history.workflow_id}: event ids are not 1..{len(ids)}")
    name = EventType.Name(history.events[-1].event_type)
    prefix = "EVENT_TYPE_WORKFLOW_EXECUTION_"
    if not name.startswith(prefix):
        raise IncompleteHistory(f"{history.workflow_id}: the last event is {name}")
    return name.removeprefix(prefix).lower()


def _entries_in(path: Path) -> int:
    return len(json.loads(path.read_bytes())) if path.exists() else 0
