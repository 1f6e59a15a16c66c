"""An export of a life under way that another run goes on from is kept like an ended one."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path

from activities.whole_files import write_whole
from gateways.open_exports import newest_export
from store.engine import Database
from store.lives.repairs import LostLife
from store.tables import ArchiveRow
from store.watch import archive_index
from workflows.names import workflow_id


async def keep_for_audit(db: Database, exports: Path, archive: Path, life: LostLife) -> None:
    """Copy the export that a life was begun again from into the archive, and enter it there.

    The server knows that run no more: without it nobody could look at the life a second time.
    """
    export = await asyncio.to_thread(newest_export, exports / life.problem_no)
    path = archive / life.problem_no / f"{life.after_run_id}.json"
    if export is None or export.run_id != life.after_run_id or await asyncio.to_thread(path.exists):
        return
    text = await asyncio.to_thread(export.file.read_text, "utf-8")
    row = ArchiveRow(
        run_id=life.after_run_id,
        workflow_id=workflow_id(life.problem_no),
        problem_no=life.problem_no,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        events=len(json.loads(text)["events"]),
        close_type="lost",
        path=str(path),
        archived_at=db.now(),
    )
    meta = json.dumps(
        row.model_dump(mode="json", exclude={"path"}), ensure_ascii=False, sort_keys=True
    )
    await asyncio.to_thread(write_whole, path, text)
    await asyncio.to_thread(write_whole, path.with_suffix(".meta.json"), meta)
    await archive_index.add(db, row)
