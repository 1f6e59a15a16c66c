"""Files that were damaged, cut, doubled or added to: each is named, and none keeps the auditor waiting."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory

from audit.recording import Ordered, Recording, read_recording
from audit.replay import commands_of_replay
from audit.sources import Altered, lives_in
from audit.verify import Verified, verify_life
from domain import commands as c
from domain.addenda import Addendum, add, hashed, with_addenda
from domain.fold import fold
from domain.problem import Problem
from domain.rules import Rules
from gateways.temporal_client import DATA_CONVERTER
from tests.audit.test_verify import HISTORIES, altered
from tests.worlds.life import OFFICER, SUPERVISOR
from workflows.names import workflow_id

Events = list[dict[str, Any]]


def _unknown_kind(events: Events) -> None:
    events[3]["eventType"] = "EVENT_TYPE_NONSENSE"


def _another_kind(events: Events) -> None:
    events[3]["eventType"] = "EVENT_TYPE_TIMER_FIRED"


def _task_never_ended(events: Events) -> None:
    kinds = [event["eventType"] for event in events]
    del events[kinds.index("EVENT_TYPE_WORKFLOW_TASK_COMPLETED", 30)]


def _swapped(events: Events) -> None:
    events[5], events[6] = events[6], events[5]


def _ended_twice(events: Events) -> None:
    events.append(dict(events[-1]))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_unknown_kind, "类型"),
        (_another_kind, "类型"),
        (_task_never_ended, "没有结束"),
        (_swapped, "没有结束"),
        (_ended_twice, "其后不应再有事件"),
    ],
)
async def test_a_damaged_history_is_named_and_comes_to_an_end(
    damage: Callable[[Events], None], said: str
) -> None:
    text = (HISTORIES / "late_feedback" / "run.json").read_text(encoding="utf-8")
    events: Events = json.loads(text)["events"]
    damage(events)
    for place, event in enumerate(events, start=1):
        event["eventId"] = str(place)
    history = WorkflowHistory.from_json(workflow_id("CQ2024-0001"), {"events": events})
    verified = await verify_life([history], DATA_CONVERTER)
    assert verified.difference is not None
    assert said in verified.difference


@pytest.mark.timeout(60)
async def test_a_life_that_no_worker_has_begun_has_nothing_to_replay() -> None:
    (runs,) = lives_in(HISTORIES / "silent")
    begun = WorkflowHistory(runs[0].workflow_id, runs[0].events[:1])
    verified = await verify_life([begun], DATA_CONVERTER)
    assert (verified.difference, verified.decisions, verified.closed) == (None, 0, False)


@pytest.mark.timeout(60)
async def test_a_replay_that_never_ends_is_a_failed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.replay._patience", lambda _: 0.0)
    (runs,) = lives_in(HISTORIES / "silent")
    _, failure = await commands_of_replay(runs[0], DATA_CONVERTER)
    assert failure is not None
    assert "没有得到结果" in failure


async def test_runs_cut_off_the_end_leave_a_life_that_says_it_goes_on() -> None:
    (runs,) = lives_in(HISTORIES / "new_rules")
    cut = await verify_life(runs[:2], DATA_CONVERTER)
    assert (cut.difference, cut.closed, cut.goes_on) == (None, False, True)
    whole = await verify_life(runs, DATA_CONVERTER)
    assert (whole.closed, whole.goes_on) == (False, False)
    (ended,) = lives_in(HISTORIES / "on_time")
    assert (await verify_life(ended, DATA_CONVERTER)).closed


async def test_an_altered_cut_off_of_what_was_let_in_is_found() -> None:
    text = '"cutoff":"2024-07-09T16:00:00Z"'
    forged = altered("let_in", (text, '"cutoff":"2024-07-19T16:00:00Z"'))
    verified: Verified = await verify_life([forged], DATA_CONVERTER)
    assert verified.difference is not None
    assert "cutoff" in verified.difference


# -- folders ---------------------------------------------------------------------------------------


def test_two_files_of_one_run_must_say_the_same(tmp_path: Path) -> None:
    shutil.copy(HISTORIES / "silent" / "run.json", tmp_path / "b.json")
    shutil.copy(HISTORIES / "silent" / "run.json", tmp_path / "c.json")
    assert [len(runs) for runs in lives_in(tmp_path)] == [1]
    forged = altered("silent", ('"points":"0.2","capped"', '"points":"0.1","capped"'))
    (tmp_path / "a.json").write_text(forged.to_json(), encoding="utf-8")
    with pytest.raises(Altered, match=r"a\.json"):
        lives_in(tmp_path)


def test_an_exported_run_that_is_gone_is_missed(tmp_path: Path) -> None:
    shutil.copy(HISTORIES / "silent" / "run.json", tmp_path / "first.json")
    (tmp_path / "second.meta.json").write_text('{"sha256": "0"}', encoding="utf-8")
    with pytest.raises(Altered, match="second"):
        lives_in(tmp_path)


@pytest.mark.parametrize("meta", ["no json", "[]", "{}"])
def test_what_is_beside_a_run_and_cannot_be_read_is_named(tmp_path: Path, meta: str) -> None:
    shutil.copy(HISTORIES / "silent" / "run.json", tmp_path / "run.json")
    (tmp_path / "run.meta.json").write_text(meta, encoding="utf-8")
    with pytest.raises(Altered, match="说明文件"):
        lives_in(tmp_path)


# -- addenda ---------------------------------------------------------------------------------------


def _ended(recording: Recording) -> tuple[Problem, datetime, list[Any]]:
    orders = [h.order for h in recording.happenings if isinstance(h, Ordered)]
    events = [one for order in orders for one in order.recorded]
    problem: Problem | None = None
    for one in events:
        problem = fold(one, problem)
    assert problem is not None
    return problem, events[-1].at, events


def _noted() -> tuple[list[WorkflowHistory], Addendum, Addendum]:
    """An ended life with two addenda, three days and four days after its end."""
    (runs,) = lives_in(HISTORIES / "on_time")
    recording = read_recording(runs[0], DATA_CONVERTER)
    problem, at, events = _ended(recording)
    rules = Rules(recording.start.policy, recording.start.calendar, recording.start.rules_version)
    mark = c.MarkTypicalCase(typical=True, reason="示例", by=SUPERVISOR)
    later = at + timedelta(days=3)
    first = add(problem, events[-1], [], mark, cause="k1", now=later, rules=rules)
    number = c.RecordRegisterNumber(register=next(iter(c.Register)), number="7", by=OFFICER)
    second = add(
        with_addenda(problem, [first]),
        events[-1],
        [first],
        number,
        cause="k2",
        now=later + timedelta(days=1),
        rules=rules,
    )
    return runs, first, second


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, None),
        ({"at": timedelta(days=-2)}, "早于"),
        ({"at": timedelta(days=-300)}, "早于"),
        ({"cause": "k1"}, "两次"),
    ],
)
async def test_addenda_keep_their_order_in_time_and_each_its_own_command(
    change: dict[str, Any], said: str | None
) -> None:
    runs, first, second = _noted()
    changes = {name: second.at + v if name == "at" else v for name, v in change.items()}
    forged = hashed(replace(second, **changes))
    verified = await verify_life(runs, DATA_CONVERTER, (first, forged))
    assert said is None or said in (verified.difference or "")
    assert (verified.difference is None) == (said is None)
