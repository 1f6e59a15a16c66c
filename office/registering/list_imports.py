"""A list taken in over the web: kept, checked, begun in the background, with its progress."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError

from domain.catalogues.districts import district
from domain.catalogues.six_batches import Batches
from domain.local_time import day_of
from domain.plain_text import line
from domain.policy import Position
from domain.roles import Actor, Role
from gateways.list_rooms import read_apart
from gateways.problem_list.annotate import RowOutcome, annotated_workbook
from gateways.problem_list.errors import ListError
from gateways.problem_list.existing import as_existing
from gateways.problem_list.new_list import as_new
from gateways.problem_list.reading import ReadList, demand_list, read_list
from gateways.problem_list.refusals import Hidden
from office.answering.answers import Answer
from office.caller import Caller
from office.once import BATCH, claim_key
from office.ports import Services
from office.refused import Refused
from office.registering.intake_of_lists import import_rows
from office.registering.json_rows import read_rows
from office.registering.new_problem import RowsBody
from office.registering.row_results import ImportResult
from office.registers import six_batches
from store import idempotency
from store.codec import json_text
from store.lives import batches
from store.people import accounts
from store.registers import contacts
from store.registers.reach import CITY
from store.tables import BatchRow

PAUSE_SECONDS = 5.0
_log = structlog.get_logger(__name__)

LIST_BYTES = 20 * 1024 * 1024
"""The largest list taken in."""


async def read_workbook(
    services: Services, content: bytes, hidden: Hidden = Hidden.ASK
) -> ReadList:
    """Read an uploaded list; raises Refused when the file as a whole cannot be read."""
    try:
        today = day_of(services.clock())
        names = await six_batches.in_force(services)
        read = await read_apart(read_list, content, today=today, hidden=hidden, batches=names)
        return as_new(demand_list(read))
    except ListError as error:
        raise Refused("invalid_request", str(error), errors=[list_error(error)]) from error


def list_error(error: ListError) -> dict[str, str]:
    """Give what is wrong with a file as a refusal names it."""
    return {"field": "file", "code": error.code, "message": error.message}


async def rehearse(services: Services, caller: Caller, read: ReadList) -> ImportResult:
    """Say what would become of each row; nothing is written."""
    return await import_rows(services, read, caller.actor, dry_run=True)


async def begin_batch(
    services: Services,
    caller: Caller,
    key: str,
    file_name: str,
    content: bytes,
    hidden: Hidden = Hidden.ASK,
) -> BatchRow:
    """Keep the workbook and begin its import under `key`; the same key gives the same batch."""
    read = await read_workbook(services, content, hidden)
    return await _begin(services, caller, key, line(file_name)[:100] or "清单.xlsx", content, read)


async def begin_rows(services: Services, caller: Caller, key: str, body: RowsBody) -> BatchRow:
    """Keep a list that came as JSON and begin its import; its batch has no file name."""
    names = await six_batches.in_force(services)
    read = read_rows(body.rows, day_of(services.clock()), names)
    return await _begin(services, caller, key, "", body.model_dump_json().encode(), read)


async def _begin(
    services: Services, caller: Caller, key: str, file_name: str, content: bytes, read: ReadList
) -> BatchRow:
    sealed = await asyncio.to_thread(services.evidence.put, content)
    answered = "" if read.hidden is Hidden.ASK else f" hidden rows: {read.hidden.value}"
    await claim_key(services, caller.account.id, key, BATCH, sealed.sha256 + answered)
    row = await begin_read(services, caller.actor, key, file_name, sealed.sha256, read)
    await idempotency.finish(services.db, key, "done", Answer("open", batch_view(row)).text)
    return row


async def begin_read(
    services: Services, by: Actor, batch_id: str, file_name: str, file_sha256: str, read: ReadList
) -> BatchRow:
    """Begin the import of a list that was read and kept; begun before, it goes on."""
    row = await batches.begin(
        services.db,
        batch_id=batch_id,
        by_id=by.id,
        file_name=file_name,
        file_sha256=file_sha256,
        total=len(read.rows) + len(read.refused),
        report=_asked(read),
    )
    if row.state == "open":
        services.imports.begin(row.id, _run(services, by, row.id, read))
    return row


def _asked(read: ReadList) -> str:
    """Keep how a list is to be read, for a process that goes on with it."""
    first = read.proposed_by
    existing = {"existing": [first.id, first.role.value]} if first else {}
    on = {"read_on": read.read_on.isoformat()} if read.read_on else {}
    return json_text({"hidden": read.hidden.value, **existing, **on})


def _kept(row: BatchRow) -> dict[str, Any]:
    kept = json.loads(row.report)
    return kept if isinstance(kept, dict) else {}


def _read_on(row: BatchRow) -> date:
    """Give the day as of which a list was read; lists of before that was kept: the day they began."""
    on = _kept(row).get("read_on")
    return date.fromisoformat(on) if on else day_of(row.created_at)


def _read_as_kept(content: bytes, row: BatchRow, names: Batches) -> ReadList:
    asked, read_on = _kept(row), _read_on(row)
    hidden = Hidden(asked.get("hidden", Hidden.ASK))
    read = read_list(content, today=read_on, hidden=hidden, batches=names)
    if "existing" not in asked:
        return as_new(read)
    first, role = asked["existing"]
    return as_existing(read, Actor(first, Role(role)), row.file_sha256, read_on)


async def go_on(services: Services) -> None:
    """Go on with every import that an earlier process left unfinished."""
    async with services.db.reading() as session:
        left = await batches.unfinished(session)
    for row in left:
        if row.id not in services.imports.tasks:
            services.imports.begin(row.id, _resume(services, row))


async def _resume(services: Services, row: BatchRow) -> None:
    """Read the kept list as it was read at first, and take it in again."""
    content = await asyncio.to_thread(services.evidence.read, row.file_sha256)
    account = await accounts.of_id(services.db, row.by_id)
    names = await six_batches.in_force(services)
    if row.file_name:
        read = await read_apart(_read_as_kept, content, row, names)
    else:
        read = read_rows(RowsBody.model_validate_json(content).rows, _read_on(row), names)
    await _run(services, account.actor, row.id, read)


async def _run(services: Services, by: Actor, batch_id: str, read: ReadList) -> None:
    """Take the list in; while the store is away, wait and go on."""
    while True:
        try:
            return await _take_in(services, by, batch_id, read)
        except OperationalError as error:
            _log.warning("an import waits for the store", batch=batch_id, error=str(error.orig))
            await asyncio.sleep(PAUSE_SECONDS)


async def _take_in(services: Services, by: Actor, batch_id: str, read: ReadList) -> None:
    async def progress(done: int, _: int) -> None:
        await batches.progress(services.db, batch_id, done=done, report=_asked(read))

    result = await import_rows(services, read, by, progress=progress, origin=f"batch {batch_id}")
    report = json_text(
        {
            **result.document,
            "outcomes": [
                [o.sheet, o.row, o.result, list(o.reasons), o.refused] for o in result.outcomes()
            ],
        }
    )
    await batches.progress(
        services.db, batch_id, done=len(result.rows), report=report, state="done"
    )


_OF_A_LIST: dict[str, Any] = {"columns": [], "unread": [], "warnings": []}
_OF_A_ROW: dict[str, Any] = {
    "sheet": "",
    "status": "",
    "district": "",
    "enterprise": "",
    "transferred_on": None,
    "due_on": None,
    "warnings": [],
}


def report_of(row: BatchRow) -> dict[str, Any]:
    """Give the report of a list that is done, else nothing.

    One kept by an earlier release says nothing of what was not told then.
    """
    if row.state != "done":
        return {}
    kept = json.loads(row.report)
    told = {name: value for name, value in kept.items() if name != "outcomes"}
    return _OF_A_LIST | told | {"rows": [_OF_A_ROW | one for one in kept["rows"]]}


def batch_view(row: BatchRow) -> dict[str, Any]:
    """Show a batch: its progress, and its report once it is done."""
    return {
        "id": row.id,
        "state": row.state,
        "file_name": row.file_name,
        "total": row.total,
        "done": row.done,
        **report_of(row),
    }


async def checked(content: bytes, result: ImportResult) -> bytes:
    """Give a list back with what would become of each row; nothing of it is registered."""
    return await read_apart(annotated_workbook, content, result.outcomes(tried=True))


async def without_contact(services: Services, result: ImportResult) -> Mapping[str, int]:
    """Count the rows by the districts where nobody would get their notices, by name."""
    async with services.db.reading() as session:
        held = await contacts.held(session, day_of(services.clock()))
    named = {code for code, position in held if position is Position.HANDLER}
    reached = {district(code).name for code in named if code != CITY}
    going = (row for row in result.rows if row.status == "accepted" and row.transferred_on)
    return Counter(row.district for row in going if row.district not in reached)


async def annotated(services: Services, row: BatchRow) -> bytes:
    """Give the uploaded list back with what became of each row."""
    if not row.file_name or row.state != "done":
        raise Refused("batch_not_found")
    content = await asyncio.to_thread(services.evidence.read, row.file_sha256)
    outcomes = [
        RowOutcome(sheet, number, result, tuple(reasons), refused=refused)
        for sheet, number, result, reasons, refused in json.loads(row.report)["outcomes"]
    ]
    return await read_apart(annotated_workbook, content, outcomes)
