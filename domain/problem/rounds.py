"""The district's duties to answer, its requests for more time, and its answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain.commands import Answer, Channel, Verdict
from domain.local_time import day_of
from domain.proof import ProofKind
from domain.roles import Actor
from domain.stages import RoundKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAsk:
    """A request for more time that awaits its answer; `holds` while it does the round's consequence."""

    receipt_id: str
    received_at: datetime
    wanted_on: date
    reason: str
    holds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The first proof that a notice arrived, of a round or of a deduction."""

    kind: ProofKind
    recipient: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One duty of the district to answer, with everything that happened to it.

    `rungs` are the reminders issued or skipped; `answered_at` is when the answer that moved the
    state was received; `overdue_at` is when its lateness was established; `held_at` when that
    consequence had to wait for proof of service. `agreed` dates were promised, not counted.
    `moves` counts the changes of the due date, `moved_on` is the day of the last; `extensions`
    counts those granted, `asked` is the request that awaits its answer. `bounced_at` is when a notice of
    the round came back, until somebody has seen to its service. `excused_at` is when the ground of
    its lateness fell away: nobody is late with it any more, unless it gets another date. `was_held` once a
    request for more time has held its consequence. `reissued_at` is when its notice was last sent again
    without proof of the earlier one, or since when other rules wait for that proof. `taken_over` once a
    successor, told anew, went on with its date.
    """

    round_no: int
    kind: RoundKind
    district: str
    opened_at: datetime
    counted_from: date
    due_on: date
    due_at: datetime
    provisional: bool
    original_due_on: date
    rungs: tuple[str, ...] = ()
    answered_at: datetime | None = None
    overdue_at: datetime | None = None
    held_at: datetime | None = None
    served_on: date | None = None
    agreed: bool = False
    moves: int = 0
    moved_on: date | None = None
    extensions: int = 0
    asked: ExtensionAsk | None = None
    reissues: int = 0
    bounced_at: datetime | None = None
    excused_at: datetime | None = None
    was_held: bool = False
    needs_proof: bool = False
    proof: Proof | None = None
    entered_late: bool = False
    reissued_at: datetime | None = None
    taken_over: bool = False

    @property
    def unproven(self) -> bool:
        """Say whether its notice is still to be proven to have arrived, before anything falls due."""
        return self.needs_proof and self.proof is None and self.served_on is None

    @property
    def waits_for_bureau(self) -> bool:
        """Say whether a request asked in time holds what would fall due."""
        return self.asked is not None and self.asked.holds

    @property
    def ladder_from(self) -> date:
        """The day after which reminders of the present due date may come."""
        return self.moved_on or day_of(self.opened_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One answer of the district and what became of it."""

    receipt_id: str
    round_no: int
    received_at: datetime
    late: bool
    moved_state: bool
    answer: Answer
    content_sha256: str
    verdict: Verdict | None = None
    reason: str = ""
    reviewed_by: Actor | None = None
    channel: Channel = Channel.LINK
