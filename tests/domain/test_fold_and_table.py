"""Folding refuses what cannot have happened; every command in every stage does what the table says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain.decisions.consequences import raise_level
from domain.decisions.draft import Draft
from domain.problem import fold
from domain.refusals import Refusal
from domain.roles import SYSTEM
from domain.stages import Stage
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
    return made[name]


OK = "ok"
NOT_NOW, CLOSED = "not_in_this_stage", "problem_closed"
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
