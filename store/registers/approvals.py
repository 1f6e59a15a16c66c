"""What one person enters and a second approves: contacts, and enterprises of the positive list."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from store.refusing import StoreRefused


class ApprovalState(StrEnum):
    """Whether a second person has approved an entry; only an approved one counts."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return {"pending": "待审批", "approved": "已批准", "declined": "未批准"}[self.value]


class Approvable(Protocol):
    """An entry that a second person decides on."""

    state: str
    entered_by: str
    decided_by: str


def settle(entry: Approvable, by_id: str, *, approved: bool, over: bool) -> bool:
    """Approve or decline an entry; False where the same person has decided the same before.

    What is `over` waits for nobody. Raises StoreRefused.
    """
    state = ApprovalState.APPROVED if approved else ApprovalState.DECLINED
    if (entry.state, entry.decided_by) == (state, by_id):
        return False
    if entry.state != ApprovalState.PENDING or over:
        raise StoreRefused("already_decided")
    if entry.entered_by == by_id:
        raise StoreRefused("second_person_required")
    entry.state, entry.decided_by = state, by_id
    return True
