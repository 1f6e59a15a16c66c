"""The district's answer and the officer's verdict on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from domain.commands.values import Answer, Channel, Verdict
from domain.roles import CITY, DISTRICTS, Actor, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitFeedback:
    """The district's answer, as committed in the inbox at `received_at`.

    `content_sha256` covers the whole submission, personal fields included, so that the inbox row
    can be held against the life. `district` and `round_no` come from the link, never the form.
    """

    name: ClassVar[str] = "submit_feedback"
    may: ClassVar[Right] = DISTRICTS
    receipt_id: str
    round_no: int
    district: str
    received_at: datetime
    answer: Answer
    content_sha256: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterAnswer:
    """An officer enters an answer that came on paper or by telephone, with its scan.

    `received_at` is when it reached the bureau, by the officer's word.
    """

    name: ClassVar[str] = "enter_answer"
    may: ClassVar[Right] = CITY
    receipt_id: str
    round_no: int
    received_at: datetime
    channel: Channel
    answer: Answer
    content_sha256: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFeedback:
    """The officer's verdict on the answer `receipt_id`.

    `promised_on` is the rectification date agreed when accepting as in progress; left out, the
    date the district promised stands.
    """

    name: ClassVar[str] = "review_feedback"
    may: ClassVar[Right] = CITY
    receipt_id: str
    verdict: Verdict
    reason: str
    by: Actor
    promised_on: date | None = None


FeedbackCommand = SubmitFeedback | EnterAnswer | ReviewFeedback
