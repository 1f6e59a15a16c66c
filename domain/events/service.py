"""Whether the district was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from domain.proof import ProofKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecorded:
    """An officer recorded that the notice of a round was served."""

    round_no: int
    served_on: date
    means: str
    tag: Literal["service:recorded"] = "service:recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceProven:
    """The notice of a round is proven to have arrived; its days run from there where that is later."""

    round_no: int
    kind: ProofKind
    recipient: str
    proven_at: datetime
    tag: Literal["service:proven"] = "service:proven"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReissued:
    """The notice of a round was ordered once more, for the `number`-th time."""

    round_no: int
    number: int
    reason: str
    tag: Literal["notice:reissued"] = "notice:reissued"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFailed:
    """A notice came back undelivered; its acceptance proves nothing any more.

    `withdraws` where the proof of the round rested on it.
    """

    round_no: int
    notice_key: str
    reported_at: datetime
    withdraws: bool = False
    tag: Literal["service:failed"] = "service:failed"


ServiceEvent = ServiceRecorded | ServiceProven | NoticeReissued | ServiceFailed
