"""How an answer and its review change a problem."""

from __future__ import annotations

from dataclasses import replace

from domain import commands as c
from domain import events as e
from domain.folding.changes import ByEvent, Changes, lapsed, to_stage, with_round
from domain.problem import LevelClock, Problem, Submission
from domain.stages import Stage


def _feedback_received(p: Problem, event: e.FeedbackReceived, recorded: e.Recorded) -> Changes:
    answered: Changes = {"answered_at": event.received_at, "asked": None}
    if p.fell_before(recorded.at):
        answered["excused_at"] = None  # in time or late, it was answered before it was brought in
    return (
        to_stage(p, Stage.UNDER_REVIEW, recorded.at)
        | with_round(p, event.round_no, **answered)
        | {
            "submissions": (*p.submissions, _submission(event, moved=True)),
            "level_clock": LevelClock(used=event.level_days_used),
            "proposed": lapsed(
                p, c.ExtendRound, c.MoveDueDate, c.RestartDays, c.MoveListed, c.WithdrawListed
            ),
        }
    )


def _answer_filed(p: Problem, event: e.AnswerFiled, _: e.Recorded) -> Changes:
    return {"submissions": (*p.submissions, _submission(event, moved=False))}


def _submission(event: e.FeedbackReceived | e.AnswerFiled, *, moved: bool) -> Submission:
    return Submission(
        receipt_id=event.receipt_id,
        round_no=event.round_no,
        received_at=event.received_at,
        late=event.late,
        moved_state=moved,
        answer=event.answer,
        content_sha256=event.content_sha256,
        channel=event.channel,
    )


def _reviewed(p: Problem, event: e.FeedbackReviewed, recorded: e.Recorded) -> Changes:
    submissions = tuple(
        replace(s, verdict=event.verdict, reason=event.reason, reviewed_by=recorded.by)
        if s.receipt_id == event.receipt_id
        else s
        for s in p.submissions
    )
    return {"submissions": submissions}


CHANGES: ByEvent = {
    e.FeedbackReceived: _feedback_received,
    e.AnswerFiled: _answer_filed,
    e.FeedbackReviewed: _reviewed,
}
