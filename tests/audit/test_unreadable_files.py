"""What cannot be read is named, whatever it is, and everything beside it is looked at all the same."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHistory

from audit.pool import Job
from audit.recording import Unreadable, read_recording
from audit.sources import NoHistory, look_in
from audit.verify import Verified, verify_life
from command_line.audit import verify_command
from gateways.temporal_client import DATA_CONVERTER
from tests.audit.test_verify import HISTORIES

NUMBER = "CQ2024-0001"


def life_in(folder: Path, name: str = "on_time") -> Path:
    """A life that verifies, in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(HISTORIES / name / "run.json", folder / "run.json"))


def _started_as(number: str) -> str:
    return _changed(lambda start: start["register"].update(problem_no=number))


def _started_with(value: object) -> str:
    return _changed(lambda start: start.update(revival=value))


def _changed(change: Callable[[dict[str, Any]], None]) -> str:
    """A recorded run with another id, and its start changed."""
    content = json.loads((HISTORIES / "silent" / "run.json").read_text("utf-8"))
    started = content["events"][0]["workflowExecutionStartedEventAttributes"]
    payload = started["input"]["payloads"][0]
    start = json.loads(base64.b64decode(payload["data"]))
    change(start)
    payload["data"] = base64.b64encode(json.dumps(start).encode()).decode()
    started["originalExecutionRunId"] = "other"
    return json.dumps(content)


def _deep(file: Path) -> None:
    file.write_text("[" * 100_000, "utf-8")


def _twice(file: Path) -> None:
    text = (HISTORIES / "silent" / "run.json").read_text("utf-8")
    file.write_text(
        text.replace('"eventTime"', '"eventTime": "2020-01-01T00:00:00Z", "eventTime"', 1)
    )


def _leads_nowhere(file: Path) -> None:
    file.symlink_to("/nowhere")
    file.with_suffix(".meta.json").write_text("{}", "utf-8")


def _deep_meta(file: Path) -> None:
    life_in(file.parent)
    file.with_name("run.meta.json").write_text("[" * 100_000, "utf-8")


def _folder_for_a_meta(file: Path) -> None:
    life_in(file.parent)
    file.with_name("run.meta.json").mkdir()


def _folder_in_its_place(file: Path) -> None:
    file.mkdir()
    file.with_suffix(".meta.json").write_text("{}", "utf-8")


def _pipe(file: Path) -> None:
    os.mkfifo(file)


def _linked_folder(file: Path) -> None:
    (file.parent / "elsewhere").symlink_to(HISTORIES / "silent")


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (_deep, "bad.json"),
        (_twice, "eventTime 出现两次"),
        (_leads_nowhere, "bad.json"),
        (_deep_meta, "run.meta.json"),
        (_pipe, "bad.json"),
        (_folder_in_its_place, "bad.json 曾经导出"),
        (_linked_folder, "elsewhere 是指向别处的链接"),
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_is_found(
    tmp_path: Path, damage: Callable[[Path], None], named: str
) -> None:
    life_in(tmp_path / "well")
    (tmp_path / "bad").mkdir()
    damage(tmp_path / "bad" / "bad.json")
    found = look_in(tmp_path)
    assert {named in fault.words for fault in found.faults} == {True}
    assert len(found.lives) == 1


@pytest.mark.parametrize("revival", ["x", [1], 7])
def test_a_start_that_is_none_stops_no_other(tmp_path: Path, revival: object) -> None:
    life_in(tmp_path / "well")
    (tmp_path / "bad.json").write_text(_started_with(revival), "utf-8")
    ((one, two),) = look_in(tmp_path).lives
    assert {one.events[0].event_id, two.events[0].event_id} == {1}
    bad = next(run for run in (one, two) if len(run.events) > 100)
    with pytest.raises(Unreadable) as said:
        read_recording(bad, DATA_CONVERTER)
    assert "第 1 个事件的内容无法识别：" in str(said.value)
    assert "validation error" not in str(said.value)


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """No helper process: what is gathered is looked at here, not how it is verified."""

    def verify(jobs: Sequence[Job]) -> list[Verified]:
        return [asyncio.run(verify_life(job.runs, DATA_CONVERTER, job.added)) for job in jobs]

    monkeypatch.setattr("command_line.audit._verify", verify)


async def _told(capsys: pytest.CaptureFixture[str], *args: Any, **rest: Any) -> tuple[int, Any]:
    code = await verify_command(*args, as_json=True, **rest)
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.timeout(60)
async def test_a_broken_register_and_broken_addenda_are_named_and_the_lives_verified(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    life_in(tmp_path / NUMBER)
    for name, text in (("a", "[]"), ("b", '[{"hidden": 1}]'), ("c", "[" * 100_000)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "addenda.json").write_text(text, "utf-8")
    (tmp_path / "known-rules.json").write_text("[]", "utf-8")
    code, told = await _told(capsys, str(tmp_path))
    assert code == 1
    assert [life["ok"] for life in told["lives"]] == [True]
    assert not told["ok"]
    for name in ("a/addenda.json", "b/addenda.json", "c/addenda.json", "known-rules.json"):
        assert sum(name in words for words in told["not_looked_at"]) == 1


# -- a life on the server and what the archive has of it ---------------------------------------------


class Server:
    """A server that holds one open life."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        monkeypatch.setenv("BIHUAN_DATA_DIR", str(folder))
        monkeypatch.setattr("command_line.audit.connect", self.connect)
        monkeypatch.setattr("command_line.audit.running", self.running)
        monkeypatch.setattr("command_line.audit.life_on_server", self.life)
        self.numbers = [NUMBER]

    async def connect(self, _: object) -> None:
        """There it is."""

    async def running(self, _: Client) -> list[str]:
        """All open lives."""
        return self.numbers

    async def life(self, _: Client, number: str) -> list[WorkflowHistory]:
        """What it holds of one."""
        if number != NUMBER:
            raise NoHistory(f"没有 {number}")
        text = (HISTORIES / "on_time" / "run.json").read_text("utf-8")
        return [WorkflowHistory.from_json(f"problem-{NUMBER}", text)]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Server:
    return Server(monkeypatch, tmp_path)


def _no_history(folder: Path) -> None:
    (folder / "x.json").write_text("[]", "utf-8")


def _another_problem(folder: Path) -> None:
    (folder / "x.json").write_text(_started_as("CQ2024-0000"), "utf-8")


def _not_its_hash(folder: Path) -> None:
    life_in(folder)
    (folder / "run.meta.json").write_text('{"sha256": "0"}', "utf-8")


def _changed_with_its_hash(folder: Path) -> None:
    text = (HISTORIES / "on_time" / "run.json").read_text("utf-8")
    (folder / "x.json").write_text(text.replace('"attempt": 1', '"attempt": 2', 1), "utf-8")


def _only_addenda(folder: Path) -> None:
    (folder / "addenda.json").write_text("[]", "utf-8")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("every_open", [False, True])
@pytest.mark.parametrize(
    "damage",
    [_no_history, _another_problem, _not_its_hash, _changed_with_its_hash, _only_addenda],
)
async def test_a_bad_file_in_the_archive_is_named_beside_the_life_on_the_server(
    server: Server,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None],
    every_open: bool,
) -> None:
    kept = tmp_path / "archive" / NUMBER
    kept.mkdir(parents=True)
    damage(kept)
    server.numbers = [NUMBER, "gone"]
    code, told = await _told(capsys, "" if every_open else NUMBER, every_open=every_open)
    assert code == 1
    assert [life["ok"] for life in told["lives"]] == [True]
    assert len(told["not_looked_at"]) == 1 + every_open


async def test_no_open_life_and_no_life_at_all_are_answered_in_words_and_in_json(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.numbers = []
    assert await verify_command("", as_json=False, every_open=True) == 0
    assert "没有在办的问题" in capsys.readouterr().out
    assert (await _told(capsys, "", every_open=True)) == (
        0,
        {"ok": True, "lives": [], "not_looked_at": []},
    )
    code, told = await _told(capsys, "CQ2024-0404")
    assert (code, told["ok"], told["lives"]) == (2, False, [])


@pytest.mark.timeout(60)
async def test_the_verdict_says_whether_the_life_came_to_its_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = life_in(tmp_path, "silent")
    assert await verify_command(str(file), as_json=False) == 0
    assert "，已办结 —— 相符" in capsys.readouterr().out
    content = json.loads(file.read_text("utf-8"))
    kinds = [event["eventType"] for event in content["events"]]
    content["events"] = content["events"][: kinds.index("EVENT_TYPE_TIMER_FIRED")]
    file.write_text(json.dumps(content), "utf-8")
    assert await verify_command(str(file), as_json=False) == 0
    assert "未办结，历史止于 20" in capsys.readouterr().out
