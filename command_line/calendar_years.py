"""`bihuan calendar`: a new year previewed, proposed by one person, approved by another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

from temporalio.client import Client

from command_line.persons import NotPossible, Typed, approver, by_token, failed
from command_line.telling import answer
from gateways.temporal_client import connect, lazy
from office.ports import Services
from office.refused import Refused
from office.rules.applying_rules import apply_all, refresh
from office.rules.reading_rules import read_change
from office.rules.rule_changes import (
    DecisionBody,
    ProposalBody,
    change_view,
    decide,
    find,
    preview,
    propose,
)
from settings import Settings
from store.engine import Database
from store.proposals import ProposalState
from store.registers.rule_changes import ChangeKind
from wiring import rules_of_the_day, services_for, shifted_clock


@asynccontextmanager
async def _services(*, with_server: bool) -> AsyncIterator[Services]:
    settings = Settings()
    db = Database(settings.database, shifted_clock(settings))
    try:
        client = await _client(settings, with_server=with_server)
        services = services_for(client, db, settings, rules_of_the_day(settings))
        await refresh(services)
        yield services
    finally:
        await db.dispose()


async def _client(settings: Settings, *, with_server: bool) -> Client:
    if not with_server:
        return await lazy(settings.temporal)
    try:
        return await connect(settings.temporal)
    except RuntimeError as error:
        raise NotPossible(
            f"连接不上 Temporal（{settings.temporal_address}），没有作任何改动；请先运行 bihuan run。"
        ) from error


async def preview_year(year_file: Path, *, as_json: bool) -> int:
    """List every open problem whose date changes, from and to, with the reason."""
    try:
        async with _services(with_server=False) as services:
            text = await asyncio.to_thread(year_file.read_text, "utf-8")
            change = read_change(services, ChangeKind.CALENDAR, text)
            effects = await preview(services, change)
    except (Refused, OSError, UnicodeDecodeError) as error:
        return failed(error)
    if as_json:
        answer({"name": change.name, "effects": [asdict(effect) for effect in effects]})
        return 0
    print(f"{change.name}：{len(effects)} 个在办问题的时限有变化。")
    for effect in effects:
        print(f"  {effect.problem_no}  {effect.before} → {effect.after}  {effect.why}")
    return 0


async def propose_year(year_file: Path, reason: str, token: str, *, as_json: bool) -> int:
    """Keep a proposal and print what its approval needs."""
    try:
        async with _services(with_server=False) as services:
            by = await by_token(services.db, token)
            text = await asyncio.to_thread(year_file.read_text, "utf-8")
            body = ProposalBody(kind=ChangeKind.CALENDAR, text=text, reason=reason)
            row = await propose(services, uuid4().hex, body, by)
    except (Refused, OSError, UnicodeDecodeError, ValueError, NotPossible) as error:
        return failed(error)
    if as_json:
        answer(change_view(row))
        return 0
    print(f"已提请{row.name}，请提请人以外的审批人员批准：")
    print(f"  bihuan calendar apply {row.id} {row.content_hash}")
    return 0


async def apply_year(change_id: str, content_hash: str, typed: Typed, *, as_json: bool) -> int:
    """Approve what was proposed and apply it to every open problem."""
    try:
        async with _services(with_server=True) as services:
            by = await approver(services, typed)
            body = DecisionBody(decision="approve", content_hash=content_hash)
            await decide(services, change_id, body, by)
            await asyncio.gather(*services.imports.tasks.values())
            after = await find(services, change_id)
            if after.state == ProposalState.APPROVED:
                await apply_all(services)
                after = await find(services, change_id)
    except (Refused, ValueError, NotPossible) as error:
        return failed(error)
    shown = change_view(after)
    if as_json:
        answer(shown)
        return 0
    print(f"{shown['name']}已生效，适用于 {shown['applied']} 个在办问题。")
    if after.state == ProposalState.APPROVED:
        print("有在办问题暂时没有答复，系统运行时继续适用。")
    return 0
