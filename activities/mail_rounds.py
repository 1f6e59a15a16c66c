"""How long the courier waits for what, and what one of its rounds came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from gateways.relay_answers import SendOutcome, SendResult

_LATER = frozenset(
    {
        SendOutcome.REFUSED_FOR_NOW,
        SendOutcome.CUT_OFF,
        SendOutcome.AMBIGUOUS,
        SendOutcome.SERVER_DOWN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the courier waits for what.

    `unknown_retry` must be longer than the relay's longest answer: until then an attempt may still
    be under way. `most_attempts` at `longest_pause` each are about five days, after which
    RFC 5321 4.5.4.1 lets a sender give up.
    """

    every: timedelta = timedelta(seconds=5)
    first_pause: timedelta = timedelta(seconds=30)
    longest_pause: timedelta = timedelta(minutes=30)
    greylist_pause: timedelta = timedelta(minutes=5)
    longest_outage_pause: timedelta = timedelta(minutes=5)
    unknown_retry: timedelta = timedelta(minutes=15)
    most_attempts: int = 240


@dataclass(slots=True)
class CourierRun:
    """What one round came to: mails by outcome, notices struck, and what stopped it early.

    `held` says that a restore was noticed and nothing is sent before it was looked at.
    """

    outcomes: Counter[SendOutcome] = field(default_factory=Counter)
    obsolete: int = 0
    stopped_by: SendResult | None = None
    held: bool = False

    @property
    def sent(self) -> int:
        """Mails the relay accepted."""
        return self.outcomes[SendOutcome.ACCEPTED]

    @property
    def refused(self) -> int:
        """Mails refused for good: an officer has to telephone."""
        return self.outcomes[SendOutcome.REFUSED_FOR_GOOD]

    @property
    def waiting(self) -> int:
        """Mails that will be tried again."""
        return sum(self.outcomes[outcome] for outcome in _LATER)
