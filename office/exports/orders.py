"""Writing an export where it holds nobody up: a large one in a process of its own."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlmodel import col

from office.caller import Caller
from office.exports.annex import write_annex, write_annexes
from office.exports.assessments import Assessment, write_assessment
from office.exports.ledgers import write_ledger, write_ledger_csv
from office.exports.statistics import write_statistics
from office.exports.typical_cases import write_typical_cases
from office.ledger.choice import Choice
from office.ports import Services
from office.refused import Refused
from store.engine import Database
from store.tables import ProblemRow

FEW = 300
"""How many problems an export is written from in this process: it takes a moment."""


class Order(BaseModel):
    """What is to be written: `what` names it, the rest is what that needs."""

    model_config = ConfigDict(frozen=True)

    what: str
    district: str = ""
    year: int = 0
    assessment: Assessment = Assessment.POLLUTION_BATTLE
    chosen: Choice = Choice()


_Write = Callable[[Database, Path, Order], Awaitable[None]]

WRITERS: Mapping[str, _Write] = {
    "ledger": lambda db, path, order: write_ledger(db, path, order.chosen),
    "ledger-csv": lambda db, path, order: write_ledger_csv(db, path, order.chosen),
    "annex": lambda db, path, order: write_annex(db, path, order.district),
    "annexes": lambda db, path, _: write_annexes(db, path),
    "typical-cases": lambda db, path, _: write_typical_cases(db, path),
    "statistics": lambda db, path, order: write_statistics(db, path, order.year),
    "assessment": lambda db, path, order: write_assessment(db, path, order.year, order.assessment),
}


async def exported(services: Services, caller: Caller, order: Order) -> BinaryIO:
    """Write an export and give it, open for reading; its file has no name any more.

    Raises `Refused` while the same person's last export is under way.
    """
    async with _one_at_a_time(services, caller):
        with tempfile.TemporaryDirectory(prefix="bihuan-export-") as folder:
            path = Path(folder) / "export"
            if await _are_few(services.db):
                await WRITERS[order.what](services.db, path, order)
            else:
                async with services.exports.turn:
                    await _written_apart(services.db, path, order)
            return await asyncio.to_thread(path.open, "rb")


@asynccontextmanager
async def _one_at_a_time(services: Services, caller: Caller) -> AsyncIterator[None]:
    account_id = caller.account.id
    if account_id in services.exports.under_way:
        raise Refused("export_under_way")
    services.exports.under_way.add(account_id)
    try:
        yield
    finally:
        services.exports.under_way.discard(account_id)


async def _are_few(db: Database) -> bool:
    some = select(col(ProblemRow.problem_no)).limit(FEW + 1)
    async with db.reading() as session:
        return len(list(await session.scalars(some))) <= FEW


async def _written_apart(db: Database, path: Path, order: Order) -> None:
    """Let another process write it: its work and its memory are none of the pages'."""
    told = {
        "url": db.url.render_as_string(hide_password=False),
        "now": db.now().isoformat(),
        "path": str(path),
        "order": order.model_dump(mode="json"),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "office.exports.apart",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate(json.dumps(told).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise RuntimeError(f"the export was not written: {said.decode(errors='replace')[-2000:]}")
