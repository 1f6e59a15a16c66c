"""Folding refuses what cannot have happened; every command in every stage does what the table says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain import commands as c
from domain import events as e
from domain.decisions.consequences import raise_level
from domain.decisions.draft import Draft
from domain.fold import fold
from domain.policy import content_hash
from domain.refusals import Refusal
from domain.roles import SYSTEM
from domain.stages import Stage
from domain.work_calendar import years_hash
from gateways.calendar_files import load_calendar
from tests.domain.lives import DISTRICT, OFFICER, SUPERVISOR, Life, transferred


def registered() -> Life:
    life = Life()
    life.register()
    return life


def under_review() -> Life:
    life = transferred()
    life.answer()
    return life


def rectifying() -> Life:
    life = under_review()
    life.review(c.Verdict.FOUND_FALSE)
    return life


def awaiting_revisit() -> Life:
    life = under_review()
    life.review()
    return life


def proposed() -> Life:
    life = awaiting_revisit()
    life.revisit()
    return life


def closed() -> Life:
    life = proposed()
    life.approve()
    return life


LIVES: dict[str, Callable[[], Life]] = {
    "registered": registered,
    "awaiting_feedback": transferred,
    "under_review": under_review,
    "rectifying": rectifying,
    "awaiting_revisit": awaiting_revisit,
    "proposed": proposed,
    "closed": closed,
}


def command(name: str, life: Life) -> c.Command:
    """A well-formed command of each name, fitting the life as far as it can."""
    waiting = life.problem.under_review
    proposal = life.problem.proposal
    made: dict[str, c.Command] = {
        "transfer_problem": c.TransferProblem(on=life.today, document_no="x", by=OFFICER),
        "submit_feedback": c.SubmitFeedback(
            receipt_id="new",
            round_no=max(len(life.problem.rounds), 1),
            district=life.problem.district,
            received_at=life.now,
            answer=c.Answer(state=c.RectificationState.DONE, text="x"),
            content_sha256="0",
            by=DISTRICT,
        ),
        "review_feedback": c.ReviewFeedback(
            receipt_id=waiting.receipt_id if waiting else "none",
            verdict=c.Verdict.ACCEPT_DONE,
            reason="",
            by=OFFICER,
        ),
        "record_revisit": c.RecordRevisit(
            on=life.today, result=c.RevisitResult.IN_PLACE, findings="x", by=OFFICER
        ),
        "approve_closure": c.ApproveClosure(
            content_hash=proposal.content_hash if proposal else "", by=SUPERVISOR
        ),
        "decline_closure": c.DeclineClosure(reason="x", by=SUPERVISOR),
        "record_service": c.RecordService(served_on=life.today, means="x", by=OFFICER),
        "record_list_number": c.RecordListNumber(number="x", by=OFFICER),
        "send_reminder": c.SendReminder(by=OFFICER),
    }
    return made.get(name) or bending_command(name, life)


def bending_command(name: str, life: Life) -> c.Command:
    """A well-formed command of a life that bends, fitting as far as it can."""
    problem, reason = life.problem, "理由"
    proposed = problem.proposed[-1] if problem.proposed else None
    owed = problem.open_round
    handed: dict[str, Any] = {
        "receipt_id": "new",
        "district": problem.district,
        "received_at": life.now,
        "reason": reason,
        "content_sha256": "0",
        "by": DISTRICT,
    }
    number = max(len(problem.rounds), 1)
    due_on = owed.due_on if owed else life.today
    deduction = problem.deductions[-1].seq if problem.deductions else 0
    asked = owed.asked.receipt_id if owed and owed.asked else "none"
    raised = problem.objection.receipt_id if problem.objection else "none"
    appeals = [d.appeal.receipt_id for d in problem.appeals_open if d.appeal]
    policy = replace(life.rules.policy, version="2", content_hash="")
    calendar = load_calendar(range(2024, 2030)).for_years(2024, 2029)
    made: dict[str, c.Command] = {
        "request_extension": c.RequestExtension(
            round_no=number, wanted_on=due_on + timedelta(days=5), **handed
        ),
        "decide_extension": c.DecideExtension(
            receipt_id=asked, grant=True, reason=reason, by=OFFICER
        ),
        "raise_objection": c.RaiseObjection(round_no=number, **handed),
        "decide_objection": c.DecideObjection(
            receipt_id=raised, uphold=True, to_district="500104", reason=reason, by=OFFICER
        ),
        "reassign_problem": c.ReassignProblem(to_district="500104", reason=reason, by=OFFICER),
        "assign_successor": c.AssignSuccessor(to_district="500109", reason=reason, by=OFFICER),
        "propose_act": c.ProposeAct(
            act=c.MoveDueDate(round_no=number, due_on=due_on + timedelta(days=9)),
            reason=reason,
            by=OFFICER,
        ),
        "approve_act": c.ApproveAct(
            proposal=proposed.seq if proposed else 0,
            content_hash=proposed.content_hash if proposed else "",
            by=SUPERVISOR,
        ),
        "decline_act": c.DeclineAct(
            proposal=proposed.seq if proposed else 0, reason=reason, by=SUPERVISOR
        ),
        "resume_problem": c.ResumeProblem(reason=reason, by=OFFICER),
        "merge_problem": c.MergeProblem(
            into_no="CQ2024-0002",
            into_district=problem.district,
            into_enterprise=problem.facts.enterprise,
            into_key_content=problem.facts.key_content,
            into_is_open=True,
            into_due_on=due_on,
            reason=reason,
            by=OFFICER,
        ),
        "withdraw_problem": c.WithdrawProblem(reason=reason, by=OFFICER),
        "enter_answer": c.EnterAnswer(
            receipt_id="paper",
            round_no=number,
            received_at=life.now,
            channel=c.Channel.PAPER,
            answer=c.Answer(state=c.RectificationState.DONE, text="x"),
            content_sha256="0",
            by=OFFICER,
        ),
        "reissue_notice": c.ReissueNotice(reason=reason, by=OFFICER),
        "report_bounce": c.ReportBounce(
            round_no=number, notice_key="x", reported_at=life.now, by=SYSTEM
        ),
        "appeal_deduction": c.AppealDeduction(deduction=deduction, **handed),
        "decide_appeal": c.DecideAppeal(
            receipt_id=appeals[0] if appeals else "none", uphold=False, reason=reason, by=SUPERVISOR
        ),
        "apply_calendar": c.ApplyCalendar(
            calendar=calendar,
            content_hash=years_hash(calendar.years),
            proposed_by=OFFICER,
            by=SUPERVISOR,
        ),
        "apply_policy": c.ApplyPolicy(
            policy=replace(policy, content_hash=content_hash(policy)),
            proposed_by=OFFICER,
            by=SUPERVISOR,
        ),
        "record_draw": c.RecordDraw(draw_id="draw-1", drawn=False, by=OFFICER),
        "mark_typical_case": c.MarkTypicalCase(typical=True, reason=reason, by=SUPERVISOR),
        "record_register_number": c.RecordRegisterNumber(
            register=c.Register.NATIONAL_AIR, number="x", by=OFFICER
        ),
    }
    return made[name]


OK = "ok"
NOT_NOW, CLOSED, SHUT = "not_in_this_stage", "problem_closed", "round_not_open"
TABLE: dict[str, tuple[str, str, str, str, str, str, str]] = {
    # command             registered, awaiting, review, rectifying, revisit, proposed, closed
    "transfer_problem": (OK, *("already_transferred",) * 6),
    "submit_feedback": ("unknown_round", OK, "already_answered", OK, OK, OK, CLOSED),
    "review_feedback": (NOT_NOW, NOT_NOW, OK, NOT_NOW, NOT_NOW, NOT_NOW, CLOSED),
    "record_revisit": (NOT_NOW, NOT_NOW, NOT_NOW, NOT_NOW, OK, NOT_NOW, CLOSED),
    "approve_closure": (NOT_NOW, NOT_NOW, NOT_NOW, NOT_NOW, NOT_NOW, OK, CLOSED),
    "decline_closure": (NOT_NOW, NOT_NOW, NOT_NOW, NOT_NOW, NOT_NOW, OK, CLOSED),
    "record_service": (NOT_NOW, OK, NOT_NOW, OK, NOT_NOW, NOT_NOW, CLOSED),
    "record_list_number": (*("nothing_listed",) * 3, OK, *("nothing_listed",) * 3),
    "send_reminder": (NOT_NOW, OK, NOT_NOW, OK, NOT_NOW, NOT_NOW, CLOSED),
    "request_extension": (SHUT, OK, SHUT, OK, SHUT, SHUT, CLOSED),
    "decide_extension": ("nothing_asked",) * 7,
    "raise_objection": (NOT_NOW, OK, NOT_NOW, NOT_NOW, NOT_NOW, NOT_NOW, CLOSED),
    "decide_objection": ("nothing_asked",) * 7,
    "reassign_problem": (OK, OK, NOT_NOW, "listed_stays", NOT_NOW, NOT_NOW, CLOSED),
    "assign_successor": (*("not_a_successor",) * 6, CLOSED),
    "propose_act": (NOT_NOW, OK, NOT_NOW, OK, NOT_NOW, NOT_NOW, CLOSED),
    "approve_act": ("no_such_proposal",) * 7,
    "decline_act": ("no_such_proposal",) * 7,
    "resume_problem": ("not_suspended",) * 7,
    "merge_problem": (OK, OK, OK, "listed_stays", OK, OK, CLOSED),
    "withdraw_problem": (OK, OK, NOT_NOW, NOT_NOW, NOT_NOW, NOT_NOW, CLOSED),
    "enter_answer": ("date_not_plausible", OK, "already_answered", OK, OK, OK, CLOSED),
    "reissue_notice": (NOT_NOW, OK, NOT_NOW, OK, NOT_NOW, NOT_NOW, CLOSED),
    "report_bounce": ("unknown_round", OK, OK, OK, OK, OK, OK),
    "appeal_deduction": (*("no_such_deduction",) * 3, OK, *("no_such_deduction",) * 3),
    "decide_appeal": ("no_such_appeal",) * 7,
    "apply_calendar": (OK, OK, OK, OK, OK, OK, CLOSED),
    "apply_policy": (OK, OK, OK, OK, OK, OK, CLOSED),
    "record_draw": (NOT_NOW, NOT_NOW, NOT_NOW, NOT_NOW, OK, NOT_NOW, CLOSED),
    "mark_typical_case": (OK,) * 7,
    "record_register_number": (OK,) * 7,
}


@pytest.mark.parametrize(
    ("name", "where", "expected"),
    [
        (name, where, answer)
        for name, answers in TABLE.items()
        for where, answer in zip(LIVES, answers, strict=True)
    ],
)
def test_each_command_in_each_stage(name: str, where: str, expected: str) -> None:
    life = LIVES[where]()
    before = life.problem
    try:
        life.do(command(name, life))
    except Refusal as refusal:
        answer = refusal.code
    else:
        answer = OK
    assert answer == expected
    assert (life.problem is before) == (answer != OK)


def test_the_table_knows_every_command() -> None:
    assert set(TABLE) == set(c.COMMANDS)


def test_an_event_out_of_its_place_is_refused() -> None:
    life = transferred()
    last = life.history[-1]
    with pytest.raises(ValueError, match="does not follow"):
        fold(last, life.problem)
    first = replace(last, seq=1)
    with pytest.raises(ValueError, match="cannot begin"):
        fold(first, None)


def test_a_step_that_is_not_on_the_table_is_refused() -> None:
    life = registered()
    jump = e.Recorded(
        seq=life.problem.seq + 1,
        at=life.now,
        by=SYSTEM,
        cause="x",
        event=e.ProblemClosed(on=date(2024, 6, 24), content_hash=""),
    )
    with pytest.raises(ValueError, match="may not become"):
        fold(jump, life.problem)
    assert life.problem.stage is Stage.REGISTERED


def test_a_draft_without_a_registration_has_no_problem() -> None:
    draft = Draft(None, Life().now, SYSTEM, "x", Life().rules)
    with pytest.raises(ValueError, match="no problem"):
        _ = draft.problem


def test_there_is_nothing_above_the_highest_level() -> None:
    life = transferred()
    draft = Draft(life.problem, life.now, SYSTEM, "x", life.rules)
    raise_level(draft, 99)
    assert draft.events == []
