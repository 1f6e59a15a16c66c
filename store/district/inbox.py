"""The inbox: what districts hand in, committed before anybody is told it was received.

A submission is in time or late by `received_at`, and that is stamped inside the transaction after
the problem's lock is held: whoever drains the inbox under the same lock sees every row stamped
before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.commands import DistrictCommand, EvidenceFile
from store.district import signers
from store.district.papers import (
    AppealPaper,
    Paper,
    PaperKind,
    command_of,
    kind_of,
    paper_from,
    paper_text,
)
from store.engine import Database
from store.keeping.seals import fresh_salt
from store.tables import InboxFileRow, InboxRow, LinkRow, ProblemRow, SignerRow


class InboxState(StrEnum):
    """How far a paper has come on its way from the inbox into the problem's life."""

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
        super().__init__(
            f"回执编号 {receipt_id} 的材料此前已提交，本次的改动没有提交；请重新打开链接查看。"
        )
        self.receipt_id = receipt_id


class LinkGone(Exception):
    """The link was revoked before the paper could be committed; `why` as it stands on the link."""

    def __init__(self, why: str) -> None:
        """Keep why."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubmission:
    """A paper under the number its form was given, through the link `link_jti`.

    The paper alone is hashed and kept: the same form handed in twice has the same content.
    """

    receipt_id: str
    link_jti: str
    paper: Paper


async def submit(db: Database, new: NewSubmission) -> InboxRow:
    """Commit a paper and stamp when it was received.

    The same content under the same number gives the row already there, unchanged. Raises
    `ReceiptConflict` for another content, and `LinkGone` when the problem went to another district
    or the link was revoked before: nothing is acknowledged that no life would take.
    """
    async with db.writing() as session:
        await db.lock_problem(session, new.paper.problem_no)
        # One number cannot be used at two problems at once either.
        await db.lock(session, f"receipt:{new.receipt_id}")
        known = await session.get(InboxRow, new.receipt_id)
        if known is not None:
            return await _same(session, known, new)
        await _demand_link(session, new)
        signer = _signer(new)
        row = _row(new, paper_text(signers.sealed(new.paper, signer.salt)), received_at=db.now())
        session.add(row)
        session.add(signer)
        session.add_all(_file_rows(new))
    signers.sign(row, signer)
    return row


async def _same(session: AsyncSession, known: InboxRow, new: NewSubmission) -> InboxRow:
    """Give the row already there, once its content is found to be the same."""
    salt = await signers.salt_of(session, known.receipt_id)
    paper = signers.sealed(new.paper, salt) if salt else new.paper
    if known.body != paper_text(paper):
        raise ReceiptConflict(new.receipt_id)
    await signers.put_back(session, [known])
    return known


def _signer(new: NewSubmission) -> SignerRow:
    return SignerRow(
        receipt_id=new.receipt_id,
        salt=fresh_salt(),
        filled_by=new.paper.filled_by,
        telephone=new.paper.telephone,
    )


async def _demand_link(session: AsyncSession, new: NewSubmission) -> None:
    """Look under the problem's lock, which a reassignment holds while it is written down.

    Points stay the district's own to appeal, whoever has the problem now.
    """
    link = await session.get(LinkRow, new.link_jti)
    why = link.revoked_why if link is not None and link.revoked_at is not None else ""
    if isinstance(new.paper, AppealPaper):
        if why not in ("", "reassigned"):
            raise LinkGone(why)
        return
    owner = await session.scalar(
        select(col(ProblemRow.district)).where(col(ProblemRow.problem_no) == new.paper.problem_no)
    )
    if owner is not None and owner != new.paper.district:
        raise LinkGone("reassigned")
    if why:
        raise LinkGone(why)


def _row(new: NewSubmission, body: str, received_at: datetime) -> InboxRow:
    paper = new.paper
    return InboxRow(
        receipt_id=new.receipt_id,
        kind=kind_of(paper),
        problem_no=paper.problem_no,
        district=paper.district,
        round_no=paper.round_no,
        received_at=received_at,
        content_sha256=hashlib.sha256(body.encode()).hexdigest(),
        body=body,
        filled_by="",
        telephone="",
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
        for position, file in enumerate(new.paper.files, start=1)
    ]


async def find(session: AsyncSession, receipt_id: str) -> InboxRow | None:
    """Give the paper under this number."""
    row = await session.get(InboxRow, receipt_id)
    if row is not None:
        await signers.put_back(session, [row])
    return row


async def of_problem(session: AsyncSession, problem_no: str) -> list[InboxRow]:
    """Give everything handed in on a problem, in the order it was received."""
    wanted = (
        select(InboxRow)
        .where(col(InboxRow.problem_no) == problem_no)
        .order_by(col(InboxRow.received_at), col(InboxRow.receipt_id))
    )
    rows = list(await session.scalars(wanted))
    await signers.put_back(session, rows)
    return rows


async def of_round(session: AsyncSession, problem_no: str, round_no: int) -> list[InboxRow]:
    """Give the answers of one round, in the order they were received."""
    rows = await of_problem(session, problem_no)
    return [row for row in rows if row.round_no == round_no and row.kind == PaperKind.ANSWER]


async def undelivered(session: AsyncSession) -> Mapping[str, Sequence[str]]:
    """Give the receipts the lives have not confirmed yet, by problem, oldest first.

    All of them: however many wait in vain, none of them keeps a younger one from its turn.
    """
    query = (
        select(col(InboxRow.problem_no), col(InboxRow.receipt_id))
        .where(col(InboxRow.state) == InboxState.RECEIVED)
        .order_by(col(InboxRow.received_at), col(InboxRow.receipt_id))
    )
    waiting: dict[str, list[str]] = {}
    for problem_no, receipt_id in await session.execute(query):
        waiting.setdefault(problem_no, []).append(receipt_id)
    return waiting


async def received_before(
    session: AsyncSession, problem_no: str, instant: datetime
) -> tuple[DistrictCommand, ...]:
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


def paper_of(row: InboxRow) -> Paper:
    """Read what was handed in, by whom as far as its row knows."""
    return signers.opened(paper_from(PaperKind(row.kind), row.body), row)


def to_command(row: InboxRow) -> DistrictCommand:
    """Give the command that delivers a paper."""
    return command_of(paper_of(row), row.receipt_id, row.received_at, row.content_sha256)


def files_of(rows: Sequence[InboxRow]) -> tuple[EvidenceFile, ...]:
    """Give the files handed in with these papers."""
    return tuple(file for row in rows for file in paper_of(row).files)
