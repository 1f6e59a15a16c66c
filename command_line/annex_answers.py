"""`bihuan answers`: a filled annex form entered as on the web page, from the command line."""

from __future__ import annotations

import asyncio
import sys
from datetime import date
from pathlib import Path

from command_line.import_list import COMMAND_LINE, client_for, why
from command_line.telling import answer
from domain.local_time import day_of
from gateways.problem_list.errors import ListError
from gateways.problem_list.workbook import content_of
from office.answering.annex_intake import AnnexResult, annotated, enter, preview, sealed
from office.refused import Refused
from settings import Settings
from store.engine import Database
from store.migrate import upgrade
from wiring import rules_of_the_day, services_for, shifted_clock


async def enter_answers(
    workbook: Path,
    *,
    received_on: date | None,
    dry_run: bool,
    annotated_to: Path | None,
    as_json: bool,
) -> int:
    """Enter a form; give the exit code: 0 all entered, 1 rows refused, 2 not possible at all."""
    settings = Settings()
    db = Database(settings.database, shifted_clock(settings))
    try:
        content = await asyncio.to_thread(content_of, workbook)
        client = await client_for(settings, dry_run=dry_run)
        await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
        await upgrade(settings.database)
        services = services_for(client, db, settings, rules_of_the_day(settings))
        on = received_on or day_of(db.now())
        form = await sealed(services, content, workbook.name, on)
        act = preview if dry_run else enter
        result = await act(services, COMMAND_LINE, form)
        if annotated_to is not None:
            await asyncio.to_thread(annotated_to.write_bytes, await annotated(form, result))
    except (ListError, OSError, RuntimeError) as error:
        print(why(error, settings), file=sys.stderr)
        return 2
    except Refused as refused:
        print(refused.detail, file=sys.stderr)
        return 2
    finally:
        await db.dispose()
    _tell(result, as_json=as_json, dry_run=dry_run)
    return 1 if result.count("refused") else 0


def _tell(result: AnnexResult, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        answer(result.document)
        return
    for part in result.reading.unread:
        print(part.said)
    for note in result.reading.notes:
        print(note.said)
    for row in result.rows:
        for error in row.errors:
            print(f"{row.sheet} 第{row.row}行 {error.said}")
        for warning in row.warnings:
            print(f"{row.sheet} 第{row.row}行 提示：{warning.said}")
    did = "检查（未录入）" if dry_run else "录入"
    counts = [result.count(status) for status in ("accepted", "already", "refused")]
    print(f"已{did} {counts[0]} 行，以前已录入 {counts[1]} 行，未通过 {counts[2]} 行。")
