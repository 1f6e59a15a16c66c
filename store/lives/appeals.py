"""How the appeal of a ledger row stands; the row itself is never touched by it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from domain.problem import Deduction
from store.lives import problems
from store.tables import LedgerRow


async def standing(session: AsyncSession, rows: Sequence[LedgerRow]) -> dict[int, str]:
    """Give, by the row's number, `open`, `upheld`, `refused` or `reversed`; nothing where none."""
    found: dict[int, str] = {}
    for number in dict.fromkeys(row.problem_no for row in rows):
        problem = await problems.get(session, number)
        for row in rows:
            deduction = problem.deduction(row.seq) if problem else None
            if row.problem_no == number and deduction is not None:
                found[row.id or 0] = _standing(deduction)
    return {row_id: word for row_id, word in found.items() if word}


def _standing(deduction: Deduction) -> str:
    if deduction.appeal is not None:
        upheld = deduction.appeal.upheld
        return "open" if upheld is None else "upheld" if upheld else "refused"
    return "reversed" if deduction.reversed_seq else ""


WORDS = {"open": "申诉中", "upheld": "申诉成立", "refused": "申诉不成立", "reversed": "已撤销"}
"""How each standing reads beside the row."""
