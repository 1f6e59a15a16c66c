"""Whatever today's code would not give is named: each forgery here replays, and passed once."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from temporalio.client import WorkflowHistory

from audit.compare import Notes
from audit.verify import Verified, verify_life
from gateways.temporal_client import DATA_CONVERTER
from tests.audit.test_verify import HISTORIES
from workflows.names import workflow_id

Event = dict[str, Any]
Forge = Callable[[list[Event]], None]


async def verified(name: str, forge: Forge, run: str = "run") -> Verified:
    """Verify a recorded run after a forger has been at it."""
    content = json.loads((HISTORIES / name / f"{run}.json").read_text(encoding="utf-8"))
    before = json.dumps(content)
    forge(content["events"])
    assert json.dumps(content) != before, "nothing was forged"
    history = WorkflowHistory.from_json(workflow_id("CQ2024-0001"), content)
    return await verify_life([history], DATA_CONVERTER)


def events(history: list[Event], kind: str) -> Iterator[Any]:
    """Give the attributes of every event of a kind."""
    for event in history:
        yield from (value for name, value in event.items() if name == f"{kind}EventAttributes")


def first_activity(history: list[Event], name: str) -> Any:
    """Give the first order of a kind."""
    scheduled = events(history, "activityTaskScheduled")
    return next(one for one in scheduled if one["activityType"]["name"] == name)


def rewrite(payload: dict[str, Any], old: str, new: str) -> None:
    """Change the text of a payload."""
    text = base64.b64decode(payload["data"]).decode()
    assert old in text
    payload["data"] = base64.b64encode(text.replace(old, new, 1).encode()).decode()


def another_timer(history: list[Event]) -> None:
    """Let a deadline be waited for a day longer."""
    next(events(history, "timerStarted"))["startToFireTimeout"] = "950399.946s"


def another_duty_awaited(history: list[Event]) -> None:
    """Let a timer say that it waits for another day."""
    timer = next(event for event in history if "timerStartedEventAttributes" in event)
    rewrite(timer["userMetadata"]["summary"], "2024-07-", "2024-08-")


def another_level_shown(history: list[Event]) -> None:
    """Let the server's list show a problem as less grave."""
    shown = list(events(history, "upsertWorkflowSearchAttributes"))
    fields = [one["searchAttributes"]["indexedFields"] for one in shown]
    grave = next(one for one in fields if base64.b64decode(one["Level"]["data"]) != b"0")
    grave["Level"]["data"] = base64.b64encode(b"0").decode()


def another_district_at_the_start(history: list[Event]) -> None:
    """Let the server's list show a problem under another district."""
    fields = next(events(history, "workflowExecutionStarted"))["searchAttributes"]["indexedFields"]
    rewrite(fields["District"], "500103", "500104")


def another_workflow_id(history: list[Event]) -> None:
    """Pass a life off as another problem's."""
    next(events(history, "workflowExecutionStarted"))["workflowId"] = "problem-CQ2024-0777"


def another_cut_off(history: list[Event]) -> None:
    """Let the inbox be let in by another instant, in the order and nowhere else."""
    rewrite(
        first_activity(history, "let_in")["input"]["payloads"][0], '"round_no":1', '"round_no":9'
    )


def another_result_of_a_record(history: list[Event]) -> None:
    """Let the store have answered with another number."""
    done = next(events(history, "activityTaskCompleted"))
    done["result"]["payloads"][0]["data"] = base64.b64encode(b"1004").decode()


def another_result(history: list[Event]) -> None:
    """Let a life have come to its end as another problem's."""
    done = next(events(history, "workflowExecutionCompleted"))
    rewrite(done["result"]["payloads"][0], "CQ2024-0001", "CQ2024-0002")


def a_hidden_word_in_the_start(history: list[Event]) -> None:
    """Hide something in the start that no type knows."""
    start = next(events(history, "workflowExecutionStarted"))["input"]["payloads"][0]
    rewrite(start, '{"register"', '{"hidden":"x","register"')


def a_name_twice_in_the_start(history: list[Event]) -> None:
    """Say one thing twice, so that two readers may read two things."""
    start = next(events(history, "workflowExecutionStarted"))["input"]["payloads"][0]
    rewrite(start, '"district":"500103"', '"district":"500103","district":"500103"')


def a_paper_that_comes_otherwise_the_second_time(history: list[Event]) -> None:
    """Let a paper that was let in say something else in its own Update."""
    asked = [
        one["acceptedRequest"]["input"]
        for one in events(history, "workflowExecutionUpdateAccepted")
    ]
    paper = next(one for one in asked if "设备到货延迟" in _text(one["args"]["payloads"][0]))
    rewrite(paper["args"]["payloads"][0], "设备到货延迟", "没有理由")


def _text(payload: dict[str, Any]) -> str:
    return base64.b64decode(payload["data"]).decode()


def a_memo(history: list[Event]) -> None:
    """Hang something beside the start that nobody of ours writes."""
    started = next(events(history, "workflowExecutionStarted"))
    started["memo"] = {"fields": {"说明": started["input"]["payloads"][0]}}


def no_district_at_the_start(history: list[Event]) -> None:
    """Let the server's list lose a problem for its district."""
    started = next(events(history, "workflowExecutionStarted"))
    del started["searchAttributes"]["indexedFields"]["District"]


def a_timer_that_fired_too_early(history: list[Event]) -> None:
    """Let a timer have fired before its time."""
    fired = next(event for event in history if "timerFiredEventAttributes" in event)
    fired["eventTime"] = "2026-11-25T00:00:00Z"


FORGERIES: list[tuple[str, Forge, str]] = [
    ("silent", another_timer, "计时器 1的 seconds 记录为 950399.946"),
    ("silent", another_duty_awaited, "计时器 1记录为"),
    ("silent", another_level_shown, "检索项的 Level 记录为 0"),
    ("silent", another_district_at_the_start, "起始的检索项 District 记录为 500104，应为 500103"),
    ("late_while_down", another_workflow_id, "流程编号为 problem-CQ2024-0777"),
    ("let_in", another_cut_off, "round_no：记录为 9，按规则应为 1"),
    ("silent", another_result_of_a_record, "记录的结果不是第"),
    ("silent", another_result, "problem_no：记录为 CQ2024-0002，按规则应为 CQ2024-0001"),
    ("silent", a_hidden_word_in_the_start, "有不认识的内容 hidden"),
    ("silent", a_name_twice_in_the_start, "字段 district 出现两次"),
    ("silent", a_memo, "从不写入的内容 说明"),
    ("silent", no_district_at_the_start, "起始的检索项 District 记录为 None，应为 500103"),
    ("let_in", a_paper_that_comes_otherwise_the_second_time, "与此前收到的同一回执不同"),
    ("silent", a_timer_that_fired_too_early, "在到时之前即已触发"),
]


@pytest.mark.parametrize(
    ("name", "forge", "said"), FORGERIES, ids=lambda one: getattr(one, "__name__", "")
)
async def test_a_forged_command_is_named(name: str, forge: Forge, said: str) -> None:
    found = await verified(name, forge)
    assert found.difference is not None
    assert said in found.difference


async def test_a_dropped_order_to_let_the_inbox_in_is_named() -> None:
    def drop(history: list[Event]) -> None:
        order = next(
            event
            for event in history
            if event.get("activityTaskScheduledEventAttributes", {})
            .get("activityType", {})
            .get("name")
            == "let_in"
        )
        number = order["eventId"]
        gone = [
            event
            for event in history
            if event is order
            or any(
                isinstance(value, dict) and value.get("scheduledEventId") == number
                for name, value in event.items()
                if name.startswith("activityTask")
            )
        ]
        for event in gone:
            history.remove(event)
        for place, event in enumerate(history, start=1):
            event["eventId"] = str(place)

    found = await verified("let_in", drop)
    assert found.difference is not None


async def test_other_words_of_a_refusal_are_a_note_and_another_code_is_a_difference() -> None:
    def words(history: list[Event]) -> None:
        failed(history)["message"] = "以前的说法（wait-1）。"

    def figures(history: list[Event]) -> None:
        failed(history)["message"] = "以前的说法（wait-7）。"

    def code(history: list[Event]) -> None:
        failed(history)["applicationFailureInfo"]["type"] = "extension_after_expiry"

    def failed(history: list[Event]) -> Any:
        answers = events(history, "workflowExecutionUpdateCompleted")
        return next(one["outcome"]["failure"] for one in answers if "failure" in one["outcome"])

    reworded = await verified("let_in", words)
    assert reworded.difference is None
    assert any("以前的说法" in note and "今日为" in note for note in reworded.notes)
    assert (await verified("let_in", figures)).difference is not None
    forged = await verified("let_in", code)
    assert forged.difference is not None
    assert "extension_after_expiry" in forged.difference


async def test_a_reason_worded_otherwise_by_an_earlier_release_is_a_note_with_both_texts() -> None:
    def words(history: list[Event]) -> None:
        orders = [one["input"]["payloads"][0] for one in events(history, "activityTaskScheduled")]
        moved = next(one for one in orders if "市级调整" in base64.b64decode(one["data"]).decode())
        rewrite(moved, '["why","市级调整"]', '["why","旧的说法"]')

    found = await verified("chongqing_moved_and_suspended", words)
    assert found.difference is None
    assert any("旧的说法" in note and "市级调整" in note for note in found.notes)


def test_another_figure_in_a_sentence_is_no_other_wording() -> None:
    notes = Notes()
    assert notes.worded("标题", "于7月9日届满", "7月9日到期")
    assert not notes.worded("标题", "于7月9日届满", "7月10日到期")
    assert len(notes.told) == 1


async def test_a_clock_moved_by_hand_is_told() -> None:
    found = await verified("silent", lambda history: history[0].update(taskId="1"))
    assert found.difference is None
    assert any("clock_shift_seconds" in note for note in found.notes)


async def test_an_event_out_of_its_time_and_another_task_queue_are_noted() -> None:
    def forge(history: list[Event]) -> None:
        next(events(history, "workflowExecutionStarted"))["taskQueue"]["name"] = "elsewhere"
        completed = [
            one for one in history if one["eventType"] == "EVENT_TYPE_WORKFLOW_TASK_COMPLETED"
        ]
        completed[3]["eventTime"] = "2020-01-01T00:00:00Z"

    found = await verified("silent", forge)
    assert found.difference is None
    assert any("elsewhere" in note for note in found.notes)
    assert any("早于其前的事件" in note for note in found.notes)
