"""Who filled in a paper 填报人 and on which telephone: kept beside the inbox, so that it can be erased.

参照《个人信息保护法》第十九条、第四十七条: personal data is kept no longer than its purpose needs. The paper
itself, its hash in the history and its receipt stay as they were: they hold a seal in the place of each of the two, the
SHA-256 of a random salt with the words. Whoever erases takes salt and words away, and no search through all
telephone numbers finds them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import col

from store.district.papers import Paper
from store.keeping.seals import ERASED, is_seal, seal
from store.tables import InboxRow, ProblemRow, SignerRow

_P = TypeVar("_P", bound=Paper)


def sealed(paper: _P, salt: str) -> _P:
    """Give a paper with seals in the place of who filled it in and on which telephone."""
    return replace(
        paper,
        filled_by=seal(salt, "filled_by", paper.filled_by),
        telephone=seal(salt, "telephone", paper.telephone),
    )


def opened(paper: _P, row: InboxRow) -> _P:
    """Give a paper with the words of its row where it holds seals."""
    if not is_seal(paper.telephone):
        return paper
    return replace(paper, filled_by=row.filled_by, telephone=row.telephone)


async def salt_of(session: AsyncSession, receipt_id: str) -> str:
    """Give the salt of a paper that was handed in before; empty where there is none, or none any more."""
    kept = await session.get(SignerRow, receipt_id)
    return kept.salt if kept is not None else ""


async def put_back(session: AsyncSession, rows: Sequence[InboxRow]) -> None:
    """Let rows say who filled them in; of those erased, that it was."""
    wanted = select(SignerRow).where(col(SignerRow.receipt_id).in_([r.receipt_id for r in rows]))
    known = {one.receipt_id: one for one in await session.scalars(wanted)}
    for row in rows:
        signer = known.get(row.receipt_id)
        if signer is not None:
            sign(row, signer)


def sign(row: InboxRow, signer: SignerRow) -> None:
    """Let one row say it; the row itself, as it is kept, stays as it is."""
    gone = signer.erased_at is not None
    set_committed_value(row, "filled_by", ERASED if gone else signer.filled_by)
    set_committed_value(row, "telephone", "" if gone else signer.telephone)


async def erase_before(session: AsyncSession, instant: datetime, now: datetime) -> int:
    """Erase the signers of papers received before an instant whose problem is closed; give how many."""
    closed = select(col(ProblemRow.problem_no)).where(col(ProblemRow.closed_on).is_not(None))
    old = select(col(InboxRow.receipt_id)).where(
        col(InboxRow.received_at) < instant, col(InboxRow.problem_no).in_(closed)
    )
    done = await session.execute(
        update(SignerRow)
        .where(col(SignerRow.receipt_id).in_(old), col(SignerRow.erased_at).is_(None))
        .values(filled_by="", telephone="", salt="", erased_at=now)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # of an UPDATE there always is one
