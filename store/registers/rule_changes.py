"""Calendar years and policy versions on their way into force: proposed, approved, applied.

A change counts for what begins from its approval on; whether it is applied to open problems too is
decided with it. What is approved is the very text that was proposed, bound by its hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from domain.outcomes import Reply
from domain.roles import Actor
from store import proposals
from store.codec import json_text
from store.engine import Database
from store.proposals import ProposalState
from store.tables import RuleChangeRow


class ChangeKind(StrEnum):
    """What is changed."""

    CALENDAR = "calendar"
    POLICY = "policy"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return {"calendar": "放假安排", "policy": "口径"}[self.value]


def hash_of(text: str) -> str:
    """Hash the text of a change; SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()


async def propose(
    db: Database, change_id: str, kind: ChangeKind, name: str, text: str, reason: str, by: Actor
) -> RuleChangeRow:
    """Keep a proposal; proposing it again under the same id gives the one that is there."""
    row = RuleChangeRow(
        id=change_id,
        kind=kind.value,
        name=name,
        content=text,
        content_hash=hash_of(text),
        reason=reason,
        proposed_at=db.now(),
        proposed_by=by.id,
        proposed_role=by.role.value,
    )
    return await proposals.propose(db, row)


async def noted(db: Database, change_id: str, report: Sequence[Reply], *, all_told: bool) -> None:
    """Note what became of the open problems; once all have answered, the change is applied."""
    async with db.writing() as session:
        row = await session.get(RuleChangeRow, change_id)
        if row is not None:
            row.report = json_text([one.document for one in report])
            if all_told:
                row.state = ProposalState.APPLIED.value


def report_of(row: RuleChangeRow) -> tuple[Reply, ...]:
    """Read what applying a change came to."""
    return tuple(Reply(**one) for one in json.loads(row.report))


async def in_force(session: AsyncSession) -> list[RuleChangeRow]:
    """Give the approved changes in the order of their approval."""
    states = (ProposalState.APPROVED, ProposalState.APPLIED)
    return await proposals.in_state(session, RuleChangeRow, *states)
