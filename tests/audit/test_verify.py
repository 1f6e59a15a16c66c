"""Recorded lives replay and re-derive; whoever touches one is found out."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from temporalio.client import WorkflowHistory

from audit.recording import Answered, Asked, read_recording
from audit.sources import NoHistory, lives_in
from audit.verify import Verified, verify_life
from domain import commands as c
from domain.policy import content_hash
from domain.work_calendar import WorkCalendar, years_hash
from gateways.temporal_client import DATA_CONVERTER
from workflows.names import workflow_id

HISTORIES = Path(__file__).parent.parent / "histories"
LIVES = sorted(path.name for path in HISTORIES.iterdir() if path.is_dir() and path.name[0] != "_")


@pytest.mark.parametrize("name", LIVES)
async def test_every_recorded_life_replays_and_re_derives(name: str) -> None:
    (runs,) = lives_in(HISTORIES / name)
    verified = await verify_life(runs, DATA_CONVERTER)
    assert verified.difference is None
    assert verified.decisions > 0


def altered(name: str, *changes: tuple[str, str], run: str = "run") -> WorkflowHistory:
    """Give a recorded run with, for each change, the first payload holding the old text changed."""
    content = json.loads((HISTORIES / name / f"{run}.json").read_text(encoding="utf-8"))
    for old, new in changes:
        assert _alter(content, old, new), f"{old} stands nowhere in {name}"
    return WorkflowHistory.from_json(workflow_id("CQ2024-0001"), content)


def _alter(value: Any, old: str, new: str) -> bool:
    if isinstance(value, dict):
        data = value.get("data")
        if isinstance(data, str):
            text = base64.b64decode(data).decode()
            if old in text:
                value["data"] = base64.b64encode(text.replace(old, new, 1).encode()).decode()
                return True
        return any(_alter(inner, old, new) for inner in value.values())
    return isinstance(value, list) and any(_alter(inner, old, new) for inner in value)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("on_time", '"days":15', '"days":30', "政策"),
        ("hashed_calendar", '"2025-10-08"', '"2025-10-09"', "日历"),
        ("silent", '"points":"0.2","capped"', '"points":"0.1","capped"', "points"),
        ("on_time", "示例：已按要求完成整改。", "示例：没有整改。", "text"),
        ("silent", '"on":"2024-07-10"', '"on":"2024-07-11"', "2024-07-11"),
        ("late_feedback", '"due_on":"2024-07-09"', '"due_on":"2024-07-19"', "due_on"),
        ("on_time", '"verdict":"accept_done"', '"verdict":"found_false"', "拒绝"),
    ],
)
async def test_an_edited_history_is_found_and_the_difference_named(
    name: str, old: str, new: str, said: str
) -> None:
    verified: Verified = await verify_life([altered(name, (old, new))], DATA_CONVERTER)
    assert verified.difference is not None
    assert said in verified.difference


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("extension", '"due_on":"2024-07-19"', '"due_on":"2024-07-29"', "due_on"),
        ("extension", '"granted":true', '"granted":false', "granted"),
        ("wrong_district", '"to_district":"500104"', '"to_district":"500106"', "district"),
        ("suspended", '"simulated-supervisor"', '"simulated-officer"', "应予拒绝"),
        ("suspended", '"days_left":10', '"days_left":20', "days_left"),
        ("suspended", '"review_on":"2024-08-28"', '"review_on":"2024-08-29"', "review_on"),
        ("appeal_upheld", '"points":"0.2","clause"', '"points":"0.1","clause"', "points"),
        ("appeal_upheld", '"uphold":true', '"uphold":false', "记录"),
        ("appeal_refused", '"simulated-other-officer"', '"somebody"', "by.id"),
        ("bounced", '"served":false', '"served":true', "记录"),
        ("paper_answer", '"channel":"paper"', '"channel":"telephone"', "channel"),
        ("let_in", "示例：设备到货延迟。", "没有理由。", "reason"),
    ],
)
async def test_an_edit_in_a_life_that_bends_is_found(
    name: str, old: str, new: str, said: str
) -> None:
    verified = await verify_life([altered(name, (old, new))], DATA_CONVERTER)
    assert verified.difference is not None
    assert said in verified.difference


def rules_applied() -> tuple[c.ApplyCalendar, c.ApplyPolicy]:
    """The calendar and the policy that a recorded life was given under way."""
    (runs,) = lives_in(HISTORIES / "new_rules")
    happenings = read_recording(runs[0], DATA_CONVERTER).happenings
    asked = [happening.command for happening in happenings if isinstance(happening, Asked)]
    (calendar,) = (command for command in asked if isinstance(command, c.ApplyCalendar))
    (policy,) = (command for command in asked if isinstance(command, c.ApplyPolicy))
    return calendar, policy


@pytest.mark.parametrize("hidden", [False, True])
async def test_an_applied_policy_edited_with_or_without_its_hash_is_found(hidden: bool) -> None:
    applied = rules_applied()[1].policy
    forged = replace(applied, version="3")
    changes = [('"version":"2"', '"version":"3"')]
    if hidden:
        changes.append((applied.content_hash, content_hash(forged)))
    verified = await verify_life([altered("new_rules", *changes, run="run.1")], DATA_CONVERTER)
    assert verified.difference is not None
    assert ("event.policy" if hidden else "应予拒绝") in verified.difference


@pytest.mark.parametrize("hidden", [False, True])
async def test_an_applied_calendar_edited_with_or_without_its_hash_is_found(hidden: bool) -> None:
    applied = rules_applied()[0]
    text = TypeAdapter(WorkCalendar).dump_json(applied.calendar).decode()
    assert "2026-10-01" in text
    forged = TypeAdapter(WorkCalendar).validate_json(text.replace("2026-10-01", "2026-10-11", 1))
    changes = [("2026-10-01", "2026-10-11")]
    if hidden:
        changes.append((applied.content_hash, years_hash(forged.years)))
        changes.append((applied.content_hash, years_hash(forged.years)))
    verified = await verify_life([altered("new_rules", *changes, run="run.1")], DATA_CONVERTER)
    assert verified.difference is not None
    assert ("content_hash" if hidden else "应予拒绝") in verified.difference


async def test_what_a_refusal_was_when_the_inbox_was_let_in_it_stays() -> None:
    (runs,) = lives_in(HISTORIES / "let_in")
    happenings = read_recording(runs[0], DATA_CONVERTER).happenings
    refused = [h.refusal_code for h in happenings if isinstance(h, Answered) and not h.outcome]
    assert refused == ["already_asked"]
    text = (HISTORIES / "let_in" / "run.json").read_text(encoding="utf-8")
    other = text.replace('"type": "already_asked"', '"type": "extension_after_expiry"')
    forged = WorkflowHistory.from_json(workflow_id("CQ2024-0001"), other)
    difference = (await verify_life([forged], DATA_CONVERTER)).difference
    assert difference is not None
    assert "拒绝代码记录为 extension_after_expiry，按规则应为 already_asked" in difference


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"document_no":"示例1号","transferred_on"', '"document_no":"2","transferred_on"', "结转"),
        ('"command_id":"act-2"', '"command_id":"act-9"', "已办指令"),
        ('"seq":9,"stage"', '"seq":8,"stage"', "结转"),
        ('"days":15', '"days":30', "结转的规则"),
        ('"after_run_id":"', '"after_run_id":"0', "前一运行"),
    ],
)
async def test_a_life_taken_up_again_with_other_things_than_it_ended_with_is_found(
    old: str, new: str, said: str
) -> None:
    (runs,) = lives_in(HISTORIES / "rebound")
    forged = altered("rebound", (old, new), run="run.2")
    verified = await verify_life([runs[0], forged], DATA_CONVERTER)
    assert verified.difference is not None
    assert said in verified.difference


async def test_a_revival_without_the_run_before_it_is_found() -> None:
    (runs,) = lives_in(HISTORIES / "rebound")
    assert len(runs) == 2
    verified = await verify_life(runs[1:], DATA_CONVERTER)
    assert verified.difference is not None
    assert "缺少此前" in verified.difference


async def test_a_holiday_edited_along_with_the_calendar_s_hash_is_found_by_the_orders() -> None:
    (runs,) = lives_in(HISTORIES / "hashed_calendar")
    calendar = read_recording(runs[0], DATA_CONVERTER).start.calendar
    holiday = ('"2025-10-08"', '"2025-10-09"')
    assert calendar.content_hash
    for forged in ("", "0" * 64, years_hash(calendar.years[:1])):
        hidden = (f'"content_hash":"{calendar.content_hash}"', f'"content_hash":"{forged}"')
        forgery = altered("hashed_calendar", holiday, hidden)
        verified = await verify_life([forgery], DATA_CONVERTER)
        assert verified.difference is not None
        assert "日历" in verified.difference or "calendar" in verified.difference


async def test_a_missing_run_in_a_chain_is_found() -> None:
    (runs,) = lives_in(HISTORIES / "refused_and_continued")
    assert len(runs) > 1
    assert (await verify_life(runs[1:], DATA_CONVERTER)).difference is not None
    assert (await verify_life([runs[0], *runs[2:]], DATA_CONVERTER)).difference is not None


async def test_a_cut_off_tail_leaves_an_open_life_that_still_verifies_as_open() -> None:
    content = json.loads((HISTORIES / "on_time" / "run.json").read_text(encoding="utf-8"))
    content["events"] = content["events"][:-4]
    cut = WorkflowHistory.from_json(workflow_id("CQ2024-0001"), content)
    assert not (await verify_life([cut], DATA_CONVERTER)).closed


async def test_a_gap_in_the_middle_is_found() -> None:
    content = json.loads((HISTORIES / "on_time" / "run.json").read_text(encoding="utf-8"))
    del content["events"][20]
    gap = WorkflowHistory.from_json(workflow_id("CQ2024-0001"), content)
    verified = await verify_life([gap], DATA_CONVERTER)
    assert verified.difference is not None
    assert "不连续" in verified.difference


def verify(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `bihuan audit verify`."""
    command = [sys.executable, "-m", "cli", "audit", "verify", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_verifies_a_folder_and_prints_only_json() -> None:
    done = verify(str(HISTORIES / "silent"), "--json")
    content = json.loads(done.stdout)
    assert done.returncode == 0
    assert content["ok"]
    assert content["lives"][0]["points"] == 0.2


def test_the_command_ends_with_one_and_the_first_difference(tmp_path: Path) -> None:
    history = altered("silent", ('"points":"0.2","capped"', '"points":"9","capped"'))
    forged = tmp_path / "forged.json"
    forged.write_text(history.to_json(), encoding="utf-8")
    done = verify(str(forged))
    assert done.returncode == 1
    assert "记录为 9，按规则应为 0.2" in done.stdout


def test_the_command_ends_with_two_where_there_is_no_history(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    assert verify(str(tmp_path)).returncode == 2


def test_an_archived_file_that_no_longer_has_its_hash_is_found(tmp_path: Path) -> None:
    text = (HISTORIES / "on_time" / "run.json").read_text(encoding="utf-8")
    (tmp_path / "run.json").write_text(text + " ", encoding="utf-8")
    (tmp_path / "run.meta.json").write_text(json.dumps({"sha256": "0" * 64}), encoding="utf-8")
    done = verify(str(tmp_path))
    assert done.returncode == 1
    assert "SHA-256" in done.stdout + done.stderr


def test_a_file_that_is_no_history_is_refused_by_name(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text("[]", encoding="utf-8")
    with pytest.raises(NoHistory, match="other"):
        lives_in(other)
