"""One bad file stops nobody: it is named, and the others are looked at."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory

from audit.pool import Job, verify_all
from audit.sources import lives_in, look_in
from audit.verify import verify_life
from gateways.temporal_client import DATA_CONVERTER

HISTORIES = Path(__file__).parent.parent / "histories"


def verify(*arguments: str) -> tuple[int, Any]:
    """Run `bihuan audit verify`."""
    command = [sys.executable, "-m", "cli", "audit", "verify", *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


def content_of(name: str) -> dict[str, Any]:
    """The first run of a recorded life, as plain content."""
    (file,) = list((HISTORIES / name).glob("run.json"))
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def write(folder: Path, name: str, content: object) -> None:
    """Put a file into a folder."""
    (folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "attributes", "said"),
    [
        ("TERMINATED", "workflowExecutionTerminatedEventAttributes", "被强行终止"),
        ("CANCELED", "workflowExecutionCanceledEventAttributes", "被取消"),
        ("FAILED", "workflowExecutionFailedEventAttributes", "异常结束"),
        ("TIMED_OUT", "workflowExecutionTimedOutEventAttributes", "超时结束"),
    ],
)
async def test_a_life_that_was_broken_off_is_a_difference(
    kind: str, attributes: str, said: str
) -> None:
    (runs,) = lives_in(HISTORIES / "silent")
    content = json.loads(runs[0].to_json())
    kinds = [event["eventType"] for event in content["events"]]
    idle = kinds.index("EVENT_TYPE_WORKFLOW_TASK_SCHEDULED", 15)
    events = content["events"][:idle]
    event = {
        "eventId": str(idle + 1),
        "eventTime": events[-1]["eventTime"],
        "eventType": f"EVENT_TYPE_WORKFLOW_EXECUTION_{kind}",
        attributes: {},
    }
    broken = WorkflowHistory.from_json(runs[0].workflow_id, {"events": [*events, event]})
    found = await verify_life([broken], DATA_CONVERTER)
    assert said in str(found.difference)


@pytest.mark.timeout(120)
def test_a_history_that_hangs_is_killed_and_named_and_the_rest_goes_on() -> None:
    lives = [lives_in(HISTORIES / name)[0] for name in ("silent", "on_time")]
    jobs = [Job(runs) for runs in lives]
    hanging = list(verify_all(jobs, patience=-1000))
    assert [one.difference is not None for one in hanging] == [True, True]
    assert "已停止" in str(hanging[0].difference)
    assert [one.difference for one in verify_all([*jobs, *jobs])] == [None] * 4


@pytest.mark.timeout(120)
def test_bad_files_are_named_and_the_others_verified(tmp_path: Path) -> None:
    shutil.copy(HISTORIES / "on_time" / "run.json", tmp_path / "well.json")
    write(tmp_path, "foreign.json", {"some": "content"})
    write(tmp_path, "list.json", [1])
    renamed = content_of("silent")
    started = renamed["events"][0]["workflowExecutionStartedEventAttributes"]
    started["workflowType"]["name"] = "AnythingElse"
    write(tmp_path, "renamed.json", renamed)
    (tmp_path / "gone.meta.json").write_text('{"sha256": "0"}', encoding="utf-8")
    code, content = verify(str(tmp_path))
    assert code == 1
    assert [life["ok"] for life in content["lives"]] == [True]
    told = "".join(content["not_looked_at"])
    for name in ("foreign.json", "list.json", "renamed.json", "gone.json", "AnythingElse"):
        assert name in told


def test_a_duration_that_cannot_be_read_is_no_crash(tmp_path: Path) -> None:
    content = content_of("silent")
    started = content["events"][0]["workflowExecutionStartedEventAttributes"]
    started["workflowTaskTimeout"] = "long"
    write(tmp_path, "run.json", content)
    (fault,) = look_in(tmp_path).faults
    assert "run.json" in fault.words


def test_a_number_or_all_open_lives_but_not_both() -> None:
    assert verify()[0] == 2
    assert verify("CQ2024-0001", "--open")[0] == 2
