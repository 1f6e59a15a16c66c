"""`bihuan import --existing`: running problems previewed, proposed by one person, approved by another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from command_line.import_list import COMMAND_LINE, client_for, tell, why
from command_line.persons import NotPossible, Typed, approver, by_token, failed
from command_line.telling import answer
from domain.local_time import day_of
from domain.roles import CITY, Actor
from gateways.problem_list.errors import ListError
from gateways.problem_list.reading import read_list
from gateways.problem_list.refusals import Hidden
from office.ports import Services
from office.refused import Refused
from office.registering.existing_lists import (
    ExistingDecision,
    decide,
    list_view,
    propose_read,
    read_existing,
    rehearse,
)
from office.registering.list_imports import batch_view
from settings import Settings
from store.engine import Database
from store.lives import batches
from store.migrate import upgrade
from store.proposals import ProposalState
from wiring import rules_of_the_day, services_for, shifted_clock


@asynccontextmanager
async def _services(settings: Settings, *, begins: bool) -> AsyncIterator[Services]:
    db = Database(settings.database, shifted_clock(settings))
    try:
        client = await client_for(settings, dry_run=not begins)
        await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
        await upgrade(settings.database)
        yield services_for(client, db, settings, rules_of_the_day(settings))
    finally:
        await db.dispose()


async def preview_or_propose(
    workbook: Path, *, token: str | None, hidden: Hidden, as_json: bool
) -> int:
    """Show what would become of each row; with a token keep the list for the second person.

    Give the exit code: 0 all can be taken, 1 rows refused, 2 not possible at all.
    """
    settings = Settings()
    try:
        content = await asyncio.to_thread(workbook.read_bytes)
        today = day_of(shifted_clock(settings)())
        await asyncio.to_thread(read_list, content, today=today)  # before the store is touched
        async with _services(settings, begins=False) as services:
            by = COMMAND_LINE if token is None else await _officer(services, token)
            read = await read_existing(services, content, by, hidden)
            result = await rehearse(services, read)
            row = None
            if token is not None:
                row = await propose_read(services, by, uuid4().hex, workbook.name, read)
    except (Refused, ListError, OSError, NotPossible) as error:
        return failed(error)
    if as_json:
        answer(result.document if row is None else list_view(row) | {"preview": result.document})
    else:
        tell(result, as_json=False, dry_run=True)
        if row is not None:
            print("已提请，请提请人以外的审批人员批准：")
            print(f"  bihuan existing {row.id} {row.file_sha256}")
    return 1 if result.count("refused") else 0


async def settle(
    list_id: str, file_sha256: str, typed: Typed, *, decline: str, as_json: bool
) -> int:
    """Approve a list and bring its problems in, or decline it."""
    settings = Settings()
    try:
        async with _services(settings, begins=not decline) as services:
            by = await approver(services, typed)
            body = ExistingDecision(
                decision="decline" if decline else "approve",
                file_sha256=file_sha256,
                reason=decline,
            )
            row = await decide(services, list_id, body, by)
            await asyncio.gather(*services.imports.tasks.values())
            async with services.db.reading() as session:
                batch = await batches.get(session, row.id)
    except (Refused, ValueError, NotPossible) as error:
        return failed(error)
    except RuntimeError as error:
        return failed(NotPossible(why(error, settings)))
    shown = list_view(row) | ({"result": batch_view(batch)} if batch else {})
    if as_json:
        answer(shown)
    elif batch is None:
        print(f"{ProposalState(row.state).label}，没有登记任何问题。")
    else:
        counts = shown["result"]
        print(
            f"已登记 {counts['accepted']} 行，以前已登记 {counts['already']} 行，"
            f"未登记 {counts['refused']} 行。"
        )
    return 0


async def _officer(services: Services, token: str) -> Actor:
    by = await by_token(services.db, token)
    if by.role not in CITY:
        raise NotPossible("只有承办人、审批人可以提请，请使用本人的个人令牌。")
    return by
