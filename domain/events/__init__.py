"""What has happened to a problem: facts in the past tense, each with a stable tag.

Every date that matters stands in an event, because events travel in the record order and replay
checks orders, not timers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.events.bending import (
    ActApproved,
    ActDeclined,
    ActProposed,
    AppealDecided,
    AppealFiled,
    BureauReminded,
    CalendarApplied,
    ExtensionDecided,
    ExtensionRequested,
    NoticeReissued,
    ObjectionDecided,
    ObjectionRaised,
    PointsReversed,
    PolicyApplied,
    ProblemMerged,
    ProblemReassigned,
    ProblemReopened,
    ProblemResumed,
    ProblemSuspended,
    ProblemWithdrawn,
    ReassignedWhy,
    RegisterNumberRecorded,
    RevisitDrawn,
    ServiceFailed,
    TypicalCaseMarked,
)
from domain.events.ordinary import (
    AGREED,
    AnswerFiled,
    BureauDuty,
    BureauDutyOverdue,
    ClosureDeclined,
    ClosureProposed,
    ConsequenceHeld,
    DueDateConfirmed,
    DueDateMoved,
    FactEstablished,
    FeedbackReceived,
    FeedbackReviewed,
    FiledWhy,
    LevelRaised,
    LifeEnded,
    ListNumberRecorded,
    ListReasonAdded,
    MovedWhy,
    PlacedOnList,
    PointsDeducted,
    ProblemClosed,
    ProblemRegistered,
    ProblemTransferred,
    ReminderIssued,
    ReminderSkipped,
    RevisitPlanned,
    RevisitRecorded,
    RoundOpened,
    ServiceRecorded,
    TakenOffList,
)
from domain.roles import Actor

Event = (
    ProblemRegistered
    | ProblemTransferred
    | RoundOpened
    | DueDateMoved
    | DueDateConfirmed
    | ReminderIssued
    | ReminderSkipped
    | FeedbackReceived
    | AnswerFiled
    | FeedbackReviewed
    | FactEstablished
    | ConsequenceHeld
    | PlacedOnList
    | ListReasonAdded
    | ListNumberRecorded
    | TakenOffList
    | PointsDeducted
    | LevelRaised
    | ServiceRecorded
    | RevisitPlanned
    | RevisitRecorded
    | ClosureProposed
    | ClosureDeclined
    | ProblemClosed
    | BureauDutyOverdue
    | LifeEnded
    | ExtensionRequested
    | ExtensionDecided
    | ObjectionRaised
    | ObjectionDecided
    | ProblemReassigned
    | ActProposed
    | ActApproved
    | ActDeclined
    | ProblemSuspended
    | ProblemResumed
    | ProblemMerged
    | ProblemWithdrawn
    | ProblemReopened
    | NoticeReissued
    | ServiceFailed
    | AppealFiled
    | AppealDecided
    | PointsReversed
    | CalendarApplied
    | PolicyApplied
    | RevisitDrawn
    | TypicalCaseMarked
    | RegisterNumberRecorded
    | BureauReminded
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One event in its place: `seq` counts from 1 without gaps, over all runs of a life.

    `cause` is the command's id (the receipt id for a submission) or `duty:<kind>@<instant>`.
    """

    seq: int
    at: datetime
    by: Actor
    cause: str
    event: Event


__all__ = [
    "AGREED",
    "ActApproved",
    "ActDeclined",
    "ActProposed",
    "AnswerFiled",
    "AppealDecided",
    "AppealFiled",
    "BureauDuty",
    "BureauDutyOverdue",
    "BureauReminded",
    "CalendarApplied",
    "ClosureDeclined",
    "ClosureProposed",
    "ConsequenceHeld",
    "DueDateConfirmed",
    "DueDateMoved",
    "Event",
    "ExtensionDecided",
    "ExtensionRequested",
    "FactEstablished",
    "FeedbackReceived",
    "FeedbackReviewed",
    "FiledWhy",
    "LevelRaised",
    "LifeEnded",
    "ListNumberRecorded",
    "ListReasonAdded",
    "MovedWhy",
    "NoticeReissued",
    "ObjectionDecided",
    "ObjectionRaised",
    "PlacedOnList",
    "PointsDeducted",
    "PointsReversed",
    "PolicyApplied",
    "ProblemClosed",
    "ProblemMerged",
    "ProblemReassigned",
    "ProblemRegistered",
    "ProblemReopened",
    "ProblemResumed",
    "ProblemSuspended",
    "ProblemTransferred",
    "ProblemWithdrawn",
    "ReassignedWhy",
    "Recorded",
    "RegisterNumberRecorded",
    "ReminderIssued",
    "ReminderSkipped",
    "RevisitDrawn",
    "RevisitPlanned",
    "RevisitRecorded",
    "RoundOpened",
    "ServiceFailed",
    "ServiceRecorded",
    "TakenOffList",
    "TypicalCaseMarked",
]
