"""What a relay's answers mean: for this mail alone or for all of them, for now or for good."""

from __future__ import annotations

import ssl
import unicodedata
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from aiosmtplib import (
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPTimeoutError,
)

from gateways.relay_limits import limit_in

_UNSAFE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_SERVICE_CLOSING = 421


class SendOutcome(StrEnum):
    """What became of one attempt."""

    ACCEPTED = "accepted"
    REFUSED_FOR_NOW = "refused_for_now"
    REFUSED_FOR_GOOD = "refused_for_good"
    CUT_OFF = "cut_off"
    AMBIGUOUS = "ambiguous"
    SERVER_DOWN = "server_down"
    MISCONFIGURED = "misconfigured"
    CALLED_BACK = "called_back"


@dataclass(frozen=True, slots=True)
class SendResult:
    """One attempt's outcome with the relay's code (0: none) and words, on one line.

    `pause` is how long the provider's limits want to be left in peace; `ended` says that the dialogue is over by
    an answer or a cut, not by waiting in vain.
    """

    outcome: SendOutcome
    code: int = 0
    words: str = ""
    pause: timedelta = timedelta(0)
    ended: bool = False


def connecting_failed(error: SMTPException | OSError) -> SendResult:
    """Tell a relay that is away from one that will never let us in as we are set up.

    The library says most of the latter (no STARTTLS, no AUTH) with its plain SMTPException.
    """
    code = error.code if isinstance(error, SMTPResponseException) else 0
    away = isinstance(error, OSError | SMTPHeloError) or 400 <= code < 500 or _limited(error)
    untrusted = isinstance(error.__cause__, ssl.SSLCertVerificationError)
    outcome = SendOutcome.SERVER_DOWN if away and not untrusted else SendOutcome.MISCONFIGURED
    return SendResult(outcome, code, on_one_line(str(error)))


def envelope_failed(error: SMTPException | OSError) -> SendResult:
    """Say what a relay means that refuses sender or recipient, ends the dialogue over them or falls silent."""
    if not isinstance(error, SMTPResponseException) or error.code == _SERVICE_CLOSING:
        return _cut_off(error)
    answer = refusal(error)
    if isinstance(error, SMTPSenderRefused) and answer.outcome is SendOutcome.REFUSED_FOR_GOOD:
        # No mail of ours will pass, whoever it is for.
        return replace(answer, outcome=SendOutcome.MISCONFIGURED)
    return answer


def refusal(error: SMTPResponseException) -> SendResult:
    """Tell no for now from no for good; what a provider limits is for now, whatever its code."""
    words = on_one_line(error.message)
    if error.code < 500:
        return SendResult(SendOutcome.REFUSED_FOR_NOW, error.code, words)
    limit = limit_in(words)
    if limit is not None:
        return SendResult(SendOutcome.REFUSED_FOR_NOW, error.code, words, limit.pause)
    return SendResult(SendOutcome.REFUSED_FOR_GOOD, error.code, words)


def _cut_off(error: SMTPException | OSError) -> SendResult:
    code, words = 0, str(error)
    if isinstance(error, SMTPResponseException):
        code, words = error.code, error.message
    waited = isinstance(error, SMTPTimeoutError)
    return SendResult(SendOutcome.CUT_OFF, code, on_one_line(words), ended=not waited)


def _limited(error: SMTPException | OSError) -> bool:
    return (
        isinstance(error, SMTPResponseException)
        and limit_in(on_one_line(error.message)) is not None
    )


def on_one_line(words: str) -> str:
    """Make a relay's words fit to be kept and shown: one line, no control characters."""
    plain = "".join(" " if unicodedata.category(c) in _UNSAFE else c for c in words)
    return " ".join(plain.split())[:200]
