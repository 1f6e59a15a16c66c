"""The inbox: what districts hand in, committed before anybody is told it was received.

A submission is in time or late by `received_at`, and that is stamped inside the transaction after
the problem's lock is held: whoever drains the inbox under the same lock sees every row stamped
before (design §6).
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.commands import Answer, EvidenceFile, SubmitFeedback
from domain.outcomes import CommandRefused, NoSuchLife, Outcome, OutcomeUnknown
from domain.roles import Actor, Role
from domain.stages import ENDED
from store import problems
from store.codec import to_text
from store.engine import Database
from store.tables import InboxFileRow, InboxRow


class InboxState(StrEnum):
    """How far a submission has come on its way from the inbox into the problem's life."""

    RECEIVED = "received"
    APPLIED = "applied"
    REFUSED = "refused"
    LIFE_ENDED = "life_ended"

    @property
    def label(self) -> str:
        """What the receipt says."""
        return {
            "received": "已收到，正在登记",
            "applied": "已登记",
            "refused": "已收到，未予登记",
            "life_ended": "已收到，问题已办结",
        }[self.value]


class ReceiptConflict(Exception):
    """The receipt's number is already used for another content; `code` is stable."""

    code = "receipt_conflict"

    def __init__(self, receipt_id: str) -> None:
        """Name the receipt."""
        super().__init__(f"回执编号 {receipt_id} 已用于另一份反馈，请重新打开链接后再提交。")
        self.receipt_id = receipt_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything a district hands in with one form; its hash stands on the receipt."""

    problem_no: str
    district: str
    round_no: int
    answer: Answer
    filled_by: str
    telephone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubmission(Content):
    """A content under the number its form was given, through the link `link_jti`."""

    receipt_id: str
    link_jti: str

    @property
    def content(self) -> Content:
        """What is hashed and kept: the same form handed in twice has the same content."""
        return Content(**{name: getattr(self, name) for name in Content.__dataclass_fields__})


_CONTENT = TypeAdapter(Content)


async def submit(db: Database, new: NewSubmission) -> InboxRow:
    """Commit a submission and stamp when it was received.

    The same content under the same number gives the row already there, unchanged. Raises
    `ReceiptConflict` for another content.
    """
    body = to_text(new.content)
    async with db.writing() as session:
        await db.lock_problem(session, new.problem_no)
        # One number cannot be used at two problems at once either.
        await db.lock(session, f"receipt:{new.receipt_id}")
        known = await session.get(InboxRow, new.receipt_id)
        if known is not None:
            if known.body != body:
                raise ReceiptConflict(new.receipt_id)
            return known
        row = _row(new, body, received_at=db.now())
        session.add(row)
        session.add_all(_file_rows(new))
    return row


def _row(new: NewSubmission, body: str, received_at: datetime) -> InboxRow:
    return InboxRow(
        receipt_id=new.receipt_id,
        problem_no=new.problem_no,
        district=new.district,
        round_no=new.round_no,
        received_at=received_at,
        content_sha256=hashlib.sha256(body.encode()).hexdigest(),
        body=body,
        filled_by=new.filled_by,
        telephone=new.telephone,
        link_jti=new.link_jti,
    )


def _file_rows(new: NewSubmission) -> list[InboxFileRow]:
    return [
        InboxFileRow(
            receipt_id=new.receipt_id,
            position=position,
            sha256=file.sha256,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
        )
        for position, file in enumerate(new.answer.files, start=1)
    ]


async def find(session: AsyncSession, receipt_id: str) -> InboxRow | None:
    """Give the submission under this number."""
    return await session.get(InboxRow, receipt_id)


async def of_round(session: AsyncSession, problem_no: str, round_no: int) -> list[InboxRow]:
    """Give the submissions of one round, in the order they were received."""
    wanted = (
        select(InboxRow)
        .where(col(InboxRow.problem_no) == problem_no, col(InboxRow.round_no) == round_no)
        .order_by(col(InboxRow.received_at), col(InboxRow.receipt_id))
    )
    return list(await session.scalars(wanted))


async def undelivered(session: AsyncSession, limit: int = 100) -> list[InboxRow]:
    """Give the submissions the lives have not confirmed yet, oldest first."""
    wanted = (
        select(InboxRow)
        .where(col(InboxRow.state) == InboxState.RECEIVED)
        .order_by(col(InboxRow.received_at), col(InboxRow.receipt_id))
        .limit(limit)
    )
    return list(await session.scalars(wanted))


async def received_before(
    session: AsyncSession, problem_no: str, instant: datetime
) -> tuple[SubmitFeedback, ...]:
    """Give what this problem's life has not confirmed yet and was received before `instant`."""
    wanted = (
        select(InboxRow)
        .where(
            col(InboxRow.problem_no) == problem_no,
            col(InboxRow.state) == InboxState.RECEIVED,
            col(InboxRow.received_at) < instant,
        )
        .order_by(col(InboxRow.received_at), col(InboxRow.receipt_id))
    )
    return tuple(to_command(row) for row in await session.scalars(wanted))


async def mark(db: Database, receipt_id: str, state: InboxState, code: str = "") -> None:
    """Write down how a delivery ended; what has once ended stays as it is."""
    async with db.writing() as session:
        await session.execute(
            update(InboxRow)
            .where(
                col(InboxRow.receipt_id) == receipt_id, col(InboxRow.state) == InboxState.RECEIVED
            )
            .values(state=state, refusal_code=code, delivered_at=db.now())
        )


async def settle(db: Database, row: InboxRow, attempt: Awaitable[Outcome]) -> InboxState:
    """Await one delivery and write down how it ended; an unknown outcome leaves it undelivered.

    A life that cannot be found has ended only if the read model says so too; else it will be
    restored, and the submission waits for it.
    """
    try:
        await attempt
    except OutcomeUnknown:
        return InboxState.RECEIVED
    except CommandRefused as refused:
        state, code = InboxState.REFUSED, refused.code
    except NoSuchLife:
        state, code = InboxState.LIFE_ENDED, ""
        if not await _is_over(db, row.problem_no):
            return InboxState.RECEIVED
    else:
        state, code = InboxState.APPLIED, ""
    await mark(db, row.receipt_id, state, code)
    return state


async def _is_over(db: Database, problem_no: str) -> bool:
    async with db.reading() as session:
        problem = await problems.get(session, problem_no)
    return problem is not None and problem.stage in ENDED


def content_of(row: InboxRow) -> Content:
    """Read what was handed in."""
    return _CONTENT.validate_json(row.body)


def to_command(row: InboxRow) -> SubmitFeedback:
    """Give the command that delivers a submission; it carries no personal data."""
    return SubmitFeedback(
        receipt_id=row.receipt_id,
        round_no=row.round_no,
        district=row.district,
        received_at=row.received_at,
        answer=content_of(row).answer,
        content_sha256=row.content_sha256,
        by=Actor(f"district:{row.district}", Role.DISTRICT),
    )


def files_of(rows: Sequence[InboxRow]) -> tuple[EvidenceFile, ...]:
    """Give the files handed in with these submissions."""
    return tuple(file for row in rows for file in content_of(row).answer.files)
