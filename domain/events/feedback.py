"""The district answered, and what the officer found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from domain.commands.values import Answer, Channel, Verdict


class FiledWhy(StrEnum):
    """Why an answer was kept without moving the state."""

    EARLIER_ROUND = "earlier_round"
    PROGRESS = "progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackReceived:
    """The district answered the open round; the answer awaits review.

    `level_days_used` stops the level's clock: working days unrectified so far at this level.
    """

    receipt_id: str
    round_no: int
    received_at: datetime
    late: bool
    answer: Answer
    content_sha256: str
    level_days_used: int
    channel: Channel = Channel.LINK
    tag: Literal["feedback:received"] = "feedback:received"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFiled:
    """An answer was kept on the problem without moving its state."""

    receipt_id: str
    round_no: int
    received_at: datetime
    late: bool
    why: FiledWhy
    answer: Answer
    content_sha256: str
    channel: Channel = Channel.LINK
    tag: Literal["feedback:filed"] = "feedback:filed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackReviewed:
    """The officer gave a verdict; `promised_on` only when accepted as in progress."""

    receipt_id: str
    verdict: Verdict
    reason: str
    promised_on: date | None
    tag: Literal["feedback:reviewed"] = "feedback:reviewed"


FeedbackEvent = FeedbackReceived | AnswerFiled | FeedbackReviewed
