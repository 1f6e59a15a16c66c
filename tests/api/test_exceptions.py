"""Lives that do not go straight, through the doors of the bureau."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from domain import commands as c
from domain.problem import Problem
from domain.roles import Actor, Role
from store.lives import problems
from tests.worlds.house import picture
from tests.worlds.office import Office

WHY = {"reason": "示例理由"}
DAY = {"on": "2024-06-24"}


async def state(office: Office, problem_no: str) -> Problem:
    async with office.db.reading() as session:
        problem = await problems.get(session, problem_no)
    assert problem is not None
    return problem


async def handed_in(office: Office, problem_no: str, kind: type, **more: Any) -> str:
    """The district hands something in; what its own pages do is tested beside them."""
    problem = await state(office, problem_no)
    receipt = f"receipt-{kind.__name__}"
    command = kind(
        receipt_id=receipt,
        district=problem.district,
        received_at=office.clock.now,
        reason="示例理由",
        content_sha256="0" * 64,
        by=Actor(f"district:{problem.district}", Role.DISTRICT),
        **more,
    )
    await office.desk.command(problem_no, command, receipt)
    return receipt


async def act(
    office: Office, no: str, what: str, body: dict[str, Any], role: Role = Role.OFFICER
) -> dict[str, Any]:
    answer = await office.change(f"/problems/{no}/{what}", f"{what}-{role}", body, role)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


async def approve(office: Office, no: str) -> None:
    problem = await state(office, no)
    (proposed,) = problem.proposed
    body = {
        "proposal": proposed.seq,
        "decision": "approve",
        "content_hash": proposed.content_hash,
    }
    answer = await office.change(
        f"/problems/{no}/approvals", f"approve-{proposed.seq}", body, Role.SUPERVISOR
    )
    assert answer.status_code == 200, answer.text


async def test_an_extension_is_granted_and_a_second_one_needs_two_persons(office: Office) -> None:
    no = await office.registered()
    due_on = (await state(office, no)).rounds[0].due_on
    receipt = await handed_in(
        office, no, c.RequestExtension, round_no=1, wanted_on=due_on + timedelta(days=5)
    )
    await act(office, no, "extension-decisions", {"receipt_id": receipt, "decision": "grant"})
    round_ = (await state(office, no)).rounds[0]
    assert (round_.due_on, round_.original_due_on) == (due_on + timedelta(days=5), due_on)


async def test_an_objection_upheld_moves_the_problem(office: Office) -> None:
    no = await office.registered()
    receipt = await handed_in(office, no, c.RaiseObjection, round_no=1)
    refused = await office.change(
        f"/problems/{no}/objection-decisions",
        "no-unit",
        {"receipt_id": receipt, "decision": "uphold"},
    )
    assert refused.status_code == 422
    assert "须选择改由哪个区县办理" in refused.text
    await act(
        office,
        no,
        "objection-decisions",
        {"receipt_id": receipt, "decision": "uphold", "to_district": "500104"},
    )
    problem = await state(office, no)
    assert (problem.district, len(problem.rounds)) == ("500104", 2)


async def test_a_suspension_takes_two_persons_and_ends_with_what_was_left(office: Office) -> None:
    no = await office.registered()
    review_on = office.clock.now.date() + timedelta(days=30)
    await act(office, no, "suspension", {"review_on": review_on.isoformat(), **WHY})
    assert (await state(office, no)).suspension is None
    await approve(office, no)
    assert (await state(office, no)).suspension is not None
    await act(office, no, "resumption", WHY)
    assert (await state(office, no)).suspension is None


async def test_a_proposal_is_not_approved_by_its_proposer_nor_after_it_changed(
    office: Office,
) -> None:
    no = await office.registered()
    due_on = (await state(office, no)).rounds[0].due_on + timedelta(days=3)
    body = {"round_no": 1, "due_on": due_on.isoformat(), **WHY}
    await act(office, no, "due-date", body, Role.SUPERVISOR)
    (proposed,) = (await state(office, no)).proposed
    for content_hash, code in (
        (proposed.content_hash, "second_person_required"),
        ("0" * 64, "second_person_required"),
    ):
        answer = await office.change(
            f"/problems/{no}/approvals",
            f"mine-{content_hash[:4]}",
            {"proposal": proposed.seq, "decision": "approve", "content_hash": content_hash},
            Role.SUPERVISOR,
        )
        assert (answer.status_code, answer.json()["code"]) == (403, code)


async def test_duplicates_are_merged_the_same_way_however_often_it_is_asked(
    office: Office,
) -> None:
    first = await office.registered("register-1")
    made = await office.change(
        "/problems",
        "register-2",
        {
            "district": "500103",
            "enterprise": "重庆示例印务有限公司",
            "description": "另一处同类问题，有机废气无组织排放。",
            "transfer": {"on": "2024-06-24", "document_no": "渝环执法移示例2号"},
        },
    )
    assert made.status_code == 201
    second = made.json()["problem_no"]
    assert made.json()["possible_duplicates"] == [first]
    body = {"into_no": first, **WHY}
    once = await office.change(f"/problems/{second}/merger", "merge", body)
    again = await office.change(f"/problems/{second}/merger", "merge", body)
    assert once.status_code == again.status_code == 200
    assert once.json() == again.json()
    assert (await state(office, second)).merged_into == first


async def test_a_paper_answer_is_entered_with_its_scan(office: Office) -> None:
    no = await office.registered()
    missing = {
        "round_no": 1,
        "received_on": office.clock.now.date().isoformat(),
        "channel": "paper",
        "state": "done",
        "text": "书面反馈：已完成整改。",
        "files": [
            {"sha256": "0" * 64, "name": "a.pdf", "media_type": "application/pdf", "size": 9}
        ],
    }
    refused = await office.change(f"/problems/{no}/paper-answers", "paper-0", missing)
    assert (refused.status_code, refused.json()["code"]) == (422, "scan_missing")
    sealed = await office.ask(
        "POST",
        f"/problems/{no}/evidence",
        headers={"Idempotency-Key": "scan"},
        files={"file": ("扫描件.jpg", picture(), "image/jpeg")},
    )
    assert sealed.status_code == 200, sealed.text
    for number, untrue in enumerate(
        ({"media_type": "text/html"}, {"media_type": "文字"}, {"size": 1}), start=1
    ):
        told = {**missing, "files": [sealed.json() | untrue]}
        refused = await office.change(f"/problems/{no}/paper-answers", f"untrue-{number}", told)
        assert (refused.status_code, refused.json()["code"]) == (422, "scan_differs")
    await act(office, no, "paper-answers", {**missing, "files": [sealed.json()]})
    submission = (await state(office, no)).submissions[0]
    assert submission.channel is c.Channel.PAPER
    assert submission.answer.files[0].sha256 == sealed.json()["sha256"]
    assert not submission.late


async def test_an_appeal_is_decided_by_somebody_else_and_reversed_by_a_second_person(
    office: Office,
) -> None:
    no = await office.registered()
    await office.until_overdue(no)
    deduction = (await state(office, no)).deductions[0]
    await handed_in(office, no, c.AppealDeduction, deduction=deduction.seq)
    rows = (await office.ask("GET", "/scores/500103")).json()["rows"]
    assert (rows[0]["appeal"], rows[0]["points"]) == ("open", 0.2)
    await office.everybody_is_back()
    async with office.seated(Role.AUDITOR) as auditor:
        assert "申诉中" in (await auditor.get("/scores?year=2024&district=500103")).text
    answer = await office.change(
        f"/deductions/{rows[0]['id']}/appeal-decisions",
        "appeal",
        {"decision": "uphold", "reason": "送达有误"},
    )
    assert answer.status_code == 200, answer.text
    await approve(office, no)
    assert (await state(office, no)).points == 0
    unknown = await office.change(
        "/deductions/999/appeal-decisions", "none", {"decision": "refuse", **WHY}
    )
    assert (unknown.status_code, unknown.json()["code"]) == (404, "deduction_not_found")


@pytest.mark.parametrize(
    ("what", "body", "then"),
    [
        ("withdrawal", WHY, "withdrawn"),
        ("reassignment", {"to_district": "500104", **WHY}, "awaiting_feedback"),
        ("notice-reissues", WHY, "awaiting_feedback"),
    ],
)
async def test_single_acts_do_what_they_say(
    office: Office, what: str, body: dict[str, Any], then: str
) -> None:
    no = await office.registered()
    assert (await act(office, no, what, body))["stage"] == then


async def test_a_typical_case_is_marked_by_a_supervisor(office: Office) -> None:
    no = await office.registered()
    await act(office, no, "typical-case", {"typical": True, **WHY}, Role.SUPERVISOR)
    assert (await state(office, no)).typical


async def test_a_closed_problem_that_came_back_is_reopened_by_two_persons(office: Office) -> None:
    no = await office.closed()
    await act(office, no, "reopening", {"findings": "再次停用", **WHY})
    await approve(office, no)
    problem = await state(office, no)
    assert (problem.stage.value, problem.reopened) == ("rectifying", 1)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR])
async def test_the_page_shows_every_act_that_waits_and_what_it_would_do(
    office: Office, role: Role
) -> None:
    no = await office.registered()
    due_on = (await state(office, no)).rounds[0].due_on
    later = due_on + timedelta(days=5)
    await handed_in(office, no, c.RequestExtension, round_no=1, wanted_on=later)
    await handed_in(office, no, c.RaiseObjection, round_no=1, proper_district="500104")
    await act(office, no, "due-date", {"round_no": 1, "due_on": later.isoformat(), **WHY})
    async with office.seated(role) as browser:
        shown = await browser.get(f"/problems/{no}")
    assert shown.status_code == 200
    assert "提请审批：调整时限" in shown.text
    assert ('value="approve"' in shown.text) is (role is Role.SUPERVISOR)
    assert ("答复延期申请" in shown.text) is (role is not Role.AUDITOR)


async def test_the_page_of_a_closed_a_withdrawn_and_an_appealed_problem_can_be_seen(
    office: Office,
) -> None:
    closed = await office.closed_one("closed")
    await act(office, closed, "reopening", {"findings": "再次停用", **WHY})
    withdrawn = await office.registered("gone", transfer={**DAY, "document_no": "示例9"})
    await act(office, withdrawn, "withdrawal", WHY)
    listed = await office.registered("late", transfer={**DAY, "document_no": "示例8"})
    await office.until_overdue(listed)
    deduction = (await state(office, listed)).deductions[0]
    await handed_in(office, listed, c.AppealDeduction, deduction=deduction.seq)
    await office.everybody_is_back()
    async with office.seated(Role.SUPERVISOR) as browser:
        pages = [(await browser.get(f"/problems/{no}")).text for no in (closed, withdrawn, listed)]
    assert "反弹恢复办理（再次停用）" in pages[0]
    assert "已撤回" in pages[1]
    assert "申诉中" in pages[2]
    assert "答复扣分申诉" in pages[2]


async def test_objections_are_counted_for_each_district(office: Office) -> None:
    no = await office.registered()
    await handed_in(office, no, c.RaiseObjection, round_no=1)
    answer = await office.ask("GET", "/scores/objections?year=2024")
    (one,) = answer.json()["objections"]
    assert (one["name"], one["raised"], one["upheld"], one["refused"]) == ("渝中区", 1, 0, 0)
    async with office.seated(Role.AUDITOR) as auditor:
        assert "管辖异议" in (await auditor.get("/scores?year=2024")).text


async def test_a_suspended_problem_shows_no_running_clock_and_offers_nothing_that_would_be_refused(
    office: Office,
) -> None:
    no = await office.registered()
    review_on = office.clock.now.date() + timedelta(days=30)
    await act(office, no, "suspension", {"review_on": review_on.isoformat(), **WHY})
    await approve(office, no)
    async with office.seated(Role.OFFICER) as browser:
        shown = (await browser.get(f"/problems/{no}")).text
        listed = (await browser.get("/problems")).text
    assert "暂缓办理" in shown
    assert not re.search(r"剩余\d+日", shown + listed)
    assert 'id="act-reminders"' not in shown
    assert 'id="act-service-records"' not in shown
    assert 'id="act-resumption"' in shown


async def test_a_fact_is_stated_by_two_persons_where_the_policy_knows_of_it(office: Office) -> None:
    no = await office.registered()
    body = {"fact": "criticised", "on": "2024-06-24", "source": "示例通报", **WHY}
    refused = await office.change(f"/problems/{no}/stated-facts", "s", body)
    assert refused.json()["code"] == "fact_without_consequence"
    officer = await office.sign_in(Role.OFFICER)
    assert "人工认定情形" not in await officer.see(f"/problems/{no}")
