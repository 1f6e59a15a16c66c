"""Whether the district was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecorded:
    """An officer recorded that the notice of a round was served."""

    round_no: int
    served_on: date
    means: str
    tag: Literal["service:recorded"] = "service:recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReissued:
    """The notice of a round was ordered once more, for the `number`-th time."""

    round_no: int
    number: int
    reason: str
    tag: Literal["notice:reissued"] = "notice:reissued"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFailed:
    """A notice came back undelivered; its acceptance proves nothing any more."""

    round_no: int
    notice_key: str
    reported_at: datetime
    tag: Literal["service:failed"] = "service:failed"


ServiceEvent = ServiceRecorded | NoticeReissued | ServiceFailed
