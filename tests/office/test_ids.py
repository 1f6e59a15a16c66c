"""Nobody's key stands in the way of what somebody else asks, and nothing is done twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from activities.deliverer import Deliverer
from domain import commands as c
from domain.command_ids import bare_of
from domain.handled import CommandRecord
from domain.problem import Problem
from domain.roles import Role
from domain.stages import Stage
from store.lives import problems
from tests.office.test_rule_changes import approved, proposed
from tests.worlds.house import OFFICER, Visitor, typed
from tests.worlds.office import Office


async def state(office: Office, number: str) -> Problem:
    async with office.db.reading() as session:
        problem = await problems.get(session, number)
    assert problem is not None
    return problem


async def visitor(office: Office, number: str) -> Visitor:
    return await office.visitor(await office.link(number))


def verdict(receipt: str) -> dict[str, Any]:
    return {"receipt_id": receipt, "verdict": "accept_done"}


async def test_a_review_under_the_receipts_own_number_reviews(office: Office) -> None:
    number = await office.registered()
    district = await visitor(office, number)
    form = await district.hidden()
    receipt = form["receipt_id"]
    await district.post({**form, **typed(), "action": "submit"})
    answer = await office.change(f"/problems/{number}/reviews", receipt, verdict(receipt))
    assert answer.status_code == 200, answer.text
    assert answer.json()["events"][0] == "feedback:reviewed"
    assert (await state(office, number)).stage is Stage.AWAITING_REVISIT


async def test_an_answer_is_applied_whose_number_an_officer_used_as_his_key(
    office: Office,
) -> None:
    number = await office.registered()
    district = await visitor(office, number)
    form = await district.hidden()
    receipt = form["receipt_id"]
    pressed = await office.change(f"/problems/{number}/reminders", receipt)
    assert pressed.status_code == 200
    answer = await district.post({**form, **typed(), "action": "submit"})
    assert "已登记" in (await district.see(answer.headers["location"])).text
    problem = await state(office, number)
    assert [one.receipt_id for one in problem.submissions] == [receipt]
    assert problem.reminders_sent == 1


@pytest.mark.parametrize("prefix", ["", "rule:"])
async def test_an_approved_calendar_reaches_a_problem_whatever_keys_were_used_before(
    office: Office, prefix: str
) -> None:
    office.clock.now = datetime(2026, 12, 18, 2, tzinfo=UTC)
    await office.everybody_is_back()
    number = await office.registered(transfer={"on": "2026-12-18", "document_no": "示例"})
    change = await proposed(office)
    key = f"{prefix}{change['id']}/{number}"
    assert (await office.change(f"/problems/{number}/reminders", key)).status_code == 200
    shown = await approved(office, change)
    assert (shown["applied"], shown["not_applied"]) == (1, [])
    assert not (await state(office, number)).rounds[0].provisional


async def test_a_key_says_whose_it_is(office: Office) -> None:
    number = await office.registered()
    await office.change(f"/problems/{number}/reminders", "k")
    assert "key:u-officer/k" in office.desk.asked


async def test_another_command_under_a_known_id_is_a_conflict_in_words(office: Office) -> None:
    number = await office.registered()
    await office.desk.command(number, c.SendReminder(by=OFFICER), "key:u-officer/k")
    before = await state(office, number)
    body = {"served_on": "2024-06-24", "means": "直接送达"}
    answer = await office.change(f"/problems/{number}/service-records", "k", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "id_reused")
    assert "编号" in answer.json()["detail"]
    assert await state(office, number) == before


async def test_another_body_under_the_same_key_never_comes_before_the_life(office: Office) -> None:
    number = await office.registered()
    path = f"/problems/{number}/service-records"
    served = {"served_on": "2024-06-24", "means": "直接送达"}
    assert (await office.change(path, "k", served)).status_code == 200
    asked = list(office.desk.asked)
    answer = await office.change(path, "k", {**served, "means": "机要交换"})
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert office.desk.asked == asked


async def test_a_part_of_a_batch_and_an_act_under_its_very_words_are_two(office: Office) -> None:
    number = await office.registered()
    body = {"act": "remind", "problems": [number]}
    for key in (f"k/{number}", f"u-officer/k/{number}", f"batch:u-officer/k/{number}"):
        assert (await office.change(f"/problems/{number}/reminders", key)).status_code == 200
    assert (await office.change("/batch-acts", "k", body)).json()["done"] == 1
    assert (await state(office, number)).reminders_sent == 4


async def test_a_part_of_a_batch_asked_again_later_is_what_was_asked_first(office: Office) -> None:
    number = await office.registered()
    body = {"act": "extend", "days": 5, "reason": "示例", "problems": [number]}
    office.counter.loses_answers = True
    lost = await office.change("/batch-acts", "k", body)
    assert lost.json()["results"][0]["code"] == "outcome_unknown"
    office.counter.loses_answers = False
    (waiting,) = (await state(office, number)).proposed
    approval = {"proposal": waiting.seq, "content_hash": waiting.content_hash}
    path = f"/problems/{number}/approvals"
    agreed = await office.change(
        path, "agree", {**approval, "decision": "approve"}, Role.SUPERVISOR
    )
    assert agreed.status_code == 200, agreed.text
    again = await office.change("/batch-acts", "k", body)
    assert again.json()["results"] == [{"problem_no": number, "code": "", "message": ""}]
    assert (await state(office, number)).proposed == ()


async def test_what_was_applied_under_a_bare_key_before_the_upgrade_is_not_applied_again(
    office: Office,
) -> None:
    number = await office.registered()
    outcome = await office.desk.command(number, c.SendReminder(by=OFFICER), "k")
    answer = await office.change(f"/problems/{number}/reminders", "k")
    assert (answer.status_code, answer.json()["seq"]) == (200, outcome.seq)
    assert (await state(office, number)).reminders_sent == 1


async def test_a_paper_applied_under_its_bare_number_before_the_upgrade_is_not_applied_again(
    office: Office,
) -> None:
    number = await office.registered()
    district = await visitor(office, number)
    office.counter.loses_answers = True
    answer = await district.press("submit", typed())
    _as_of_before(office, number)
    office.counter.loses_answers = False
    assert await Deliverer(office.db, office.desk).run_once() == 1
    assert "已登记" in (await district.see(answer.headers["location"])).text
    assert len((await state(office, number)).submissions) == 1


PAPER = {"received_on": "2024-06-24", "channel": "paper", "state": "done", "text": "示例"}


async def _found_false(office: Office, number: str, receipt: str, key: str) -> None:
    body = {"receipt_id": receipt, "verdict": "found_false", "reason": "现场未见"}
    answer = await office.change(f"/problems/{number}/reviews", key, body)
    assert answer.status_code == 200, answer.text


async def test_a_districts_answer_is_not_taken_for_a_paper_of_before_under_its_number(
    office: Office,
) -> None:
    number = await office.registered()
    district = await visitor(office, number)
    form = await district.hidden()
    receipt, path = form["receipt_id"], f"/problems/{number}/paper-answers"
    entered = await office.change(path, receipt, {"round_no": 1, **PAPER})
    assert entered.status_code == 200, entered.text
    _as_of_before(office, number)
    (paper,) = (await state(office, number)).submissions
    await _found_false(office, number, paper.receipt_id, "review")
    await district.post({**form, **typed(), "action": "submit"})
    held = [one.receipt_id for one in (await state(office, number)).submissions]
    assert (len(held), held[-1]) == (2, receipt)


async def test_a_paper_is_not_taken_for_the_districts_answer_of_before_under_its_key(
    office: Office,
) -> None:
    number = await office.registered()
    district = await visitor(office, number)
    form = await district.hidden()
    receipt, path = form["receipt_id"], f"/problems/{number}/paper-answers"
    await district.post({**form, **typed(), "action": "submit"})
    _as_of_before(office, number)
    await _found_false(office, number, receipt, "review")
    body = {"round_no": len((await state(office, number)).rounds), **PAPER}
    assert (await office.change(path, receipt, body)).status_code == 200
    channels = [one.channel for one in (await state(office, number)).submissions]
    assert channels == [c.Channel.LINK, c.Channel.PAPER]


async def test_a_paper_entered_under_a_bare_key_before_the_upgrade_is_not_entered_again(
    office: Office,
) -> None:
    number = await office.registered()
    path, body = f"/problems/{number}/paper-answers", {"round_no": 1, **PAPER}
    office.counter.loses_answers = True
    assert (await office.change(path, "k", body)).status_code == 202
    _as_of_before(office, number)
    office.counter.loses_answers = False
    assert (await office.change(path, "k", body)).status_code == 200
    assert len((await state(office, number)).submissions) == 1


def _as_of_before(office: Office, number: str) -> None:
    """Let the life know everything by bare ids, as one begun before the upgrade does."""
    handled = office.desk.handled[number]
    kept = handled.records
    office.desk.handled[number] = type(handled)(map(_bare, kept))


def _bare(record: CommandRecord) -> CommandRecord:
    bare = bare_of(record.command_id) or record.command_id
    return replace(record, command_id=bare, command_hash="")
