"""A district's account: a pure fold of its ledger, with the caps over all its problems."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import permutations

from domain.account import AccountRow, counted
from domain.local_time import midnight_ending
from domain.policy import AccountCap, Within


def row(number: int, on: date, left: str, rule_id: str = "rework") -> AccountRow:
    """One deduction of problem `number`."""
    return AccountRow(
        problem_no=f"P{number}",
        seq=7,
        rule_id=rule_id,
        occurrence=1,
        policy="jinhua@3",
        planned_at=midnight_ending(on),
        on=on,
        year=on.year,
        left=Decimal(left),
    )


def capped(within: Within) -> dict[str, tuple[AccountCap, ...]]:
    """A cap of five points on rework."""
    cap = AccountCap(rules=("rework",), points=Decimal(5), within=within, clause="示例")
    return {"jinhua@3": (cap,)}


JULY, AUGUST, NEXT = date(2024, 7, 1), date(2024, 8, 1), date(2025, 1, 2)


def counts(rows: list[AccountRow], within: Within) -> list[str]:
    """What each row counts for, in the order given."""
    found = counted(rows, capped(within))
    return [str(found[one.problem_no, one.seq]) for one in rows]


def test_what_comes_after_the_cap_is_full_counts_for_nothing() -> None:
    rows = [row(1, JULY, "3"), row(2, AUGUST, "3"), row(3, AUGUST, "1"), row(4, NEXT, "2")]
    assert counts(rows, Within.YEAR) == ["3", "2", "0", "2"]
    assert counts(rows, Within.MONTH) == ["3", "3", "1", "2"]
    assert counts(rows, Within.LIFE) == ["3", "2", "0", "0"]


def test_the_order_of_posting_moves_nothing() -> None:
    rows = [row(1, JULY, "3"), row(2, JULY, "3"), row(3, AUGUST, "1")]
    first = counted(rows, capped(Within.YEAR))
    assert all(counted(mixed, capped(Within.YEAR)) == first for mixed in permutations(rows))


def test_what_was_taken_back_makes_room_for_what_came_later() -> None:
    rows = [row(1, JULY, "0"), row(2, AUGUST, "4"), row(3, AUGUST, "3")]
    assert counts(rows, Within.YEAR) == ["0", "4", "1"]


def test_rules_and_policies_without_a_cap_count_whole() -> None:
    other = row(1, JULY, "9", rule_id="falsified")
    assert counts([other], Within.YEAR) == ["9"]
    assert counted([row(2, JULY, "9")], {}) == {("P2", 7): Decimal(9)}
