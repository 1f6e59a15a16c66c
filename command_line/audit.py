"""`bihuan audit verify`: where the histories are, and what was found."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError

from audit.pool import Job, verify_all
from audit.sources import (
    Fault,
    NoHistory,
    addenda_in,
    contradicted,
    joined,
    life_on_server,
    look_in,
)
from audit.verify import Verified
from command_line import known_rules
from command_line.telling import answer
from domain.addenda import Addendum
from domain.local_time import SHANGHAI
from gateways.known_rules import KnownRules, KnownRulesError, of_this_release
from gateways.lives_on_server import running
from gateways.payload_codec import SealedPayloads
from gateways.temporal_client import connect
from gateways.typed_errors import settings_in_words
from settings import Settings
from workflows.names import problem_no_of, workflow_id


@dataclass(frozen=True, slots=True)
class _Looked:
    """The lives to verify, what was noted after their ends, and what could not be looked at."""

    jobs: list[Job]
    faults: list[Fault] = field(default_factory=list)


async def verify_command(
    what: str, *, as_json: bool, every_open: bool = False, rules: Path | None = None
) -> int:
    """Verify a problem, a file, a folder, or every open life; `rules` is the auditor's own register.

    Gives the exit code: 0 right, 1 wrong or not all looked at, 2 nothing there.
    """
    try:
        own = None if rules is None else await asyncio.to_thread(known_rules.given, rules)
        looked = await (_open() if every_open else _look(what))
        known = own or await _known(None if every_open else Path(what), looked.faults)
    except (NoHistory, KnownRulesError) as error:
        if as_json:
            _tell([], [Fault(str(error))], as_json=True)
        print(str(error), file=sys.stderr)
        return 2
    looked.jobs[:] = [replace(job, known=known) for job in looked.jobs]
    found = await asyncio.to_thread(_verify, looked.jobs)
    _tell(found, looked.faults, as_json=as_json)
    if not found and looked.faults and not any(fault.altered for fault in looked.faults):
        return 2
    return 0 if all(one.difference is None for one in found) and not looked.faults else 1


async def _known(path: Path | None, faults: list[Fault]) -> KnownRules:
    """Give what was ever in force, beside the files looked at or here; a broken register is a fault."""
    try:
        if path is not None and await asyncio.to_thread(path.exists):
            return await asyncio.to_thread(known_rules.beside, path)
        return await known_rules.of_installation(_settings())
    except KnownRulesError as error:
        faults.append(Fault(f"{error}。仅以本版本自带的口径登记为准。", altered=True))
        return of_this_release()


def _verify(jobs: Sequence[Job]) -> list[Verified]:
    found = []
    for place, one in enumerate(verify_all(jobs), start=1):
        found.append(one)
        if len(jobs) > 1:
            print(f"\r已核验 {place}/{len(jobs)}", end="", file=sys.stderr, flush=True)
    if len(jobs) > 1:
        print(file=sys.stderr)
    return found


async def _look(what: str) -> _Looked:
    path, settings = Path(what), _settings()
    if await asyncio.to_thread(path.exists):
        return await asyncio.to_thread(_in_files, path, _opener(settings))
    kept = await asyncio.to_thread(_archived, settings, what)
    try:
        client = await connect(settings.temporal)
        on_server = await life_on_server(client, what)
    except (RuntimeError, NoHistory) as error:
        if not kept.jobs and not kept.faults:
            where = settings.temporal_address
            raise NoHistory(
                f"没有名为 {what} 的文件或文件夹，归档中没有问题 {what}，"
                f"从 Temporal（{where}）也得不到其历史记录：{error}"
            ) from error
        print(f"服务器上没有 {what} 的历史记录，以归档为准：{error}", file=sys.stderr)
        return kept
    return _with_archived(on_server, kept)


def _with_archived(on_server: Sequence[WorkflowHistory], kept: _Looked) -> _Looked:
    """Join a life on the server with what the archive has of it; where they contradict each other, say so."""
    archived = [run for job in kept.jobs for run in job.runs]
    added = next((job.added for job in kept.jobs), ())
    told = [
        Fault(f"归档的运行 {run} 与服务器上的不同，归档文件已被改动。", altered=True)
        for run in contradicted(on_server, archived)
    ]
    return _Looked([Job(joined(on_server, archived), added)], [*kept.faults, *told])


def _in_files(path: Path, opener: SealedPayloads) -> _Looked:
    found = look_in(path, opener)
    added, unread = addenda_in(path)
    faults = [*found.faults, *unread]
    known = {problem_no_of(runs[0].workflow_id) for runs in found.lives}
    gone = sorted(set(added) - known)
    if gone:
        faults.append(Fault(f"有补记而没有历史记录：{'、'.join(gone)}。", altered=True))
    return _Looked(_jobs(found.lives, added), faults)


def _archived(settings: Settings, number: str) -> _Looked:
    """Give what the archive has of one problem, and what there cannot be used."""
    folder = settings.archive / number
    if not folder.is_dir():
        return _Looked([])
    try:
        looked = _in_files(folder, _opener(settings))
    except NoHistory as error:
        return _Looked([], [Fault(str(error), altered=True)])
    faults = [replace(fault, altered=True) for fault in looked.faults]
    own = [job for job in looked.jobs if job.runs[0].workflow_id == workflow_id(number)]
    if len(own) < len(looked.jobs):
        faults.append(Fault(f"{folder} 中有其他问题的历史记录。", altered=True))
    return _Looked(own, faults)


def _jobs(
    lives: Iterable[Sequence[WorkflowHistory]], added: Mapping[str, Sequence[Addendum]]
) -> list[Job]:
    return [Job(runs, added.get(problem_no_of(runs[0].workflow_id), ())) for runs in lives]


async def _open() -> _Looked:
    """Fetch every running life, one after the other; one that cannot be had is named."""
    settings = _settings()
    try:
        client = await connect(settings.temporal)
        numbers = await running(client)
    except (RuntimeError, RPCError) as error:
        where = settings.temporal_address
        raise NoHistory(f"连接不上 Temporal（{where}）：{error}") from error
    looked = _Looked([])
    for number in numbers:
        await _add(looked, client, settings, number)
    return looked


async def _add(looked: _Looked, client: Client, settings: Settings, number: str) -> None:
    kept = await asyncio.to_thread(_archived, settings, number)
    try:
        both = _with_archived(await life_on_server(client, number), kept)
    except NoHistory as error:
        both = _Looked([], [*kept.faults, Fault(str(error), altered=True)])
    looked.jobs.extend(both.jobs)
    looked.faults.extend(both.faults)


def _opener(settings: Settings) -> SealedPayloads:
    return SealedPayloads(settings.temporal.payload_keys)


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        raise NoHistory(f"设置有误：{settings_in_words(error)}") from error


def _tell(found: Sequence[Verified], faults: Sequence[Fault], *, as_json: bool) -> None:
    if as_json:
        content = {
            "ok": all(one.difference is None for one in found) and not faults,
            "lives": [one.as_json() for one in found],
            "not_looked_at": [fault.words for fault in faults],
        }
        answer(content)
        return
    if not found and not faults:
        print("服务器上没有在办的问题")
    for one in found:
        verdict = "相符" if one.difference is None else f"不符：{one.difference}"
        print(
            f"{one.problem_no}：{one.runs} 个运行，{one.events} 个事件，{one.decisions} 项记录，"
            f"{f'{one.added} 项补记，' if one.added else ''}"
            f"扣 {one.points} 分，入清单 {one.listed} 次，{_how_far(one)} —— {verdict}"
        )
        for note in one.notes:
            print(f"  附注：{note}")
    for fault in faults:
        print(f"未核验：{fault.words}")


def _how_far(one: Verified) -> str:
    """Say whether a life came to its end here: one that was cut off looks like one that is open."""
    if one.closed:
        return "已办结"
    if one.goes_on:
        return "其后的运行不在此处"
    return f"未办结，历史止于 {one.until.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
