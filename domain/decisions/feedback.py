"""The district's answers and the officer's verdicts on them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain import events as e
from domain.catalogues import penalty_outcomes
from domain.catalogues.districts import district
from domain.catalogues.routes import Route
from domain.commands import (
    Channel,
    EnterAnswer,
    RectificationState,
    ReviewFeedback,
    SubmitFeedback,
    Verdict,
)
from domain.deadlines import due_date
from domain.decisions.bureaus_time import settle
from domain.decisions.consequences import establish, level_days_used
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.guard import demand_open, demand_own, demand_reason, demand_stage
from domain.decisions.rounds import (
    ask_again,
    move_transfer_date,
    open_promised_round,
    open_round,
    transfer_date_running,
)
from domain.decisions.suspension import go_on
from domain.events import MovedWhy
from domain.local_time import day_of, midnight_ending
from domain.problem import Problem, Round, Submission
from domain.refusals import WrongActor, WrongContent, WrongMoment
from domain.rules import FAIR_POINTS
from domain.stages import WITH_DISTRICT, Fact, RoundKind, Stage


def submit(draft: Draft, command: SubmitFeedback) -> None:
    """Take the district's answer; one for an earlier round is kept without moving the state.

    In time is judged by `received_at` alone, never by when a worker got round to it; while a request
    for more time holds the round, and once its lateness fell, nobody is late.
    """
    demand_own(draft, command.district)
    _take(draft, command, Channel.LINK)


def enter(draft: Draft, command: EnterAnswer) -> None:
    """Take an answer that came on paper or by telephone, as the recorded act of an officer."""
    demand_open(draft)
    first = draft.problem.transferred_on
    on = day_of(command.received_at)
    if command.received_at > draft.now or first is None or on < first:
        raise WrongContent("date_not_plausible", on=on.isoformat(), why="应在移交日与此刻之间")
    _take(draft, command, command.channel)


def _take(draft: Draft, command: SubmitFeedback | EnterAnswer, channel: Channel) -> None:
    answered = _round_of(draft, command)
    _demand_plausible_promise(command)
    _demand_outcome_of_the_route(draft, command)
    why = _filed_why(draft, command, answered)
    nobody_is_late = _nobody_is_late(draft, answered)
    if why is None:
        _let_go(draft)
        answered = draft.problem.rounds[command.round_no - 1]
    late = command.received_at >= answered.due_at and not nobody_is_late
    if why is not None:
        draft.add(
            e.AnswerFiled(
                receipt_id=command.receipt_id,
                round_no=command.round_no,
                received_at=command.received_at,
                late=late,
                why=why,
                answer=command.answer,
                content_sha256=command.content_sha256,
                channel=channel,
            )
        )
        return
    draft.add(
        e.FeedbackReceived(
            receipt_id=command.receipt_id,
            round_no=command.round_no,
            received_at=command.received_at,
            late=late,
            answer=command.answer,
            content_sha256=command.content_sha256,
            level_days_used=level_days_used(draft.problem, draft, command.received_at),
            channel=channel,
        )
    )


def _nobody_is_late(draft: Draft, answered: Round) -> bool:
    """Say whether the bureau owes a word on a round, or its lateness was held for want of proof."""
    word = answered.waits_for_bureau or answered.excused_at is not None
    raised = draft.problem.objection
    objects = raised is not None and raised.round_no == answered.round_no
    held = (objects and answered.overdue_at is None) or answered.held_at is not None
    return word or (held and draft.rules.since(FAIR_POINTS))


def _let_go(draft: Draft) -> None:
    """An answer ends the suspension, and the objection that the problem is another's."""
    go_on(draft, "区县已反馈")
    settle(draft)
    raised = draft.problem.objection
    if raised is not None:
        draft.add(
            e.ObjectionDecided(
                receipt_id=raised.receipt_id, upheld=False, reason="区县已提交反馈，异议终止"
            )
        )


def _round_of(draft: Draft, command: SubmitFeedback | EnterAnswer) -> Round:
    if not 1 <= command.round_no <= len(draft.problem.rounds):
        raise WrongMoment("unknown_round", round_no=str(command.round_no))
    answered = draft.problem.rounds[command.round_no - 1]
    waiting = draft.problem.under_review
    if waiting is not None and waiting.round_no == command.round_no:
        raise WrongMoment("already_answered", receipt_id=waiting.receipt_id)
    if answered.district != draft.problem.district:
        raise WrongActor("wrong_district", owner=district(draft.problem.district).name)
    return answered


def _demand_plausible_promise(command: SubmitFeedback | EnterAnswer) -> None:
    answer, today = command.answer, day_of(command.received_at)
    if answer.state is not RectificationState.IN_PROGRESS:
        return
    if answer.promised_on is None:
        raise WrongContent("promise_missing")
    if answer.promised_on < today:
        raise WrongContent("promise_in_past", on=answer.promised_on.isoformat())


def _demand_outcome_of_the_route(draft: Draft, command: SubmitFeedback | EnterAnswer) -> None:
    """Refuse to let go unpunished what the inspection group punished itself (since FAIR_POINTS).

    方案 三(二) 二是: 11项重点内容由检查组直接依法查处，交辖区督促整改。
    """
    outcome = penalty_outcomes.find(command.answer.penalty_outcome)
    if outcome is None or not outcome.spares or not draft.rules.since(FAIR_POINTS):
        return
    if draft.problem.route == Route.DIRECT_PUNISHMENT:
        raise WrongContent("outcome_against_route", outcome=outcome.short)


def _filed_why(
    draft: Draft, command: SubmitFeedback | EnterAnswer, answered: Round
) -> e.FiledWhy | None:
    """Say why an answer cannot move the state, or None when it moves it.

    A rectification round is answered by reporting done; less is a progress report, so that a new
    promise cannot move the agreed date by the back door.
    """
    is_open = draft.problem.stage in WITH_DISTRICT
    if not is_open or answered.round_no != len(draft.problem.rounds):
        return e.FiledWhy.EARLIER_ROUND
    done = command.answer.state is RectificationState.DONE
    if answered.kind is RoundKind.RECTIFICATION and not done:
        return e.FiledWhy.PROGRESS
    return None


def review(draft: Draft, command: ReviewFeedback) -> None:
    """Give the verdict and open what follows from it: a revisit, a round, or consequences."""
    demand_stage(draft, Stage.UNDER_REVIEW)
    waiting = draft.problem.under_review
    if waiting is None or waiting.receipt_id != command.receipt_id:
        now_waiting = "" if waiting is None else waiting.receipt_id
        raise WrongMoment("receipt_not_under_review", receipt_id=now_waiting)
    promised_on = _agreed_date(draft, command, waiting)
    draft.add(
        e.FeedbackReviewed(
            receipt_id=command.receipt_id,
            verdict=command.verdict,
            reason=command.reason,
            promised_on=promised_on,
        )
    )
    _follow(draft, command, promised_on)


def _agreed_date(draft: Draft, command: ReviewFeedback, waiting: Submission) -> date | None:
    """Check the verdict against the answer; give the agreed date when in progress."""
    if command.verdict in (Verdict.RETURN_FOR_SUPPLEMENT, Verdict.FOUND_FALSE):
        demand_reason(command.reason)
        return None
    if command.verdict is Verdict.ACCEPT_DONE:
        if waiting.answer.state is not RectificationState.DONE:
            raise WrongContent("answer_not_done", state=waiting.answer.state.label)
        return None
    return _demand_bounded(draft, command.promised_on, waiting.answer.promised_on)


def _demand_bounded(draft: Draft, set_on: date | None, own: date | None) -> date:
    promised_on = set_on or own
    if promised_on is None:
        raise WrongContent("promise_missing")
    if promised_on < draft.today:
        raise WrongContent("promise_in_past", on=promised_on.isoformat())
    handed_over_on = draft.problem.handed_over_on or draft.today
    limit = handed_over_on + timedelta(days=draft.rules.policy.clocks.promise_max_days)
    if promised_on > limit:
        raise WrongContent("promise_too_late", on=promised_on.isoformat(), limit=limit.isoformat())
    _demand_agreed(draft, promised_on, own, limit)
    return promised_on


def _demand_agreed(draft: Draft, promised_on: date, own: date | None, limit: date) -> None:
    """Refuse a date of the bureau's before the district's own and before what was told or a supplement gives.

    The bureau may agree to less than was promised; no date that was told moves earlier by it.
    """
    if (own is not None and promised_on >= min(own, limit)) or not draft.rules.since(FAIR_POINTS):
        return
    supplement = draft.rules.policy.clocks.supplement
    given = due_date(draft.today, supplement, draft.rules.calendar).due_on
    earliest = max(draft.problem.rounds[-1].due_on, given)
    earliest = earliest if own is None else min(earliest, own)
    earliest = min(earliest, limit)
    if promised_on < earliest:
        raise WrongContent(
            "promise_too_early", on=promised_on.isoformat(), earliest=earliest.isoformat()
        )


def _follow(draft: Draft, command: ReviewFeedback, promised_on: date | None) -> None:
    clocks = draft.rules.policy.clocks
    if promised_on is not None:
        open_promised_round(draft, promised_on)
    elif command.verdict is Verdict.ACCEPT_DONE:
        plan_revisit(draft)
    elif command.verdict is Verdict.RETURN_FOR_SUPPLEMENT:
        answered = draft.problem.rounds[-1]
        establish(draft, Fact.RETURNED)
        kept = answered if draft.rules.since(FAIR_POINTS) else None
        ask_again(draft, RoundKind.SUPPLEMENT, clocks.supplement, kept)
        if draft.rules.since(FAIR_POINTS):
            _leave_out_the_review(draft)
    else:
        establish(draft, Fact.NOT_STRICT_OR_FALSE)
        open_round(draft, RoundKind.RECTIFICATION, draft.today, clocks.redo)


def _leave_out_the_review(draft: Draft) -> None:
    """Move the transfer's own date by the days for which the bureau had the answer."""
    running, received_at = transfer_date_running(draft.problem), _last_received(draft.problem)
    if running is not None:
        held, why = draft.today - day_of(received_at), MovedWhy.RETURN
        move_transfer_date(draft, running + held, why, why.label)


def _last_received(problem: Problem) -> datetime:
    return [one.received_at for one in problem.submissions if one.moved_state][-1]


def plan_revisit(draft: Draft) -> None:
    """Plan the revisit 回头看 on the day the policy says, and when the bureau is late with it."""
    clocks = draft.rules.policy.clocks
    on = draft.rules.working_days_after(draft.today, clocks.revisit_after_working_days)
    last_day = draft.rules.working_days_after(on, clocks.revisit_grace_working_days)
    draft.add(e.RevisitPlanned(on=on, due_at=midnight_ending(last_day)))


DECISIONS: ByCommand = {
    SubmitFeedback: submit,
    EnterAnswer: enter,
    ReviewFeedback: review,
}
