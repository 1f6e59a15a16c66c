"""What `bihuan rebuild` does: compare, propose, let count, and show what counted before."""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from command_line.comparing import (
    SHOWN,
    differences_as_json,
    look,
    progress,
    tell,
    tell_differences,
)
from command_line.lives_told import Source
from command_line.persons import NotPossible, Typed, approver, by_token, failed
from command_line.telling import answer
from domain.roles import CITY
from gateways.temporal_client import lazy
from office.refused import Refused, allowed
from settings import Settings
from store.engine import Database
from store.lives import old_records, rebuilding, switching
from store.proposals import ProposalState
from store.tables import RebuildRow
from wiring import rules_of_the_day, services_for, shifted_clock


@asynccontextmanager
async def _store() -> AsyncIterator[tuple[Settings, Database]]:
    settings = Settings()
    db = Database(settings.database, shifted_clock(settings))
    try:
        yield settings, db
    finally:
        await db.dispose()


async def check(source: Source, numbers: Sequence[str], *, as_json: bool) -> int:
    """Only compare; give the exit code: 0 the same, 1 not, 2 nothing could be seen."""
    try:
        async with _store() as (settings, db):
            looked = await look(settings, db, source, numbers, generation=0)
    except (RuntimeError, RPCError, SQLAlchemyError, OSError) as error:
        return failed(error)
    if as_json:
        answer(looked.as_json())
    else:
        tell(looked, source)
    return 0 if looked.agrees else 1


async def propose(
    source: Source, numbers: Sequence[str], reason: str, token: str, *, as_json: bool
) -> int:
    """Compare, and propose that the records of what differs be written anew; give the exit code."""
    try:
        async with _store() as (settings, db):
            by = await by_token(db, token)
            if by.role not in CITY:
                raise NotPossible("只有承办人、审批人可以提请，请使用本人的个人令牌。")
            async with db.reading() as session:
                generation = await rebuilding.next_generation(session)
            looked = await allowed(look(settings, db, source, numbers, generation=generation))
            row = None
            if looked.differing:
                proposing = rebuilding.propose(
                    db, uuid4().hex, generation, source.value, reason, by, looked.differing
                )
                row = await allowed(proposing)
    except (NotPossible, Refused, RuntimeError, RPCError, SQLAlchemyError, OSError) as error:
        return _failed(error)
    if as_json:
        answer(looked.as_json() | {"proposal": _view(row) if row is not None else None})
        return 0
    tell(looked, source)
    if row is not None:
        print(f"已提请重建 {row.problems} 个问题的记录，尚未生效，请提请人以外的审批人员批准：")
        print(f"  bihuan rebuild approve {row.id} {row.content_sha256} --login 登录名")
    return 0


async def proposal(rebuild_id: str, *, as_json: bool) -> int:
    """Tell a person what was proposed, by whom, and every difference it rests on; give the exit code."""
    try:
        async with _store() as (_, db), db.reading() as session:
            row, differing = await allowed(rebuilding.shown(session, rebuild_id))
    except (Refused, SQLAlchemyError) as error:
        return _failed(error)
    if as_json:
        answer(_view(row) | {"differences": differences_as_json(differing)})
        return 0
    tell_differences(differing)
    print(
        f"以{Source(row.source).label}为准，提请重建 {row.problems} 个问题的记录，"
        f"提请人 {row.proposed_by}，理由：{row.reason}"
    )
    print(f"状态：{ProposalState(row.state).label}，核对码 {row.content_sha256}")
    return 0


async def settle(
    rebuild_id: str, content_sha256: str, typed: Typed, *, approve: bool, as_json: bool
) -> int:
    """Approve what was proposed and let it count, or decline it; give the exit code."""
    try:
        async with _store() as (settings, db):
            client = await lazy(settings.temporal)
            services = services_for(client, db, settings, rules_of_the_day(settings))
            by = await approver(services, typed)
            decision = rebuilding.decide(
                db, rebuild_id, by, approve=approve, content_sha256=content_sha256
            )
            row = await allowed(decision)
            counted, left = 0, list[str]()
            if approve:
                counted, left = await allowed(switching.switch(db, rebuild_id, _switched()))
    except (NotPossible, Refused, SQLAlchemyError) as error:
        return _failed(error)
    if as_json:
        answer(_view(row) | {"switched": counted, "left": left})
    elif not approve:
        print("未获批准，原记录继续有效。")
    else:
        print(f"第 {row.generation} 代记录已生效：{counted} 个问题。原记录保留，可随时查阅。")
        for number in left:
            print(f"未切换：{number}，提请以后又有新的记录，请重新比对、提请。", file=sys.stderr)
    return 1 if left else 0


def _switched() -> switching.Switched:
    """Tell how far the switch has come, where there is much to switch."""
    began = time.monotonic()

    def tell_progress(done: int, of: int) -> None:
        if of > SHOWN:
            progress("已切换", done, of, time.monotonic() - began)

    return tell_progress


def _failed(error: Exception) -> int:
    return failed(NotPossible(error.detail) if isinstance(error, Refused) else error)


async def show(number: str) -> int:
    """Give every generation of a problem's records, as JSON; give the exit code."""
    try:
        async with _store() as (_, db), db.reading() as session:
            found = await old_records.of_problem(session, number)
    except SQLAlchemyError as error:
        return failed(error)
    answer(found)
    return 0 if found else 2


def _view(row: RebuildRow) -> dict[str, object]:
    return {
        "id": row.id,
        "generation": row.generation,
        "source": row.source,
        "problems": row.problems,
        "content_sha256": row.content_sha256,
        "proposed_by": row.proposed_by,
        "decided_by": row.decided_by,
        "state": row.state,
        "reason": row.reason,
    }
