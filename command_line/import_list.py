"""`bihuan import`: the intake of the web page, from the command line."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from temporalio.client import Client

from command_line.telling import answer, progress
from domain.catalogues.six_batches import SIX_BATCHES
from domain.local_time import day_of
from domain.roles import Actor, Role
from gateways.problem_list.annotate import annotated_workbook
from gateways.problem_list.columns_told import REMARK
from gateways.problem_list.errors import ListError
from gateways.problem_list.new_list import as_new
from gateways.problem_list.reading import ReadList, demand_list, read_list
from gateways.problem_list.refusals import Hidden
from gateways.temporal_client import connect, lazy
from office.ports import Services
from office.registering.intake_of_lists import import_rows
from office.registering.row_results import ImportResult, RowResult
from settings import Settings
from store.engine import Database
from store.migrate import upgrade
from store.registers import six_batches
from wiring import rules_of_the_day, services_for, shifted_clock

COMMAND_LINE = Actor("command-line", Role.OFFICER)


async def import_workbook(
    workbook: Path,
    *,
    dry_run: bool,
    annotated: Path | None,
    as_json: bool,
    hidden: Hidden = Hidden.ASK,
) -> int:
    """Take a list in; give the exit code: 0 all taken, 1 rows refused, 2 not possible at all."""
    settings = Settings()
    db = Database(settings.database, shifted_clock(settings))
    try:
        content = await asyncio.to_thread(workbook.read_bytes)
        today = day_of(db.now())
        read = demand_list(await asyncio.to_thread(read_list, content, today=today, hidden=hidden))
        client = await client_for(settings, dry_run=dry_run)
        await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
        await upgrade(settings.database)
        async with db.reading() as session:
            names = await six_batches.in_force(session)
        if [one.label for one in names] != [one.label for one in SIX_BATCHES]:
            read = read_list(content, today=today, hidden=hidden, batches=names)
        read = as_new(read)
    except (ListError, OSError, RuntimeError) as error:
        print(why(error, settings), file=sys.stderr)
        await db.dispose()
        return 2
    try:
        services = services_for(client, db, settings, rules_of_the_day(settings))
        result = await _take_in(services, read, dry_run=dry_run)
    finally:
        await db.dispose()
    if annotated is not None:
        marked = annotated_workbook(content, result.outcomes(tried=dry_run))
        await asyncio.to_thread(annotated.write_bytes, marked)
    tell(result, as_json=as_json, dry_run=dry_run)
    return 1 if result.count("refused") else 0


async def client_for(settings: Settings, *, dry_run: bool) -> Client:
    """A dry run begins no life, so it needs no server."""
    if dry_run:
        return await lazy(settings.temporal)
    return await connect(settings.temporal)


def why(error: Exception, settings: Settings) -> str:
    """Say why nothing could be done at all."""
    if isinstance(error, RuntimeError):
        return (
            f"连接不上 Temporal（{settings.temporal_address}），没有登记任何问题；"
            "请先运行 bihuan run 或核对 BIHUAN_TEMPORAL_ADDRESS。"
        )
    return str(error)


async def _take_in(services: Services, read: ReadList, *, dry_run: bool) -> ImportResult:
    with progress() as bar:
        task = bar.add_task("导入", total=len(read.rows) + len(read.refused))

        async def come_so_far(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        return await import_rows(
            services, read, COMMAND_LINE, dry_run=dry_run, progress=come_so_far
        )


def tell(result: ImportResult, *, as_json: bool, dry_run: bool) -> None:
    """Print the report of a list, for people or as JSON."""
    if as_json:
        answer(result.document)
        return
    for part in result.reading.unread:
        print(part.said)
    for note in result.reading.notes:
        print(note.said)
    kept = [column.heading for column in result.reading.columns if column.read_as == REMARK]
    if kept:
        print(f"按备注保留的列：{'、'.join(kept)}")
    for row in result.rows:
        if row.told:
            print(f"{_place(row)} {row.told}")
        for error in row.errors:
            print(f"{_place(row)} {error.said}")
        for warning in row.warnings:
            print(f"{_place(row)} 提示：{warning.said}")
    did = "检查（未写入）" if dry_run else "登记"
    counts = {status: result.count(status) for status in ("accepted", "already", "refused")}
    print(
        f"已{did} {counts['accepted']} 行，以前已登记 {counts['already']} 行，"
        f"未通过 {counts['refused']} 行。"
    )
    waiting = sum(row.status == "accepted" and not row.transferred_on for row in result.rows)
    if waiting:
        print(f"其中 {waiting} 行未填移交日期，只登记、不移交，反馈期限不起算。")


def _place(row: RowResult) -> str:
    return f"{row.sheet} 第{row.row}行".strip()
