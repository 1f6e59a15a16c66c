"""`bihuan audit verify`: where the histories are, and what was found."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from temporalio.client import WorkflowHistory

from audit.sources import Altered, NoHistory, addenda_in, life_on_server, lives_in
from audit.verify import Verified, verify_life
from domain.addenda import Addendum
from gateways.temporal_client import DATA_CONVERTER, connect
from gateways.temporal_door import TemporalDoor
from workflows.names import problem_no_of

DEFAULT_ADDRESS = "127.0.0.1:7233"
DEFAULT_NAMESPACE = "bihuan"


async def verify_command(what: str, *, as_json: bool) -> int:
    """Verify a problem, a file or a folder; give the exit code: 0 right, 1 wrong, 2 not there."""
    try:
        lives = await _lives(what)
        added = await asyncio.to_thread(addenda_in, Path(what))
        _demand_lives(lives, added)
    except NoHistory as error:
        print(str(error), file=sys.stderr)
        return 2
    except Altered as error:
        if as_json:
            print(
                json.dumps({"ok": False, "lives": [], "difference": str(error)}, ensure_ascii=False)
            )
        else:
            print(str(error))
        return 1
    found = []
    for place, runs in enumerate(lives, start=1):
        beside = added.get(problem_no_of(runs[0].workflow_id), ())
        found.append(await verify_life(runs, DATA_CONVERTER, beside))
        if len(lives) > 1:
            print(f"\r已核验 {place}/{len(lives)}", end="", file=sys.stderr, flush=True)
    if len(lives) > 1:
        print(file=sys.stderr)
    _tell(found, as_json=as_json)
    return 0 if all(one.difference is None for one in found) else 1


def _demand_lives(
    lives: Sequence[Sequence[WorkflowHistory]], added: Mapping[str, Sequence[Addendum]]
) -> None:
    """Raise `Altered` when something was noted after the end of a life whose history is gone."""
    gone = set(added) - {problem_no_of(runs[0].workflow_id) for runs in lives}
    if gone:
        raise Altered(f"有补记而没有历史记录：{'、'.join(sorted(gone))}。")


async def _lives(what: str) -> list[list[WorkflowHistory]]:
    path = Path(what)
    if await asyncio.to_thread(path.exists):
        return await asyncio.to_thread(lives_in, path)
    address = os.environ.get("BIHUAN_TEMPORAL_ADDRESS", DEFAULT_ADDRESS)
    namespace = os.environ.get("BIHUAN_TEMPORAL_NAMESPACE", DEFAULT_NAMESPACE)
    try:
        client = await connect(TemporalDoor(address=address, namespace=namespace))
    except RuntimeError as error:
        raise NoHistory(
            f"没有名为 {what} 的文件或文件夹，也连接不上 Temporal（{address}）：{error}"
        ) from error
    return [await life_on_server(client, what)]


def _tell(found: Sequence[Verified], *, as_json: bool) -> None:
    if as_json:
        content = {
            "ok": all(one.difference is None for one in found),
            "lives": [one.as_json() for one in found],
        }
        print(json.dumps(content, ensure_ascii=False, indent=2))
        return
    for one in found:
        verdict = "相符" if one.difference is None else f"不符：{one.difference}"
        print(
            f"{one.problem_no}：{one.runs} 个运行，{one.events} 个事件，{one.decisions} 项记录，"
            f"{f'{one.added} 项补记，' if one.added else ''}"
            f"扣 {one.points} 分，入清单 {one.listed} 次"
            f"{'，其后的运行不在此处' if one.goes_on else ''} —— {verdict}"
        )
