"""A district is judged by its own life's rules at the door too, and where in doubt it is let in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlmodel import select

from domain import commands as c
from domain.policy import Policy, content_hash
from domain.problem import Problem
from domain.rules import Rules
from domain.words.rules import UNKNOWN
from office.rules.rules_of_a_life import learn_missing, rules_of
from store.codec import to_text
from store.district.inbox import InboxState
from store.registers import rule_books
from store.registers.rule_books import book_in, key_of
from store.tables import ProblemRow, RuleBookRow
from tests.api.district.test_requests import (
    EXTENSION,
    NO,
    OBJECTION,
    appeals_path,
    ask,
    asks,
    points_told,
    rows,
)
from tests.worlds.house import MONDAY, OFFICER, SUPERVISOR, House, rules, typed


def newer(**limits: Any) -> Policy:
    """A version that counts from the day after the transfer, with limits of its own."""
    policy = rules().policy
    changed = replace(
        policy,
        version="99",
        valid_from=MONDAY + timedelta(days=1),
        clocks=replace(policy.clocks, appeal_working_days=1),
        exceptions=replace(policy.limits, **limits),
    )
    return replace(changed, content_hash=content_hash(changed))


@pytest.fixture
def stricter_today(house: House) -> House:
    """A house whose newest policy, approved but not applied to this life, allows next to nothing."""
    strict = newer(extension_max_days=5, extensions_max=1, objection_working_days=1)
    house.services.in_force.policies = (rules().policy, strict)
    house.clock.pass_by(days=2)
    return house


async def forget(house: House) -> None:
    """The life was last recorded by a version that kept no rule books."""
    nothing = {"policy": "", "policy_hash": "", "calendar": "", "calendar_hash": ""}
    async with house.db.writing() as session:
        await session.execute(delete(RuleBookRow))
        await session.execute(update(ProblemRow).values(**nothing, rules_version=0))


async def lose(house: House) -> None:
    """The row names its books, but they are gone."""
    await rules_of(house.services, NO)
    async with house.db.writing() as session:
        await session.execute(delete(RuleBookRow))


async def damage(house: House) -> None:
    """The books are there, but not what their hashes promise."""
    await rules_of(house.services, NO)
    async with house.db.writing() as session:
        books = list(await session.scalars(select(RuleBookRow)))
        for book in books:
            book.body = book.body.replace("30", "29").replace("元旦", "旦元")
    assert all(book_in(book) is None for book in books)


async def misshape(house: House) -> None:
    """The books were written in a shape that this version does not know."""
    await rules_of(house.services, NO)
    async with house.db.writing() as session:
        await session.execute(update(RuleBookRow).values(body='{"years_to_come": 7}'))


WITHOUT_BOOKS = [forget, lose, damage, misshape]
Without = Callable[[House], Awaitable[None]]


async def without_books(house: House, how: Without) -> None:
    """Take the books away; the process begins anew and remembers none of them."""
    await how(house)
    house.services.library.books.clear()


async def books(house: House) -> list[RuleBookRow]:
    """All books kept."""
    async with house.db.reading() as session:
        return list(await session.scalars(select(RuleBookRow)))


# -- the life's own rules -------------------------------------------------------------------------


async def test_an_extension_that_the_life_grants_is_taken_whatever_a_newer_policy_says(
    stricter_today: House,
) -> None:
    visitor = await stricter_today.visitor()
    assert "到2024年8月8日之间" in (await visitor.see(EXTENSION)).text
    status, receipt = await ask(visitor, EXTENSION, asks(wanted_on="2024-07-20"))
    (row,) = await rows(stricter_today)
    assert (status, row.state) == (303, InboxState.APPLIED)
    assert "2024年7月20日" in receipt


async def test_an_objection_within_the_lifes_own_days_is_taken(stricter_today: House) -> None:
    status, _ = await ask(await stricter_today.visitor(), OBJECTION, asks())
    (row,) = await rows(stricter_today)
    assert (status, row.state) == (303, InboxState.APPLIED)


async def test_an_appeal_within_the_lifes_own_days_is_taken(stricter_today: House) -> None:
    await stricter_today.found_false()
    await points_told(stricter_today)
    stricter_today.clock.pass_by(days=3)
    visitor = await stricter_today.visitor()
    status, _ = await ask(visitor, await appeals_path(visitor), asks())
    (row,) = await rows(stricter_today)
    assert (status, row.state) == (303, InboxState.APPLIED)


async def test_what_the_lifes_own_rules_refuse_is_said_at_the_door_and_not_kept(
    house: House,
) -> None:
    generous = newer(extension_max_days=300)
    house.services.in_force.policies = (rules().policy, generous)
    house.clock.pass_by(days=2)
    status, page = await ask(await house.visitor(), EXTENSION, asks(wanted_on="2024-12-20"))
    assert status == 422
    assert "2024-08-08" in page
    assert await rows(house) == []


async def test_once_a_newer_policy_is_applied_to_the_life_the_door_goes_by_it(
    house: House,
) -> None:
    strict = newer(extension_max_days=5)
    await house.do(c.ApplyPolicy(policy=strict, proposed_by=OFFICER, by=SUPERVISOR))
    visitor = await house.visitor()
    assert "到2024年7月14日之间" in (await visitor.see(EXTENSION)).text
    assert (await ask(visitor, EXTENSION, asks(wanted_on="2024-07-20")))[0] == 422


async def test_nobody_is_turned_away_by_a_read_model_that_is_behind_the_life(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row says that the extensions are used up; the life knows of none."""
    visitor, life = await house.visitor(), await house.desk.judged(NO)
    stale = replace(life[0], rounds=(replace(life[0].rounds[0], extensions=9),))
    async with house.db.writing() as session:
        await session.execute(update(ProblemRow).values(body=to_text(stale)))

    async def judged(_: str) -> tuple[Problem, Rules]:
        return life

    monkeypatch.setattr(house.desk, "judged", judged)
    assert (await ask(visitor, EXTENSION, asks(wanted_on="2024-07-20")))[0] == 303
    assert len(await rows(house)) == 1


# -- in doubt -------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", WITHOUT_BOOKS)
async def test_a_life_without_a_book_is_asked_once_and_its_answer_kept(
    house: House, how: Without, monkeypatch: pytest.MonkeyPatch
) -> None:
    await without_books(house, how)
    assert await rules_of(house.services, NO) == rules()
    assert [book_in(row) for row in await books(house)] == [
        book
        for _, book in sorted((key_of(book), book) for book in (rules().policy, rules().calendar))
    ]
    house.services.library.books.clear()
    monkeypatch.setattr(house.desk, "gone", True)
    assert await rules_of(house.services, NO) == rules()


@pytest.mark.parametrize("how", WITHOUT_BOOKS)
async def test_while_nobody_knows_the_rules_everything_goes_into_the_inbox(
    house: House, how: Without
) -> None:
    await without_books(house, how)
    house.desk.silent = True
    visitor = await house.visitor()
    page = (await visitor.see(EXTENSION)).text
    assert UNKNOWN in page
    assert "最长" not in page
    status, _ = await ask(visitor, EXTENSION, asks(wanted_on="2024-12-20"))
    (row,) = await rows(house)
    assert (status, row.state) == (303, InboxState.RECEIVED)


@pytest.mark.parametrize("how", WITHOUT_BOOKS)
async def test_the_form_says_that_the_rules_cannot_be_read_and_takes_the_answer(
    house: House, how: Without
) -> None:
    await without_books(house, how)
    house.desk.silent = True
    visitor = await house.visitor()
    page = (await visitor.see()).text
    assert UNKNOWN in page
    assert "2024年7月9日（星期二）24:00" in page
    assert (await visitor.press("submit", typed())).status_code == 303
    assert len(await rows(house)) == 1


async def test_a_life_that_does_not_answer_is_not_asked_again_at_once(house: House) -> None:
    await without_books(house, forget)
    house.desk.silent = True
    assert await rules_of(house.services, NO) is None
    house.desk.silent = False
    assert await rules_of(house.services, NO) is None
    house.services.library.silent_until.clear()
    assert await rules_of(house.services, NO) == rules()


async def test_a_refusal_while_the_life_does_not_answer_goes_into_the_inbox(house: House) -> None:
    visitor = await house.visitor()
    assert await rules_of(house.services, NO) == rules()
    page = await visitor.hidden(EXTENSION)
    house.desk.silent = True
    fields = {**page, **asks(wanted_on="2024-12-20"), "action": "submit"}
    assert (await visitor.post(fields, path=EXTENSION)).status_code == 303
    assert len(await rows(house)) == 1


@pytest.mark.parametrize("how", WITHOUT_BOOKS)
async def test_lives_of_which_no_book_tells_are_asked_in_the_background(
    house: House, how: Without
) -> None:
    await without_books(house, how)
    assert await learn_missing(house.services) > 0
    async with house.db.reading() as session:
        assert await rule_books.unknown(session) == []
        assert await rule_books.damaged(session) == {}
    assert await learn_missing(house.services) == 0
