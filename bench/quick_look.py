"""How long it takes to hold a hundred thousand problems against their lives, the archive and the files handed in.

The server, the store, the folders and the look are the real ones. A few hundred lives are really begun; the others
stand in the server's list, in the store and in the folders as copies of one of them, for to live a hundred thousand
would take a day. The look asks no more of the server than its list while nothing differs.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from activities.capacity import own_capacity
from activities.reconciler import Reconciler
from activities.temporal_worker import temporal_worker
from bench.lives import started
from bench.measuring import Missed, rate, report
from bench.noting import Noting
from embedded.temporal_server import TemporalServer, free_port
from gateways.evidence_folder import EvidenceFolder
from gateways.problem_desk import TemporalDesk
from settings import Settings
from store.engine import Database
from store.migrate import upgrade
from wiring import rules_of_the_day
from workflows.names import workflow_id

PROBLEMS = 100_000
OPEN = 10_000
BEGUN = 200
EVENTS = 10
NOTICES = 4
LONGEST = 60.0
_SAMPLE = "Q-000000"
_NUMBERS = f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {PROBLEMS}) "
_NUMBER = "'Q-' || printf('%06d', c.n)"
_RUN = "printf('00000000-0000-4000-8000-%012d', c.n)"
_LONG_AGO = "'2026-01-01 00:00:00.000000'"


async def quick_look() -> None:
    """Look once; nothing may differ, or what was built is not what the look takes for whole."""
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as name:
        settings = Settings(data_dir=Path(name))
        await upgrade(settings.database)
        db = Database(settings.database)
        server = TemporalServer(Path(name) / "temporal", free_port())
        try:
            await _begin_lives(server, db, settings)
            await asyncio.to_thread(_grow_list, Path(name) / "temporal" / "temporal.db")
            exported_at = datetime.now(UTC)
            await _grow_store(db, exported_at)
            await asyncio.to_thread(_grow_folders, settings, exported_at)
            client = await server.start()
            evidence = EvidenceFolder(settings.evidence)
            looker = Reconciler(client, db, settings.archive, evidence=evidence, again_seconds=0)
            found = await looker.look()
        finally:
            await server.stop()
            await db.dispose()
    if found.differences or found.lives <= PROBLEMS:
        raise Missed(f"看到 {found.lives} 个流程，差异 {found.as_json()['counts']}")
    report(
        "核对（不读内容）：十万个问题",
        f"≤ {LONGEST:.0f} 秒",
        f"{found.seconds:.0f} 秒（流程 {BEGUN} 个为实际启动，其余为服务器列表中的副本；"
        f"每个问题 {EVENTS} 个事件、{NOTICES} 份通知；归档 {found.runs_archived} 份）",
        reached=found.seconds <= LONGEST,
    )


async def _begin_lives(server: TemporalServer, db: Database, settings: Settings) -> None:
    noting, client = Noting(), await server.start()
    desk = TemporalDesk(client=client, rules=rules_of_the_day(settings))
    numbers = [_SAMPLE, *(f"B-{place:04d}" for place in range(1, BEGUN))]
    async with temporal_worker(client, db, interceptors=[noting], capacity=own_capacity()):
        await rate([started(desk, noting, number) for number in numbers])
        for _ in range(100):
            # The list follows the lives: the sample must be in it as it stands.
            listed = [
                one async for one in client.list_workflows(f"WorkflowId = '{workflow_id(_SAMPLE)}'")
            ]
            if listed and len(list(listed[0].typed_search_attributes)) > 1:
                break
            await asyncio.sleep(0.1)
    await server.stop()


def _grow_list(file: Path) -> None:
    """Enter the copies into the list of a server that stands still: the open ones, then those that ended."""
    ended = "strftime('%Y-%m-%d %H:%M:%f+00:00', '2026-02-01', c.n || ' minutes')"
    with closing(sqlite3.connect(file)) as server, server:
        columns = server.execute("PRAGMA table_xinfo(executions_visibility)").fetchall()
        names = [row[1] for row in columns if row[6] == 0]
        over = f"c.n > {OPEN}"
        changed = {
            "run_id": _RUN,
            "root_run_id": _RUN,
            "workflow_id": f"'problem-' || {_NUMBER}",
            "root_workflow_id": f"'problem-' || {_NUMBER}",
            "status": f"CASE WHEN {over} THEN 2 ELSE 1 END",
            "start_time": "strftime('%Y-%m-%d %H:%M:%f+00:00', '2026-01-01', c.n || ' minutes')",
            "close_time": f"CASE WHEN {over} THEN {ended} END",
        }
        picked = ", ".join(changed.get(name, f"v.{name}") for name in names)
        server.execute(
            f"{_NUMBERS} INSERT INTO executions_visibility ({', '.join(names)}) SELECT {picked} "
            "FROM c, (SELECT * FROM executions_visibility WHERE workflow_id = ?) v",
            (workflow_id(_SAMPLE),),
        )


async def _grow_store(db: Database, exported_at: datetime) -> None:
    """Copy the sample's rows, and let notices, deliveries and papers move as they do."""
    files = [
        {"receipt": f"r{n}", "sha256": _address(n), "size": len(_content(n))}
        for n in range(1, PROBLEMS + 1)
    ]
    async with db.writing() as session:
        connection = await session.connection()
        for statement in (await _copied_problems(db), *_COPIES, *_MOVES):
            await connection.exec_driver_sql(statement)
        await connection.execute(text(_FILES), files)
        await connection.execute(text(_EXPORTS), {"at": f"{exported_at:%Y-%m-%d %H:%M:%S.%f}"})
        await connection.exec_driver_sql("ANALYZE")


_COPIES = (
    f"{_NUMBERS}, e(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM e WHERE k < {EVENTS}) "
    "INSERT INTO events (problem_no, seq, at, tag, by_id, by_role, cause, body, generation) "
    f"SELECT {_NUMBER}, e.k, {_LONG_AGO}, v.tag, v.by_id, v.by_role, "
    "CASE WHEN e.k = 3 THEN 'receipt:r' || c.n ELSE 'key:bench/' || e.k END, v.body, 0 "
    f"FROM c, e, (SELECT * FROM events WHERE problem_no = '{_SAMPLE}' AND seq = 1) v",
    f"{_NUMBERS}, e(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM e WHERE k < {NOTICES}) "
    "INSERT INTO notices (key, generation, kind, problem_no, district, round_no, rung, audience,"
    " not_before, details, ordered_at, state, obsolete_why) SELECT 'k' || c.n || '-' || e.k, 0,"
    f" 'reminder', {_NUMBER}, '500103', 1, '', '[]', {_LONG_AGO}, '[]', {_LONG_AGO},"
    " 'waiting', '' FROM c, e",
    "INSERT INTO deliveries (notice_key, recipient, position, message_id, state, attempts,"
    " last_error) SELECT key, 'a@example.com', 'handler', key, 'waiting', 0, '' FROM notices"
    " WHERE substr(key, 1, 1) = 'k'",
    f"{_NUMBERS} INSERT INTO inbox (receipt_id, problem_no, district, round_no, received_at,"
    " content_sha256, body, filled_by, telephone, link_jti, state, refusal_code, kind,"
    f" refusal_message) SELECT 'r' || c.n, {_NUMBER}, '500103', 1, {_LONG_AGO}, '', '{{}}',"
    " '', '', '', 'received', '', 'answer', '' FROM c",
)
_MOVES = (
    f"UPDATE deliveries SET state = 'accepted', attempts = 1, accepted_at = {_LONG_AGO}"
    " WHERE state = 'waiting'",
    "UPDATE notices SET state = 'handed_over' WHERE substr(key, 1, 1) = 'k'",
    f"UPDATE inbox SET state = 'applied', delivered_at = {_LONG_AGO}",
)
_FILES = (
    "INSERT INTO inbox_files (receipt_id, position, sha256, name, media_type, size)"
    " VALUES (:receipt, 1, :sha256, '示例.png', 'image/png', :size)"
)
_EXPORTS = (
    f"{_NUMBERS} INSERT INTO archive (run_id, workflow_id, problem_no, sha256, events, close_type,"
    f" path, archived_at, continued_from) SELECT {_RUN}, 'problem-' || {_NUMBER}, {_NUMBER}, '', 40,"
    f" 'completed', '', :at, '' FROM c WHERE c.n > {OPEN}"
)
_PROBLEM = {
    "problem_no": _NUMBER,
    "row_key": "NULL",
    "seq": str(EVENTS),
    "updated_at": _LONG_AGO,
    "body": f"CASE WHEN c.n > {OPEN} THEN replace(p.body, '\"ended\":false', '\"ended\":true') ELSE p.body END",
}


async def _copied_problems(db: Database) -> str:
    async with db.reading() as session:
        names = [row[1] for row in await session.execute(text("PRAGMA table_info(problems)"))]
    picked = ", ".join(_PROBLEM.get(name, f"p.{name}") for name in names)
    return (
        f"{_NUMBERS} INSERT INTO problems ({', '.join(names)}) SELECT {picked} "
        f"FROM c, (SELECT * FROM problems WHERE problem_no = '{_SAMPLE}') p"
    )


def _content(n: int) -> bytes:
    return f"bench {n}".encode()


def _address(n: int) -> str:
    return hashlib.sha256(_content(n)).hexdigest()


def _grow_folders(settings: Settings, exported_at: datetime) -> None:
    """Write a file handed in of each problem, and two exported ones of each that has ended."""
    originals = settings.evidence / "originals"
    for first in range(256):
        (originals / f"{first:02x}").mkdir(parents=True)
    for n in range(1, PROBLEMS + 1):
        address = _address(n)
        (originals / address[:2] / address).write_bytes(_content(n))
    at = exported_at.timestamp()
    for n in range(OPEN + 1, PROBLEMS + 1):
        folder = settings.archive / f"Q-{n:06d}"
        folder.mkdir(parents=True)
        for tail in (".json", ".meta.json"):
            file = folder / f"00000000-0000-4000-8000-{n:012d}{tail}"
            file.touch()
            os.utime(file, (at, at))
