"""A list taken in over the web: kept, checked, begun in the background, with its progress."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from api.access import Caller
from api.errors import Refused
from api.intake import ImportResult, import_rows, read_rows
from api.models import RowsBody
from api.ports import Services
from domain.local_time import day_of
from domain.roles import Actor
from gateways.problem_list.annotate import RowOutcome, annotated_workbook
from gateways.problem_list.errors import ListError
from gateways.problem_list.reading import ReadList, read_list
from store import batches
from store.codec import json_text
from store.tables import BatchRow


@dataclass(slots=True)
class Imports:
    """The imports under way in this process; what they have done stands in the store."""

    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def begin(self, work: Any) -> None:
        """Go on in the background; a task is kept until it is done."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


IMPORTS = Imports()


async def read_workbook(services: Services, content: bytes) -> ReadList:
    """Read an uploaded list; raises Refused when the file as a whole cannot be read."""
    try:
        return await asyncio.to_thread(read_list, content, today=day_of(services.clock()))
    except ListError as error:
        raise Refused("invalid_request", str(error), errors=[_list_error(error)]) from error


def _list_error(error: ListError) -> dict[str, str]:
    return {"field": "file", "code": error.code, "message": error.message}


async def rehearse(services: Services, caller: Caller, read: ReadList) -> ImportResult:
    """Say what would become of each row; nothing is written."""
    return await import_rows(services, read, caller.actor, dry_run=True)


async def begin_batch(
    services: Services, caller: Caller, key: str, file_name: str, content: bytes
) -> BatchRow:
    """Keep the workbook and begin its import under `key`; the same key gives the same batch."""
    read = await read_workbook(services, content)
    sealed = await asyncio.to_thread(services.evidence.put, content)
    row = await batches.begin(
        services.db,
        batch_id=key,
        by_id=caller.account.id,
        file_name=file_name[:100],
        file_sha256=sealed.sha256,
        total=len(read.rows) + len(read.refused),
    )
    if row.file_sha256 != sealed.sha256 or row.by_id != caller.account.id:
        raise Refused("idempotency_key_reused")
    if row.state == "open":
        IMPORTS.begin(_run(services, caller.actor, row.id, read))
    return row


async def begin_rows(services: Services, caller: Caller, key: str, body: RowsBody) -> BatchRow:
    """Begin the import of a list that came as JSON."""
    read = read_rows(body.rows, day_of(services.clock()))
    row = await batches.begin(
        services.db,
        batch_id=key,
        by_id=caller.account.id,
        file_name="",
        file_sha256="",
        total=len(body.rows),
    )
    if row.state == "open":
        IMPORTS.begin(_run(services, caller.actor, row.id, read))
    return row


async def _run(services: Services, by: Actor, batch_id: str, read: ReadList) -> None:
    async def progress(done: int, _: int) -> None:
        await batches.progress(services.db, batch_id, done=done, report="{}")

    result = await import_rows(services, read, by, progress=progress)
    report = json_text(
        {
            **result.document,
            "outcomes": [
                [o.sheet, o.row, o.result, list(o.reasons), o.refused] for o in result.outcomes
            ],
        }
    )
    await batches.progress(
        services.db, batch_id, done=len(result.rows), report=report, state="done"
    )


def batch_view(row: BatchRow) -> dict[str, Any]:
    """Show a batch: its progress, and its report once it is done."""
    report = json.loads(row.report) if row.state == "done" else {}
    report.pop("outcomes", None) if isinstance(report, dict) else None
    return {
        "id": row.id,
        "state": row.state,
        "file_name": row.file_name,
        "total": row.total,
        "done": row.done,
        **(report if isinstance(report, dict) else {}),
    }


async def annotated(services: Services, row: BatchRow) -> bytes:
    """Give the uploaded list back with what became of each row."""
    if not row.file_sha256 or row.state != "done":
        raise Refused("batch_not_found")
    content = await asyncio.to_thread(services.evidence.read, row.file_sha256)
    outcomes = [
        RowOutcome(sheet, number, result, tuple(reasons), refused=refused)
        for sheet, number, result, reasons, refused in json.loads(row.report)["outcomes"]
    ]
    return await asyncio.to_thread(annotated_workbook, content, outcomes)
