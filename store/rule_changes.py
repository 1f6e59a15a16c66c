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
from sqlmodel import col, select

from domain.outcomes import Reply
from domain.roles import Actor, Role
from store.codec import json_text
from store.engine import Database
from store.tables import RuleChangeRow


class ChangeKind(StrEnum):
    """What is changed."""

    CALENDAR = "calendar"
    POLICY = "policy"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return {"calendar": "放假安排", "policy": "口径"}[self.value]


class ChangeState(StrEnum):
    """How far a change has come."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    APPROVED = "approved"
    APPLIED = "applied"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return {
            "proposed": "待批准",
            "declined": "未获批准",
            "approved": "已批准，正在办理",
            "applied": "已生效",
        }[self.value]


class ChangeRefused(Exception):
    """The register of changes says no; `code` is stable, the doors have its sentence."""

    def __init__(self, code: str) -> None:
        """Refuse for the reason `code`."""
        super().__init__(code)
        self.code = code


def hash_of(text: str) -> str:
    """Hash the text of a change; SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()


async def propose(
    db: Database, change_id: str, kind: ChangeKind, name: str, text: str, reason: str, by: Actor
) -> RuleChangeRow:
    """Keep a proposal; proposing it again under the same id gives the one that is there."""
    async with db.writing() as session:
        await db.lock(session, f"rule-change:{change_id}")
        there = await session.get(RuleChangeRow, change_id)
        if there is not None:
            return there
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
        session.add(row)
    return row


async def decide(
    db: Database, change_id: str, by: Actor, *, approve: bool, content_hash: str, to_open: bool
) -> RuleChangeRow:
    """Approve or decline a proposal; deciding the same again changes nothing.

    Raises ChangeRefused: `second_person_required`, `approval_is_stale`, `already_decided`,
    `rule_change_not_found`.
    """
    async with db.writing() as session:
        await db.lock(session, f"rule-change:{change_id}")
        row = await session.get(RuleChangeRow, change_id)
        if row is None:
            raise ChangeRefused("rule_change_not_found")
        if row.state != ChangeState.PROPOSED:
            if row.decided_by == by.id and approve == (row.state != ChangeState.DECLINED):
                return row
            raise ChangeRefused("already_decided")
        if row.proposed_by == by.id:
            raise ChangeRefused("second_person_required")
        if approve and row.content_hash != content_hash:
            raise ChangeRefused("approval_is_stale")
        row.decided_at, row.decided_by = db.now(), by.id
        row.to_open = to_open and approve
        row.state = (ChangeState.APPROVED if approve else ChangeState.DECLINED).value
    return row


async def applied(db: Database, change_id: str, report: Sequence[Reply]) -> None:
    """Note what became of the open problems."""
    async with db.writing() as session:
        row = await session.get(RuleChangeRow, change_id)
        if row is not None:
            row.report = json_text([one.document for one in report])
            row.state = ChangeState.APPLIED.value


def report_of(row: RuleChangeRow) -> tuple[Reply, ...]:
    """Read what applying a change came to."""
    return tuple(Reply(**one) for one in json.loads(row.report))


def proposer_of(row: RuleChangeRow) -> Actor:
    """Give the first person."""
    return Actor(row.proposed_by, Role(row.proposed_role))


async def find(session: AsyncSession, change_id: str) -> RuleChangeRow | None:
    """Give one change."""
    return await session.get(RuleChangeRow, change_id)


async def recent(session: AsyncSession) -> list[RuleChangeRow]:
    """Give every change, the newest first."""
    order = col(RuleChangeRow.proposed_at).desc()
    return list(await session.scalars(select(RuleChangeRow).order_by(order)))


async def in_force(session: AsyncSession) -> list[RuleChangeRow]:
    """Give the approved changes in the order of their approval."""
    states = [ChangeState.APPROVED.value, ChangeState.APPLIED.value]
    query = select(RuleChangeRow).where(col(RuleChangeRow.state).in_(states))
    return list(await session.scalars(query.order_by(col(RuleChangeRow.decided_at))))
