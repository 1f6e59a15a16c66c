"""The record activity: what a life orders stands in the store, with what judges the life."""

from __future__ import annotations

from activities.records import Records
from store.engine import Database
from store.registers import rule_books
from store.registers.rule_books import Named
from tests.worlds.post_office import a_life
from workflows.messages import RecordOrder


async def test_a_record_names_by_what_its_life_is_judged(db: Database) -> None:
    life, named = a_life(), Named.of(a_life().rules)
    order = RecordOrder(
        problem_no=life.problem.problem_no,
        recorded=tuple(life.history),
        notices=(),
        next_duty=None,
        policy=named.policy,
        calendar=named.calendar,
        rules_version=named.rules_version,
    )
    assert await Records(db).record(order) == life.problem.seq
    async with db.reading() as session:
        judged = (await rule_books.judged_of(session, [order.problem_no]))[order.problem_no]
    assert (judged.policy[1], judged.calendar[1]) == (order.policy, order.calendar)
    assert judged.rules_version == order.rules_version
