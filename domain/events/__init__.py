"""What has happened to a problem: facts in the past tense, each with a stable tag.

Every date that matters stands in an event, because events travel in the record order and replay
checks orders, not timers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.events.appeal import AppealDecided, AppealFiled, PointsReversed
from domain.events.closing import (
    ClosureDeclined,
    ClosureProposed,
    ProblemClosed,
    RevisitPlanned,
    RevisitRecorded,
)
from domain.events.consequences import (
    ConsequenceHeld,
    FactEstablished,
    LevelRaised,
    ListNumberRecorded,
    ListReasonAdded,
    PlacedOnList,
    PointsDeducted,
    TakenOffList,
)
from domain.events.districts import (
    ObjectionDecided,
    ObjectionRaised,
    ProblemReassigned,
    ReassignedWhy,
)
from domain.events.draws import RevisitDrawn
from domain.events.duties import (
    BureauDuty,
    BureauDutyOverdue,
    BureauReminded,
    LifeEnded,
    ReminderIssued,
    ReminderSkipped,
)
from domain.events.extension import ExtensionDecided, ExtensionRequested
from domain.events.feedback import AnswerFiled, FeedbackReceived, FeedbackReviewed, FiledWhy
from domain.events.new_rules import CalendarApplied, PolicyApplied
from domain.events.registers import RegisterNumberRecorded
from domain.events.rounds import AGREED, DueDateConfirmed, DueDateMoved, MovedWhy, RoundOpened
from domain.events.second_person import ActApproved, ActDeclined, ActProposed
from domain.events.service import NoticeReissued, ServiceFailed, ServiceRecorded
from domain.events.stopping import ProblemMerged, ProblemReopened, ProblemWithdrawn
from domain.events.suspension import ProblemResumed, ProblemSuspended
from domain.events.transfer import ProblemRegistered, ProblemTransferred
from domain.events.typical_cases import TypicalCaseMarked
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
