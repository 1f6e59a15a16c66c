"""Lost lives on their way to being begun again: proposed by one person, approved by another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from domain.canonical import digest
from domain.events import Lost
from domain.outcomes import Reply
from domain.roles import Actor
from store import proposals
from store.codec import json_text
from store.engine import Database
from store.proposals import ProposalState
from store.tables import LifeRepairRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LostLife:
    """What one life will take up: its history up to `after_seq`, the event log up to `log_seq`."""

    problem_no: str
    lost: Lost
    after_run_id: str
    after_seq: int
    log_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proposed:
    lives: tuple[LostLife, ...]
    reason: str


async def propose(
    db: Database, repair_id: str, lives: Sequence[LostLife], reason: str, by: Actor
) -> LifeRepairRow:
    """Keep a proposal; proposing it again under the same id gives the one that is there."""
    row = LifeRepairRow(
        id=repair_id,
        lives=json_text([asdict(one) for one in lives]),
        content_hash=digest(_Proposed(lives=tuple(lives), reason=reason)),
        reason=reason,
        report="[]",
        proposed_at=db.now(),
        proposed_by=by.id,
        proposed_role=by.role.value,
    )
    return await proposals.propose(db, row)


def lives_of(row: LifeRepairRow) -> tuple[LostLife, ...]:
    """Read which lives were proposed."""
    return tuple(LostLife(**one | {"lost": Lost(one["lost"])}) for one in json.loads(row.lives))


def report_of(row: LifeRepairRow) -> tuple[Reply, ...]:
    """Read what became of the lives so far."""
    return tuple(Reply(**one) for one in json.loads(row.report))


async def noted(db: Database, repair_id: str, report: Sequence[Reply], *, all_told: bool) -> None:
    """Note what became of the lives; once each has been dealt with, the proposal is carried out."""
    async with db.writing() as session:
        row = await session.get(LifeRepairRow, repair_id)
        if row is not None:
            row.report = json_text([one.document for one in report])
            if all_told:
                row.state = ProposalState.APPLIED.value
