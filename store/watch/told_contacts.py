"""Contacts held against the record of their changes, and rule books against their hashes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.reconciliation import Difference, Disagreement
from store.keeping.seals import seal
from store.registers import rule_books
from store.registers.approvals import ApprovalState
from store.registers.register_changes import PERSONAL, Register, RegisterAct, details_of
from store.registers.rule_changes import hash_of
from store.tables import ContactRow, RegisterChangeRow, RuleBookRow, RuleChangeRow

_LEFT = {
    RegisterAct.ENTERED: (ApprovalState.PENDING, True),
    RegisterAct.APPROVED: (ApprovalState.APPROVED, True),
    RegisterAct.DECLINED: (ApprovalState.DECLINED, False),
}
"""How each act leaves a contact; one that is retired keeps its state."""


async def contacts(session: AsyncSession) -> list[Difference]:
    """Name the contacts who do not stand as the last recorded change left them, and those who are gone."""
    of_contacts = col(RegisterChangeRow.kept_in) == Register.CONTACTS
    changes = select(RegisterChangeRow).where(of_contacts).order_by(col(RegisterChangeRow.id))
    last = {row.subject: row for row in await session.scalars(changes)}
    rows = {str(row.id): row for row in await session.scalars(select(ContactRow))}
    return [
        Difference(Disagreement.CONTACT_DIFFERS, "", f"联系人 {number}，{why}")
        for number in sorted({*last, *rows}, key=int)
        for why in _differing(rows.get(number), last.get(number))
    ]


def _differing(row: ContactRow | None, last: RegisterChangeRow | None) -> Iterator[str]:
    if row is None:
        yield "已不存在"
    elif last is None:
        # Entered before changes were recorded, nobody is named; what came later is recorded.
        if row.entered_by:
            yield "没有变动记录"
    elif not _stands(row, RegisterAct(last.act)):
        yield "状态"
    elif row.erased_at is None and not _is_the_same(row, details_of(last)):
        yield "姓名、邮箱、电话、单位或职务"


def _stands(row: ContactRow, act: RegisterAct) -> bool:
    state, active = _LEFT.get(act, (row.state, False))
    return (row.state, row.active) == (state, active)


def _is_the_same(row: ContactRow, told: Any) -> bool:
    values = {name: getattr(row, name) for name in ("district", "position", *PERSONAL)}
    sealed = {name: seal(row.salt, name, values[name]) for name in PERSONAL}
    # Before words about people were sealed they stood in the record itself.
    return all(told.get(name, value) in (value, sealed.get(name)) for name, value in values.items())


async def rules(session: AsyncSession) -> list[Difference]:
    """Name the policies, calendars and proposed changes that are not what their hash says."""
    books = await session.scalars(select(RuleBookRow))
    damaged = [row.name for row in books if rule_books.book_in(row) is None]
    changes = await session.scalars(select(RuleChangeRow))
    damaged += [row.name for row in changes if hash_of(row.content) != row.content_hash]
    return [Difference(Disagreement.RULES_CHANGED, "", name) for name in sorted(damaged)]
