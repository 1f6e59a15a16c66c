"""Whoever approves on the command line signs in there: no token approves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from command_line.persons import NotPossible, Typed, approver, by_token
from domain.one_time_codes import code_at, step_at
from domain.roles import Role
from office.ports import Services
from store.people import second_factors, sessions, tokens
from store.people.second_factors import Shown
from store.people.sessions import Browser
from store.people.tokens import Scope
from tests.api.signing_in import PASSWORD, person
from tests.worlds.office import Office

pytestmark = pytest.mark.usefixtures("quick_hashes")


def typed(login: str, password: str = PASSWORD, code: str = "") -> Typed:
    """What somebody types."""
    return Typed(login, password, lambda: code)


def strict(office: Office) -> Services:
    """Services that ask for the second factor, as in production."""
    return replace(office.services, second_factor=True)


async def test_a_supervisor_signs_in_and_nobody_else(office: Office) -> None:
    account = await person(office, "wang.li")
    await person(office, "zhao.min", Role.OFFICER)
    assert await approver(office.services, typed("wang.li")) == account.actor
    for who, why in (
        (typed("wang.li", "no"), "密码不正确"),
        (typed("zhao.min"), "只有审批人"),
        (typed("nobody"), "密码不正确"),
    ):
        with pytest.raises(NotPossible, match=why):
            await approver(office.services, who)
    async with office.db.reading() as session:
        assert await sessions.of_account(session, account.id, office.clock.now) == []


async def test_where_a_second_factor_is_asked_for_it_is_shown(office: Office) -> None:
    account = await person(office, "wang.li")
    with pytest.raises(NotPossible, match="双重验证"):
        await approver(strict(office), typed("wang.li"))
    secret = await second_factors.offer(office.db, office.services.seals, account)
    cookie = (await sessions.sign_in(office.db, "wang.li", PASSWORD, Browser(""))).session
    step = step_at(office.clock.now)
    await second_factors.take_into_use(
        office.db, office.services.seals, account, Shown(cookie, code_at(secret, step))
    )
    with pytest.raises(NotPossible, match="动态码"):
        await approver(strict(office), typed("wang.li", code="000000"))
    own = typed("wang.li", code=code_at(secret, step + 1))
    assert await approver(strict(office), own) == account.actor


async def test_who_proposes_shows_a_token_that_acts(office: Office) -> None:
    token = await tokens.issue(office.db, "u-officer", "示例", Scope.ACT)
    assert (await by_token(office.db, token)).id == "u-officer"
    reads = await tokens.issue(office.db, "u-officer", "示例", Scope.READ)
    for wrong, why in ((reads, "只能查询"), ("bh_none", "无效")):
        with pytest.raises(NotPossible, match=why):
            await by_token(office.db, wrong)
