"""The script: who does what next, and when, from nothing but the problem's present state.

Day n is 10:00, n calendar days after the transfer. Officers review on the second working day after
an answer came in, a second person approves on the working day after the proposal, and revisits
happen on the day the policy says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.commands import (
    Answer,
    ApproveClosure,
    Command,
    RecordRevisit,
    RectificationState,
    ReviewFeedback,
    RevisitResult,
    SubmitFeedback,
    Verdict,
)
from domain.local_time import at_local, day_of
from domain.problem import Problem, Round, Submission
from domain.roles import Actor, Role
from domain.rules import Rules
from domain.stages import RoundKind, Stage

OFFICER = Actor("simulated-officer", Role.OFFICER)
SUPERVISOR = Actor("simulated-supervisor", Role.SUPERVISOR)

_ACTS_AT = time(10)
_PROMISED_DAYS = 20


class Behaviour(StrEnum):
    """How the district of one problem behaves (column 演练 of a list)."""

    ON_TIME = "on_time"
    IN_PROGRESS = "in_progress"
    BROKEN_PROMISE = "broken_promise"
    LATE_FEEDBACK = "late_feedback"
    SILENT = "silent"
    FALSE_REPORT = "false_report"
    NOT_IN_PLACE = "not_in_place"
    RETURNED_ONCE = "returned_once"


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a person: not before `at`; the command is made when the instant has come."""

    at: datetime
    command: Callable[[datetime], Command]


def next_act(problem: Problem, behaviour: Behaviour, rules: Rules) -> Act | None:
    """Give what a person does next, or None when the script waits for the agenda."""
    if problem.open_round is not None:
        return _district(problem, problem.open_round, behaviour)
    if problem.stage is Stage.UNDER_REVIEW:
        return _review(problem, behaviour, rules)
    if problem.stage is Stage.AWAITING_REVISIT and problem.proposal is None:
        return _revisit(problem, behaviour)
    if problem.proposal is not None:
        return _approve(problem, rules)
    return None


def _district(problem: Problem, owed: Round, behaviour: Behaviour) -> Act | None:
    on = _answers_on(problem, owed, behaviour)
    if on is None:
        return None
    promising = behaviour in (Behaviour.IN_PROGRESS, Behaviour.BROKEN_PROMISE)
    if promising and owed.round_no == 1:
        promised_on = on + timedelta(days=_PROMISED_DAYS)
        answer = Answer(
            state=RectificationState.IN_PROGRESS,
            text="示例：已制定整改方案，正在实施。",
            promised_on=promised_on,
        )
    else:
        answer = Answer(state=RectificationState.DONE, text="示例：已按要求完成整改。")
    return Act(at_local(on, _ACTS_AT), lambda now: _submission(problem, owed, answer, now))


def _answers_on(problem: Problem, owed: Round, behaviour: Behaviour) -> date | None:
    """Give the day of the answer: the first round by the behaviour, later ones within theirs."""
    if owed.round_no > 1:
        return _answers_again_on(owed, behaviour)
    if behaviour is Behaviour.SILENT:
        if problem.level < 2:
            return None
        return _day_after_level(problem)
    if behaviour is Behaviour.LATE_FEEDBACK:
        return owed.due_on + timedelta(days=3)
    return (problem.transferred_on or day_of(owed.opened_at)) + timedelta(days=10)


def _answers_again_on(owed: Round, behaviour: Behaviour) -> date:
    if owed.kind is RoundKind.SUPPLEMENT:
        return day_of(owed.opened_at) + timedelta(days=2)
    if behaviour is Behaviour.BROKEN_PROMISE:
        return owed.due_on + timedelta(days=10)
    if behaviour is Behaviour.IN_PROGRESS:
        return owed.due_on
    return day_of(owed.opened_at) + timedelta(days=5)


def _day_after_level(problem: Problem) -> date:
    raised_on = problem.level_clock.running_from
    if raised_on is None:
        raise ValueError("a silent district's level has no running clock")
    return raised_on + timedelta(days=1)


def _submission(problem: Problem, owed: Round, answer: Answer, now: datetime) -> SubmitFeedback:
    """Make the answer as the inbox would: its id is stable, so that a retry is no second answer."""
    receipt_id = f"sim-{problem.problem_no}-{owed.round_no}"
    return SubmitFeedback(
        receipt_id=receipt_id,
        round_no=owed.round_no,
        district=problem.district,
        received_at=now,
        answer=answer,
        content_sha256="",
        by=Actor(f"district:{problem.district}", Role.DISTRICT),
    )


def _review(problem: Problem, behaviour: Behaviour, rules: Rules) -> Act:
    waiting = problem.under_review
    if waiting is None:
        raise ValueError("nothing is under review")
    on = rules.calendar.add_working_days(day_of(waiting.received_at), 2)
    verdict = _verdict(problem, waiting, behaviour)
    negative = verdict in (Verdict.FOUND_FALSE, Verdict.RETURN_FOR_SUPPLEMENT)
    return Act(
        at_local(on, _ACTS_AT),
        lambda _: ReviewFeedback(
            receipt_id=waiting.receipt_id,
            verdict=verdict,
            reason="示例：材料与现场不符。" if negative else "",
            by=OFFICER,
        ),
    )


def _verdict(problem: Problem, waiting: Submission, behaviour: Behaviour) -> Verdict:
    first = waiting.round_no == 1
    if first and behaviour is Behaviour.FALSE_REPORT:
        return Verdict.FOUND_FALSE
    if first and behaviour is Behaviour.RETURNED_ONCE:
        return Verdict.RETURN_FOR_SUPPLEMENT
    if waiting.answer.state is RectificationState.IN_PROGRESS:
        return Verdict.ACCEPT_IN_PROGRESS
    return Verdict.ACCEPT_DONE


def _revisit(problem: Problem, behaviour: Behaviour) -> Act:
    on = problem.revisit_on
    if on is None:
        raise ValueError("no revisit is planned")
    fails = behaviour is Behaviour.NOT_IN_PLACE and not problem.revisits
    result = RevisitResult.NOT_IN_PLACE if fails else RevisitResult.IN_PLACE
    return Act(
        at_local(on, _ACTS_AT),
        lambda now: RecordRevisit(
            on=day_of(now), result=result, findings=f"示例：现场核查，{result.label}。", by=OFFICER
        ),
    )


def _approve(problem: Problem, rules: Rules) -> Act:
    proposal = problem.proposal
    if proposal is None:
        raise ValueError("no closure is proposed")
    on = rules.calendar.add_working_days(day_of(proposal.at), 1)
    return Act(
        at_local(on, _ACTS_AT),
        lambda _: ApproveClosure(content_hash=proposal.content_hash, by=SUPERVISOR),
    )
