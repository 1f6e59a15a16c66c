"""Where histories come from: exported files, a folder of them, or a running server."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from temporalio.api.history.v1 import WorkflowExecutionStartedEventAttributes
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from audit.strict import Doubled, strictly, unknown_in
from domain.addenda import Addendum
from gateways import known_rules
from gateways.history_text import history_text
from gateways.payload_codec import NOTHING_SEALED, CannotOpen, SealedPayloads, opener_of
from gateways.run_chain import ADDENDA, run_before, takes_the_place_of_rivals
from gateways.typed_errors import in_words
from workflows.names import workflow_id

LIFE = "ProblemWorkflow"
_SWEEP = "ArchiveSweepWorkflow"
_META = ".meta.json"
_ADDENDA = TypeAdapter(tuple[Addendum, ...])


class NoHistory(Exception):
    """There is no history where one was asked for; the message says where and what to do."""


class Altered(Exception):
    """A file no longer has the hash under which it was exported; the message names it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that was not looked at, and why; `altered` where it was exported and is not as it was."""

    words: str
    altered: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The lives below a folder, the runs of each oldest first, and what was not looked at."""

    lives: list[list[WorkflowHistory]]
    faults: list[Fault]


def lives_in(path: Path, opener: SealedPayloads = NOTHING_SEALED) -> list[list[WorkflowHistory]]:
    """Read a file, or every history below a folder; the runs of one life together, oldest first.

    Raises `NoHistory` when nothing is there or a file is no history, `Altered` when a file no
    longer has the hash that was written beside it, is gone, or is there twice and not the same.
    """
    found = look_in(path, opener)
    for fault in sorted(found.faults, key=lambda one: not one.altered):
        raise Altered(fault.words) if fault.altered else NoHistory(fault.words)
    return found.lives


def look_in(path: Path, opener: SealedPayloads = NOTHING_SEALED) -> Found:
    """Read and open all that can be read, and name each file that cannot; raises `NoHistory` for no file."""
    files, faults = _files_below(path)
    files = [file for file in files if file.name not in (ADDENDA, known_rules.NAME)]
    if not files and not faults:
        raise NoHistory(f"{path} 中没有历史记录文件（*.json）。")
    faults += _gone([file for file in files if file.name.endswith(_META)])
    lives: dict[str, dict[str, tuple[Path, WorkflowHistory]]] = {}
    for file in (one for one in files if not one.name.endswith(_META)):
        try:
            history = _read(file, opener)
            if history is not None:
                runs = lives.setdefault(history.workflow_id, {})
                _demand_the_same(runs.setdefault(_run_id(history), (file, history)), file, history)
        except Altered as fault:
            faults.append(Fault(str(fault), altered=True))
        except NoHistory as fault:
            faults.append(Fault(str(fault)))
    if not lives and not faults:
        raise NoHistory(f"{path} 中没有问题的历史记录文件（*.json）。")
    ordered = [_in_order([run for _, run in runs.values()]) for _, runs in sorted(lives.items())]
    return Found(ordered, faults)


def _files_below(path: Path) -> tuple[list[Path], list[Fault]]:
    """List every JSON file of a folder, and what cannot be entered or leads elsewhere."""
    if path.is_file():
        return [path], []
    found: list[Path] = []
    faults: list[Fault] = []

    def shut(error: OSError) -> None:
        faults.append(Fault(f"{error.filename} 无法打开（{error.strerror}），其中的内容未予核验。"))

    for where, folders, names in os.walk(path, onerror=shut):
        links = [one for name in folders if (one := Path(where, name)).is_symlink()]
        faults += [Fault(f"{one} 是指向别处的链接，其中的内容未予核验。") for one in links]
        found += [Path(where, name) for name in names if name.endswith(".json")]
    return sorted(found), faults


def _gone(metas: Iterable[Path]) -> Iterator[Fault]:
    """Name what was taken out of a folder after it had been exported."""
    for meta in metas:
        file = meta.with_name(meta.name.removesuffix(_META) + ".json")
        if not file.is_file():
            yield Fault(f"{file} 曾经导出，现已不在。", altered=True)


def _demand_the_same(known: tuple[Path, WorkflowHistory], file: Path, run: WorkflowHistory) -> None:
    """Refuse two files of one run that do not say the same."""
    other, kept = known
    if list(kept.events) != list(run.events):
        raise Altered(f"{other} 和 {file} 是同一个运行，内容却不同。")


def addenda_in(path: Path) -> tuple[dict[str, tuple[Addendum, ...]], list[Fault]]:
    """Read what was noted after the end of the lives below a folder, by the problem's number.

    What cannot be read is named and keeps no other from being read.
    """
    files = [] if path.is_file() else sorted(path.rglob(ADDENDA))
    found: dict[str, tuple[Addendum, ...]] = {}
    faults: list[Fault] = []
    for file in files:
        try:
            added = _noted(file)
            numbers = sorted({one.problem_no for one in added})
            if len(numbers) != 1 or numbers[0] in found:
                raise ValueError(f"应为一个问题的全部补记，实为 {'、'.join(numbers) or '空白'}")
            found[numbers[0]] = added
        except (ValueError, OSError, RecursionError) as error:
            why = in_words(error) if isinstance(error, ValidationError) else str(error)
            faults.append(Fault(f"{file} 不是导出的补记：{why}", altered=True))
    return found, faults


def _noted(file: Path) -> tuple[Addendum, ...]:
    """Read one file of addenda; raises ValueError where it says anything else, or a thing twice."""
    raw = file.read_bytes()
    content, added = strictly(raw), _ADDENDA.validate_json(raw)
    unknown = next(unknown_in(content, _ADDENDA.dump_python(added, mode="json")), None)
    if unknown is not None:
        raise ValueError(f"有不认识的内容 {unknown}")
    return added


async def life_on_server(
    client: Client, problem_no: str, run_id: str | None = None
) -> list[WorkflowHistory]:
    """Fetch the runs of a life that the server still holds, oldest first; raises `NoHistory`.

    Up to the newest run, or up to the one that is asked for.
    """
    opener = opener_of(client.data_converter.payload_codec)
    runs: list[WorkflowHistory] = []
    while run_id != "":  # the first run names none before it
        handle = client.get_workflow_handle(workflow_id(problem_no), run_id=run_id)
        try:
            history = opener.opened(await handle.fetch_history())
        except RPCError as error:
            if runs and error.status is RPCStatusCode.NOT_FOUND:
                break  # the server has forgotten the earlier runs; the archive may have them
            raise NoHistory(f"服务器上没有问题 {problem_no} 的历史记录：{error.message}") from error
        except CannotOpen as error:
            raise NoHistory(f"问题 {problem_no} 的历史记录无法读取：{error}。") from error
        runs.insert(0, history)
        run_id = run_before(history)
    return runs


def joined(
    on_server: Iterable[WorkflowHistory], archived: Iterable[WorkflowHistory]
) -> list[WorkflowHistory]:
    """Put the runs of one life together; of one that is in both places the server's counts."""
    runs = {_run_id(run): run for run in (*archived, *on_server)}
    return _in_order(runs.values())


def contradicted(
    on_server: Iterable[WorkflowHistory], archived: Iterable[WorkflowHistory]
) -> list[str]:
    """Name the runs that the archive tells otherwise than the server."""
    there = {_run_id(run): run for run in on_server}
    both = [run for run in archived if _run_id(run) in there]
    # As written: of what a server says, an archive keeps what our types know.
    return [_run_id(run) for run in both if history_text(run) != history_text(there[_run_id(run)])]


def _read(file: Path, opener: SealedPayloads) -> WorkflowHistory | None:
    """Read one exported run; None for one that is no problem's life, a sweep say."""
    try:
        if not file.is_file():
            raise NoHistory(f"{file} 不是可以读取的文件。")
        _demand_own_hash(file)
        content = strictly(file.read_text(encoding="utf-8"))
        history = opener.opened(WorkflowHistory.from_json("", {"events": content["events"]}))
        started = _started(history)
        if started.workflow_type.name == _SWEEP and not started.input.payloads:
            return None
        if started.workflow_type.name != LIFE:
            raise NoHistory(f"{file} 的流程类型为“{started.workflow_type.name}”，未予核验。")
        start = json.loads(started.input.payloads[0].data)
        return WorkflowHistory(workflow_id(start["register"]["problem_no"]), history.events)
    except (Altered, NoHistory):
        raise
    except CannotOpen as error:
        raise NoHistory(f"{file} 无法读取：{error}。") from error
    except Doubled as twice:
        raise NoHistory(f"{file} 不是导出的历史记录：字段 {twice} 出现两次。") from None
    except Exception as error:  # whatever one file holds, the others are looked at
        raise NoHistory(f"{file} 不是导出的历史记录：{error}") from error


def _demand_own_hash(file: Path) -> None:
    meta = file.with_suffix(".meta.json")
    if not meta.exists():
        return
    try:
        kept = json.loads(meta.read_text(encoding="utf-8"))["sha256"]
    except (ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        raise Altered(f"{meta} 不是导出时的说明文件：{error}") from error
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if kept != found:
        raise Altered(f"{file} 的 SHA-256 为 {found}，导出时为 {kept}，文件已被改动。")


def _in_order(runs: Iterable[WorkflowHistory]) -> list[WorkflowHistory]:
    """Order runs by the chain in which each names the one before it."""
    by_id = {_run_id(run): run for run in _answered_for(list(runs))}
    after = {run_before(run): run for run in by_id.values()}
    first = [run for run in by_id.values() if run_before(run) not in by_id]
    ordered = first[:1]
    while ordered and _run_id(ordered[-1]) in after:
        ordered.append(after[_run_id(ordered[-1])])
    left_over = [run for run in by_id.values() if run not in ordered]
    return ordered + left_over


def _answered_for(runs: Sequence[WorkflowHistory]) -> Iterator[WorkflowHistory]:
    """Leave out the rivals that two persons had ended when they had the life begun again from another run."""
    by_id = {_run_id(run): run for run in runs}
    begun_again = [run for run in runs if takes_the_place_of_rivals(run)]
    newest = max(begun_again, key=_begun_at, default=None)
    chain: set[str] = set()
    place = newest
    while place is not None and _run_id(place) not in chain:
        chain.add(_run_id(place))
        place = by_id.get(run_before(place))
    for run in runs:
        if newest is None or _run_id(run) in chain or _begun_at(run) > _begun_at(newest):
            yield run


def _begun_at(run: WorkflowHistory) -> datetime:
    return run.events[0].event_time.ToDatetime(tzinfo=UTC)


def _run_id(run: WorkflowHistory) -> str:
    """Give a run's own id: the first event of a reset one is a copy, and names the run it was copied from."""
    resets = (event.workflow_task_failed_event_attributes for event in run.events)
    own = [one.new_run_id for one in resets if one.new_run_id]
    return own[-1] if own else _started(run).original_execution_run_id


def _started(run: WorkflowHistory) -> WorkflowExecutionStartedEventAttributes:
    return run.events[0].workflow_execution_started_event_attributes
