"""What has happened to a problem: facts in the past tense, each with a stable tag.

Every date that matters stands in an event, because events travel in the record order and replay
checks orders, not timers. An event is written in its topic and named in the topic's union, and with
that it can be recorded and read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.events.appeal import *
from domain.events.closing import *
from domain.events.consequences import *
from domain.events.districts import *
from domain.events.draws import *
from domain.events.duties import *
from domain.events.extension import *
from domain.events.feedback import *
from domain.events.new_rules import *
from domain.events.registers import *
from domain.events.restoring import *
from domain.events.rounds import *
from domain.events.second_person import *
from domain.events.service import *
from domain.events.six_batches import *
from domain.events.stopping import *
from domain.events.suspension import *
from domain.events.transfer import *
from domain.events.typical_cases import *
from domain.roles import Actor

Event = (
    TransferEvent
    | RoundEvent
    | FeedbackEvent
    | ClosingEvent
    | ConsequenceEvent
    | ServiceEvent
    | ExtensionEvent
    | AssignmentEvent
    | SecondPersonEvent
    | SuspensionEvent
    | StoppingEvent
    | AppealEvent
    | NewRulesEvent
    | DrawEvent
    | TypicalCaseEvent
    | SixBatchEvent
    | RegisterEvent
    | DutyEvent
    | RestoringEvent
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One event in its place: `seq` counts from 1 without gaps, over all runs of a life.

    `cause` is the command's id (see `domain.command_ids`) or `duty:<kind>@<instant>`.
    """

    seq: int
    at: datetime
    by: Actor
    cause: str
    event: Event
