"""A running problem is brought in 既有问题: what had happened is recorded, nothing of it is charged."""

from __future__ import annotations

from datetime import date, time

from domain.commands import (
    Answer,
    BroughtIn,
    Channel,
    RecordService,
    RectificationState,
    TransferProblem,
    Verdict,
)
from domain.deadlines import due_date
from domain.decisions.draft import Draft
from domain.decisions.feedback import plan_revisit
from domain.decisions.rounds import open_promised_round, open_round
from domain.decisions.service import record_service
from domain.events import FeedbackReceived, FeedbackReviewed, ProblemBroughtIn
from domain.local_time import at_local
from domain.refusals import WrongActor, WrongContent
from domain.stages import RoundKind

REVIEWED_BEFORE = "登记前已审核"


def demand_plausible_facts(draft: Draft, command: TransferProblem, existing: BroughtIn) -> None:
    """Refuse the same person twice, and days that cannot have been."""
    if existing.proposed_by.id == command.by.id:
        raise WrongActor("second_person_required")
    answered_on, promised_on = existing.answered_on, existing.promised_on
    if answered_on is not None and not command.on <= answered_on <= draft.today:
        raise _implausible(answered_on, "反馈日期应在移交日与今天之间")
    if promised_on is not None and promised_on < (answered_on or command.on):
        raise _implausible(promised_on, "承诺日期早于移交日期或反馈日期")


def _implausible(on: date, why: str) -> WrongContent:
    return WrongContent("date_not_plausible", on=on.isoformat(), why=why)


def bring_in(draft: Draft, command: TransferProblem, existing: BroughtIn) -> None:
    """Record the facts, and open what is open still by the days of its papers.

    A date that has passed by now is nobody's lateness (folding/rounds.py).
    """
    draft.add(ProblemBroughtIn(existing=existing))
    _open_first(draft, command, existing)
    if command.served_on is not None:
        served = RecordService(served_on=command.served_on, means=command.served_by, by=command.by)
        record_service(draft, served)
    if existing.answered_on is not None:
        _answer(draft, existing, existing.answered_on)
        _review(draft, existing)


def _open_first(draft: Draft, command: TransferProblem, existing: BroughtIn) -> None:
    """The feedback round runs from the paper's day, or until a later day that was granted."""
    rule, granted = draft.rules.policy.clocks.feedback, existing.promised_on
    counted = due_date(command.on, rule, draft.rules.calendar)
    if existing.answered_on is None and granted is not None and granted > counted.due_on:
        open_promised_round(draft, granted, RoundKind.FEEDBACK, command.on)
    else:
        open_round(draft, RoundKind.FEEDBACK, command.on, rule)


def _answer(draft: Draft, existing: BroughtIn, answered_on: date) -> None:
    received_at = at_local(answered_on, time(0))
    round_ = draft.problem.rounds[-1]
    draft.add(
        FeedbackReceived(
            receipt_id=f"{draft.problem.problem_no}-1",
            round_no=round_.round_no,
            received_at=received_at,
            late=received_at >= round_.due_at,
            answer=Answer(
                state=existing.state or RectificationState.IN_PROGRESS,
                text=existing.answer,
                promised_on=existing.promised_on,
            ),
            content_sha256=existing.source_sha256,
            level_days_used=0,
            channel=Channel.PAPER,
        )
    )


def _review(draft: Draft, existing: BroughtIn) -> None:
    """Repeat the verdict of before, where the papers tell it; else the officer is asked."""
    done = existing.state is RectificationState.DONE
    if existing.accepted is False or (done and not existing.accepted):
        return
    if done:
        _accept(draft, Verdict.ACCEPT_DONE, None)
        plan_revisit(draft)
    elif existing.promised_on is not None:
        _accept(draft, Verdict.ACCEPT_IN_PROGRESS, existing.promised_on)
        open_promised_round(draft, existing.promised_on)


def _accept(draft: Draft, verdict: Verdict, promised_on: date | None) -> None:
    answer = draft.problem.submissions[-1]
    draft.add(
        FeedbackReviewed(
            receipt_id=answer.receipt_id,
            verdict=verdict,
            reason=REVIEWED_BEFORE,
            promised_on=promised_on,
        )
    )
