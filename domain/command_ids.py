"""The id of a command: it says where the command comes from, and stands for that one command.

An id of before says nothing of the kind; it is called bare. It was an officer's Idempotency-Key, a
receipt's number, or two numbers joined, and nothing kept one apart from another.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.canonical import digest, told
from domain.commands import (
    ApplyCalendar,
    ApplyPolicy,
    Command,
    RecordPointsReceipt,
    RecordProof,
    ReportBounce,
)


def of_key(account_id: str, key: str) -> str:
    """Name what a person asks under an Idempotency-Key of his own."""
    return f"key:{account_id}/{key}"


def of_receipt(receipt_id: str) -> str:
    """Name what a district handed in."""
    return f"receipt:{receipt_id}"


def of_rule(change_id: str, problem_no: str) -> str:
    """Name an approved change of the rules on its way to a problem."""
    return f"rule:{change_id}/{problem_no}"


def of_rule_at_transfer(change_id: str, problem_no: str) -> str:
    """Name an approved policy that a problem takes on as it is transferred.

    It is another one than `of_rule`: what was refused before the transfer may be granted by now.
    """
    return f"rule:{change_id}/{problem_no}/transfer"


def of_draw(draw_id: str, problem_no: str) -> str:
    """Name what a draw came to for a problem, whoever enters it."""
    return f"draw:{draw_id}/{problem_no}"


def of_batch(account_id: str, key: str, problem_no: str) -> str:
    """Name one problem's part of an act over many."""
    return f"batch:{account_id}/{key}/{problem_no}"


def of_bounce(delivery_id: int) -> str:
    """Name a notice that came back for good."""
    return f"bounce:{delivery_id}"


def of_passing_bounce(delivery_id: int, report_id: str) -> str:
    """Name a notice that came back and goes out again: it may come back more than once."""
    return f"bounce:{delivery_id}/{report_id[:16]}"


def of_proof(problem_no: str, proof: RecordProof) -> str:
    """Name the proof that a round's notice arrived, whoever hands it in."""
    return f"proof:{problem_no}/r{proof.round_no}/{proof.kind}/{proof.proven_at.isoformat()}"


def of_points_receipt(problem_no: str, receipt: RecordPointsReceipt) -> str:
    """Name the proof that a deduction's notice arrived, whoever hands it in."""
    at = receipt.received_at.isoformat()
    return f"proof:{problem_no}/d{receipt.deduction}/{receipt.kind}/{at}"


RESTORED = "restored:"
"""How the cause of a life's being begun again begins; it is no command's."""


def of_restoration(restoration_id: str, problem_no: str) -> str:
    """Name the approved restoring of a lost life."""
    return f"{RESTORED}{restoration_id}/{problem_no}"


_PERSONAL = ("key", "batch")
_SOURCES = (*_PERSONAL, "receipt", "rule", "draw", "bounce", "proof")


def bare_of(command_id: str) -> str:
    """Give the id that the same command bore before ids were named; empty for a bare one."""
    source, _, rest = command_id.partition(":")
    if source not in _SOURCES:
        return ""
    if source in _PERSONAL:
        return rest.partition("/")[2]
    return f"bounce-{rest}" if source == "bounce" else rest


_SENT_ANEW: Mapping[type, frozenset[str]] = {
    ReportBounce: frozenset({"reported_at", "recipient"}),
    ApplyCalendar: frozenset({"calendar", "content_hash"}),
    ApplyPolicy: frozenset({"rules_version"}),
}
"""What may differ when the same is sent again: the hour of telling, the years known by then, and the
version of the rules that came meanwhile."""


def hash_of(command: Command) -> str:
    """Hash what a command asks, SHA-256; who sends it stands in the id where that matters."""
    left_out = _SENT_ANEW.get(type(command), frozenset()) | {"by"}
    asked = {name: value for name, value in told(command).items() if name not in left_out}
    return digest({"name": command.name, "asked": asked})
