"""New calendar years and policy versions: two persons, previewed as applied, bound to their text."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.problem import Problem
from domain.roles import Actor, Role
from gateways.policy_files import FOLDER
from office.rules.applying_rules import refresh
from office.rules.rule_changes import year_missing
from store import proposals
from store.lives import problems
from store.registers import rule_changes
from store.registers.rule_changes import ChangeKind
from store.tables import RuleChangeRow
from tests.worlds.office import Office

YEAR = """
year: 2027
notice: 示例通知（非真实安排）
holidays:
  - {name: 元旦, first: 2027-01-01, last: 2027-01-05}
make_up_workdays: [2027-01-09]
"""


@pytest.fixture
async def office(office: Office) -> Office:
    """The house in December 2026, everybody having signed in that morning."""
    office.clock.now = datetime(2026, 12, 18, 2, tzinfo=UTC)
    await office.everybody_is_back()
    return office


async def transferred(office: Office, on: str = "2026-12-18", key: str = "register-1") -> str:
    transfer = {"on": on, "document_no": f"渝环执法移示例{key}号"}
    return await office.registered(key, transfer=transfer)


async def state(office: Office, no: str) -> Problem:
    async with office.db.reading() as session:
        problem = await problems.get(session, no)
    assert problem is not None
    return problem


async def proposed(office: Office, text: str = YEAR, kind: str = "calendar") -> dict[str, Any]:
    body = {"kind": kind, "text": text, "reason": "年度放假安排公布"}
    answer = await office.change("/rule-changes", f"propose-{hash(text)}", body)
    assert answer.status_code == 201, answer.text
    content: dict[str, Any] = answer.json()
    return content


async def approved(office: Office, change: dict[str, Any]) -> dict[str, Any]:
    body = {"decision": "approve", "content_hash": change["content_hash"], "to_open": True}
    path = f"/rule-changes/{change['id']}/decision"
    answer = await office.change(path, f"approve-{change['id']}", body, Role.SUPERVISOR)
    assert answer.status_code == 200, answer.text
    for task in list(office.services.imports.tasks.values()):
        await task
    shown = await office.ask("GET", f"/rule-changes/{change['id']}")
    content: dict[str, Any] = shown.json()
    return content


async def test_a_new_year_is_previewed_as_it_is_applied_and_nothing_told_moves_earlier(
    office: Office,
) -> None:
    no = await transferred(office)
    before = (await state(office, no)).rounds[0]
    assert before.provisional
    body = {"kind": "calendar", "text": YEAR, "reason": "示例"}
    tried = (await office.change("/rule-changes/preview", "try", body)).json()["effects"]
    (effect,) = tried
    assert effect["problem_no"] == no
    assert (await state(office, no)).rounds[0] == before
    done = await approved(office, await proposed(office))
    assert (done["state"], done["applied"], done["not_applied"]) == ("applied", 1, [])
    after = (await state(office, no)).rounds[0]
    assert effect["after"] == after.due_on.isoformat() == "2027-01-06"
    assert after.due_on >= before.due_on
    assert after.original_due_on == before.due_on
    assert not after.provisional


async def test_a_problem_transferred_afterwards_counts_by_the_new_year_at_once(
    office: Office,
) -> None:
    await approved(office, await proposed(office))
    no = await transferred(office)
    round_ = (await state(office, no)).rounds[0]
    assert (round_.due_on, round_.provisional) == (date(2027, 1, 6), False)


async def test_the_proposer_may_not_approve_and_only_what_was_proposed_is_approved(
    office: Office,
) -> None:
    body = {"kind": "calendar", "text": YEAR, "reason": "示例"}
    mine = (await office.change("/rule-changes", "mine", body, Role.SUPERVISOR)).json()
    path = f"/rule-changes/{mine['id']}/decision"
    decision = {"decision": "approve", "content_hash": mine["content_hash"], "to_open": True}
    own = await office.change(path, "own", decision, Role.SUPERVISOR)
    assert (own.status_code, own.json()["code"]) == (403, "second_person_required")
    change = await proposed(office)
    path = f"/rule-changes/{change['id']}/decision"
    stale = await office.change(
        path, "stale", {**decision, "content_hash": "0" * 64}, Role.SUPERVISOR
    )
    assert (stale.status_code, stale.json()["code"]) == (409, "approval_is_stale")
    await approved(office, change)
    late = await office.change(path, "late", {**decision, "decision": "decline"}, Role.SUPERVISOR)
    assert (late.status_code, late.json()["code"]) == (409, "already_decided")


async def test_a_text_that_is_no_calendar_is_refused_in_plain_words(office: Office) -> None:
    body = {"kind": "calendar", "text": "year: 2027\n", "reason": "示例"}
    answer = await office.change("/rule-changes", "bad", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "rule_change_unreadable")
    assert "holidays" in answer.json()["detail"]


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u2066", "\u00ad"])
async def test_a_text_that_shows_other_than_it_says_is_refused(office: Office, hidden: str) -> None:
    body = {"kind": "calendar", "text": f"# 说明\n# 放假{hidden}安排\n{YEAR}", "reason": "示例"}
    for path in ("/rule-changes", "/rule-changes/preview"):
        answer = await office.change(path, path, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "rule_change_unreadable")
        assert "第2行" in answer.json()["detail"]


@pytest.mark.parametrize("kind", ["calendar", "policy"])
@pytest.mark.parametrize("text", ["valid_from: 2027-02-30", "[" * 5000, "a: b: c"])
async def test_a_text_yaml_cannot_read_is_refused_too(office: Office, kind: str, text: str) -> None:
    answer = await office.change(
        "/rule-changes", "bad", {"kind": kind, "text": text, "reason": "示例"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "rule_change_unreadable")


def newer_policy(valid_from: str) -> str:
    text = (FOLDER / "chongqing-2024.yaml").read_text("utf-8")
    lines = []
    for line in text.splitlines():
        if line.startswith("version:"):
            lines.append('version: "9"')
        elif line.startswith("valid_from:"):
            lines.append(f"valid_from: {valid_from}")
        else:
            lines.append(line.replace("review_working_days: 5", "review_working_days: 2"))
    return "\n".join(lines)


async def test_a_new_policy_counts_for_what_is_transferred_after_its_start(office: Office) -> None:
    made = await office.change(
        "/problems",
        "old",
        {
            "district": "500103",
            "enterprise": "重庆示例涂装有限公司",
            "description": "喷漆房未密闭，废气无组织排放。",
        },
    )
    registered = made.json()["problem_no"]
    change = await proposed(office, newer_policy("2026-12-18"), "policy")
    await approved(office, change)
    await refresh(office.services)
    fresh = office.services.in_force.on(date(2026, 12, 18)).policy
    earlier = office.services.in_force.on(date(2026, 12, 17)).policy
    assert (fresh.version, earlier.version != "9") == ("9", True)
    answer = await office.change(
        f"/problems/{registered}/transfer", "transfer", {"on": "2026-12-18"}
    )
    assert answer.status_code == 200, answer.text
    assert f"rule:{change['id']}/{registered}/transfer" in office.desk.asked


async def test_closed_lives_stay_with_their_rules(office: Office) -> None:
    office.clock.now = datetime(2024, 6, 24, 2, tzinfo=UTC)
    no = await office.closed()
    done = await approved(office, await proposed(office))
    assert done["applied"] == 0
    assert (await state(office, no)).stage.value == "closed"


async def test_from_december_on_the_missing_year_is_named(office: Office) -> None:
    calendar = office.services.calendar
    assert await year_missing(office.db, calendar) == 2027
    office.clock.now = datetime(2026, 11, 30, 2, tzinfo=UTC)
    assert await year_missing(office.db, calendar) is None
    office.clock.now = datetime(2026, 12, 18, 2, tzinfo=UTC)
    await approved(office, await proposed(office))
    await asyncio.sleep(0)
    assert await year_missing(office.db, office.services.calendar) is None


async def test_the_pages_show_the_task_the_effects_and_the_second_persons_decision(
    office: Office,
) -> None:
    no = await transferred(office)
    async with office.seated(Role.ADMINISTRATOR) as admin:
        assert "2027 年放假安排尚未录入" in (await admin.get("/rule-changes")).text
        form = {
            "mark": office.mark(Role.ADMINISTRATOR),
            "key": "page",
            "kind": "calendar",
            "text": YEAR,
            "reason": "示例",
        }
        sent = await admin.post("/rule-changes", data=form)
        assert sent.status_code == 303
        address = sent.headers["location"].partition("?")[0]
        bad = await admin.post(
            "/rule-changes", data={**form, "key": "b", "text": "year: 1"}, follow_redirects=True
        )
        assert (bad.status_code, "year: 1" in bad.text) == (422, True)
    async with office.seated(Role.SUPERVISOR) as supervisor:
        shown = (await supervisor.get(address)).text
        assert no in shown
        assert "2027-01-04（暂定）" in shown
        (row,) = (await office.ask("GET", "/rule-changes")).json()["changes"]
        decision = {
            "mark": office.mark(Role.SUPERVISOR),
            "decision": "approve",
            "content_hash": row["content_hash"],
            "to_open": "true",
        }
        assert (await supervisor.post(address, data=decision)).status_code == 303
        for task in list(office.services.imports.tasks.values()):
            await task
        assert "已适用于 1 个在办问题" in (await supervisor.get(address)).text
        assert "尚未录入" not in (await supervisor.get("/rule-changes")).text


def of_before(valid_from: str) -> str:
    """A newer policy as it could be proposed when a clock that no rule reads was still taken."""
    return newer_policy(valid_from).replace("  redo:\n", "  redo:\n    starts_from: sign_in\n")


async def kept(office: Office, text: str) -> RuleChangeRow:
    """A proposal that was taken before."""
    officer = Actor("u-officer", Role.OFFICER)
    return await rule_changes.propose(
        office.db, "old", ChangeKind.POLICY, "chongqing-2024@9", text, "示例", officer
    )


async def test_a_policy_that_relies_on_what_no_rule_reads_cannot_be_proposed(
    office: Office,
) -> None:
    body = {"kind": "policy", "text": of_before("2026-12-18"), "reason": "示例"}
    for path in ("/rule-changes/preview", "/rule-changes"):
        answer = await office.change(path, f"new-{path}", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "rule_change_unreadable")
        assert "clocks.redo" in answer.json()["detail"]


async def test_one_that_was_proposed_before_is_shown_and_not_approved(office: Office) -> None:
    row = await kept(office, of_before("2026-12-18"))
    assert (await office.ask("GET", "/rule-changes/old")).status_code == 200
    decision = {"decision": "approve", "content_hash": row.content_hash, "to_open": False}
    path = "/rule-changes/old/decision"
    answer = await office.change(path, "approve", decision, Role.SUPERVISOR)
    assert (answer.status_code, answer.json()["code"]) == (422, "rule_change_unreadable")
    declined = decision | {"decision": "decline"}
    answer = await office.change(path, "decline", declined, Role.SUPERVISOR)
    assert answer.status_code == 200, answer.text


async def test_one_that_was_put_in_force_before_stays_in_force(office: Office) -> None:
    row = await kept(office, of_before("2026-12-18"))
    supervisor = Actor("u-supervisor", Role.SUPERVISOR)
    await proposals.decide(
        office.db,
        RuleChangeRow,
        row.id,
        supervisor,
        approve=True,
        bound_to=row.content_hash,
        to_open=False,
    )
    await refresh(office.services)
    policy = office.services.in_force.on(date(2026, 12, 18)).policy
    assert (policy.version, policy.clocks.redo.starts_from) == ("9", "sign_in")
