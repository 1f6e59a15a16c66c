"""Every change of behaviour that running lives have to survive, with its date and reason.

A life keeps the rules version it was started with. A patch raises it for the lives that have not
passed the patched place yet; histories recorded before the patch replay as they ran. Each patch
adds a recorded history to `tests/histories/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from temporalio import workflow

from domain.command_ids import of_receipt

BUILD = "bihuan-0.1.0"
"""What a worker calls itself; it stands in every history it takes part in."""


@dataclass(frozen=True, slots=True)
class Patch:
    """One change: its marker's id, the rules version it raises a life to, when and why."""

    patch_id: str
    rules_version: int
    since: date
    reason: str


DUTIES_FIRST = Patch(
    patch_id="duties-before-later-answers",
    rules_version=1,
    since=date(2026, 11, 25),
    reason="After an outage an answer received late was applied before the duty that had fallen due"
    " ahead of it: the problem was never listed.",
)

BUREAU_LADDER = Patch(
    patch_id="rules-2",
    rules_version=2,
    since=date(2026, 11, 25),
    reason="The bureau's own duties got their ladder; a date that moved renews its reminders;"
    " appeals are let in before a life ends.",
)

NAMED_IDS = Patch(
    patch_id="ids-say-where-from",
    rules_version=1,
    since=date(2026, 11, 26),
    reason="A paper let in was known by its receipt's bare number, under which an officer could have"
    " asked for something else.",
)

PATCHES: tuple[Patch, ...] = (DUTIES_FIRST, BUREAU_LADDER, NAMED_IDS)


def let_in_as(receipt_id: str) -> str:
    """Give the id under which a life decides a paper that it lets in itself."""
    return of_receipt(receipt_id) if workflow.patched(NAMED_IDS.patch_id) else receipt_id


def rules_version(started_with: int) -> int:
    """Give the rules version by which this life is judged now."""
    version = started_with
    for patch in PATCHES:
        if patch.rules_version > version and workflow.patched(patch.patch_id):
            version = patch.rules_version
    return version
