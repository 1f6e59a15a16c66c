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
    Altered,
    Fault,
    NoHistory,
    addenda_in,
    joined,
    life_on_server,
    lives_in,
    look_in,
)
from audit.verify import Verified
from command_line import known_rules
from command_line.telling import answer
from domain.addenda import Addendum
from gateways.known_rules import KnownRules, KnownRulesError
from gateways.lives_on_server import running
from gateways.payload_codec import SealedPayloads
from gateways.temporal_client import connect
from gateways.typed_errors import in_words
from settings import Settings
from workflows.names import problem_no_of


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
        looked = await (_open() if every_open else _look(what))
        known = await _known(None if every_open else Path(what), rules)
        looked.jobs[:] = [replace(job, known=known) for job in looked.jobs]
    except (NoHistory, KnownRulesError) as error:
        print(str(error), file=sys.stderr)
        return 2
    if not looked.jobs and not any(fault.altered for fault in looked.faults):
        for fault in looked.faults:
            print(fault.words, file=sys.stderr)
        return 2 if looked.faults else 0
    found = await asyncio.to_thread(_verify, looked.jobs)
    _tell(found, looked.faults, as_json=as_json)
    return 0 if all(one.difference is None for one in found) and not looked.faults else 1


async def _known(path: Path | None, rules: Path | None) -> KnownRules:
    """Give what was ever in force: as brought, beside the files looked at, or here."""
    if rules is not None:
        return await asyncio.to_thread(known_rules.given, rules)
    if path is not None and await asyncio.to_thread(path.exists):
        return await asyncio.to_thread(known_rules.beside, path)
    return await known_rules.of_installation(_settings())


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
    archived, added = await asyncio.to_thread(_archived, settings.archive / what, _opener(settings))
    try:
        client = await connect(settings.temporal)
        on_server = await life_on_server(client, what)
    except (RuntimeError, NoHistory) as error:
        if not archived:
            where = settings.temporal_address
            raise NoHistory(
                f"没有名为 {what} 的文件或文件夹，归档中没有问题 {what}，"
                f"从 Temporal（{where}）也得不到其历史记录：{error}"
            ) from error
        print(f"服务器上没有 {what} 的历史记录，以归档为准：{error}", file=sys.stderr)
        on_server = []
    return _Looked(_jobs([joined(on_server, archived)], added))


def _in_files(path: Path, opener: SealedPayloads) -> _Looked:
    found = look_in(path, opener)
    faults = list(found.faults)
    try:
        added = addenda_in(path)
    except NoHistory as error:
        added = {}
        faults.append(Fault(str(error), altered=True))
    known = {problem_no_of(runs[0].workflow_id) for runs in found.lives}
    gone = sorted(set(added) - known)
    if gone:
        faults.append(Fault(f"有补记而没有历史记录：{'、'.join(gone)}。", altered=True))
    return _Looked(_jobs(found.lives, added), faults)


def _archived(
    folder: Path, opener: SealedPayloads
) -> tuple[list[WorkflowHistory], Mapping[str, Sequence[Addendum]]]:
    """Give the runs of one problem in the archive; none where it has none that can be read."""
    try:
        if not folder.is_dir():
            return [], {}
        (runs, *_), added = lives_in(folder, opener), addenda_in(folder)
    except Altered as error:
        print(str(error), file=sys.stderr)
        return [], {}
    return runs, added


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
    archived, added = await asyncio.to_thread(
        _archived, settings.archive / number, _opener(settings)
    )
    try:
        runs = joined(await life_on_server(client, number), archived)
    except NoHistory as error:
        looked.faults.append(Fault(str(error), altered=True))
        return
    looked.jobs.extend(_jobs([runs], added))


def _opener(settings: Settings) -> SealedPayloads:
    return SealedPayloads(settings.temporal.payload_keys)


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        raise NoHistory(f"设置有误：{in_words(error)}") from error


def _tell(found: Sequence[Verified], faults: Sequence[Fault], *, as_json: bool) -> None:
    if as_json:
        content = {
            "ok": all(one.difference is None for one in found) and not faults,
            "lives": [one.as_json() for one in found],
            "not_looked_at": [fault.words for fault in faults],
        }
        answer(content)
        return
    for one in found:
        verdict = "相符" if one.difference is None else f"不符：{one.difference}"
        print(
            f"{one.problem_no}：{one.runs} 个运行，{one.events} 个事件，{one.decisions} 项记录，"
            f"{f'{one.added} 项补记，' if one.added else ''}"
            f"扣 {one.points} 分，入清单 {one.listed} 次"
            f"{'，其后的运行不在此处' if one.goes_on else ''} —— {verdict}"
        )
        for note in one.notes:
            print(f"  附注：{note}")
    for fault in faults:
        print(f"未核验：{fault.words}")
