"""`bihuan import --existing`: running problems previewed, proposed by one person, approved by another."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from command_line.import_list import COMMAND_LINE, client_for, tell, why
from domain.local_time import day_of
from domain.roles import CITY, SUPERVISORS, Actor
from gateways.problem_list.errors import ListError
from gateways.problem_list.reading import read_list
from gateways.problem_list.refusals import Hidden
from office.ports import Services
from office.refused import OWN_SENTENCES, Refused
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
from store.people import tokens
from store.people.tokens import Scope
from store.proposals import ProposalState
from wiring import rules_of_the_day, services_for, shifted_clock


class _NotPossible(Exception):
    """It cannot be done; the message says why and what to do."""


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
    except (Refused, ListError, OSError, _NotPossible) as error:
        return _failed(error)
    if as_json:
        _print(result.document if row is None else list_view(row) | {"preview": result.document})
    else:
        tell(result, as_json=False, dry_run=True)
        if row is not None:
            print("已提请，请另一名审批人批准：")
            print(f"  bihuan existing {row.id} {row.file_sha256}")
    return 1 if result.count("refused") else 0


async def settle(list_id: str, file_sha256: str, token: str, *, decline: str, as_json: bool) -> int:
    """Approve a list and bring its problems in, or decline it."""
    settings = Settings()
    try:
        async with _services(settings, begins=not decline) as services:
            by = await _person(services, token, approves=True)
            if by.role not in SUPERVISORS:
                raise _NotPossible("只有审批人可以批准，请使用审批人的个人令牌。")
            body = ExistingDecision(
                decision="decline" if decline else "approve",
                file_sha256=file_sha256,
                reason=decline,
            )
            row = await decide(services, list_id, body, by)
            await asyncio.gather(*services.imports.tasks.values())
            async with services.db.reading() as session:
                batch = await batches.get(session, row.id)
    except (Refused, ValueError, _NotPossible) as error:
        return _failed(error)
    except RuntimeError as error:
        return _failed(_NotPossible(why(error, settings)))
    shown = list_view(row) | ({"result": batch_view(batch)} if batch else {})
    if as_json:
        _print(shown)
    elif batch is None:
        print(f"{ProposalState(row.state).label}，没有登记任何问题。")
    else:
        counts = shown["result"]
        print(
            f"已登记 {counts['accepted']} 行，以前已登记 {counts['already']} 行，"
            f"未登记 {counts['refused']} 行。"
        )
    return 0


async def _person(services: Services, token: str, *, approves: bool = False) -> Actor:
    shown = await tokens.shown(services.db, token.strip())
    if shown is None:
        raise _NotPossible("个人令牌无效或已到期，请在“账号”页面重新生成。")
    if shown.scope is Scope.READ:
        raise _NotPossible(OWN_SENTENCES["token_reads_only"])
    if approves and shown.scope is not Scope.FULL:
        raise _NotPossible(OWN_SENTENCES["token_never_approves"])
    return shown.account.actor


async def _officer(services: Services, token: str) -> Actor:
    by = await _person(services, token)
    if by.role not in CITY:
        raise _NotPossible("只有承办人、审批人可以提请，请使用本人的个人令牌。")
    return by


def _failed(error: Exception) -> int:
    print(error.detail if isinstance(error, Refused) else str(error), file=sys.stderr)
    return 2


def _print(content: object) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=2, default=str))
