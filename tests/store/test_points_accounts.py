"""What a ledger's rows count for where a policy caps an item over all problems."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from domain.policy import AccountCap, Within, content_hash
from store.engine import Database
from store.points.points_accounts import caps_of, counts_for, total
from store.registers import rule_books
from store.tables import LedgerRow
from tests.worlds.life import default_rules

CAPS = {
    "jinhua@3": (
        AccountCap(rules=("falsified",), points=Decimal(5), within=Within.YEAR, clause="示例"),
    )
}


def row(number: int, points: str, kind: str = "deduction", reverses: int = 0) -> LedgerRow:
    """One row of problem `number`, in July."""
    return LedgerRow(
        problem_no=f"P{number}",
        seq=9 if kind == "deduction" else 12,
        rule_id="falsified",
        occurrence=1,
        fact="not_strict_or_false",
        district="500103",
        year=2024,
        on_day=date(2024, 7, number),
        points=Decimal(points),
        capped=False,
        clause="示例",
        paper="",
        policy="jinhua@3",
        kind=kind,
        reverses=reverses,
    )


def test_seven_falsified_answers_cost_the_district_five_points() -> None:
    counts = counts_for([row(number, "1") for number in range(1, 8)], CAPS)
    assert sum(counts.values()) == Decimal(5)
    assert counts["P7", 9] == 0


def test_what_is_reversed_makes_room_for_the_last() -> None:
    rows = [row(number, "1") for number in range(1, 7)]
    counts = counts_for([*rows, row(1, "1", "reversal", reverses=9)], CAPS)
    assert [str(counts[f"P{n}", 9]) for n in (1, 6)] == ["0", "1"]


def test_another_district_has_an_account_of_its_own() -> None:
    other = row(7, "5")
    other.district = "500104"
    assert counts_for([row(1, "5"), other], CAPS)["P7", 9] == 5


async def test_a_year_in_a_mail_and_on_a_page_is_that_of_the_capped_account(db: Database) -> None:
    policy = default_rules().policy
    policy = replace(policy, policy_id="jinhua", version="3", account_caps=CAPS["jinhua@3"])
    async with db.writing() as session:
        await rule_books.keep(session, db, [replace(policy, content_hash=content_hash(policy))])
        session.add_all([row(number, "1") for number in range(1, 8)])
        session.add(later := row(8, "2"))
        later.year, later.on_day = 2025, date(2025, 7, 8)
    async with db.reading() as session:
        assert await caps_of(session) == CAPS
        assert await total(session, "500103", 2024) == Decimal(5)
        assert await total(session, "500103", 2025) == Decimal(2)
        assert await total(session, "500104", 2024) == Decimal(0)
