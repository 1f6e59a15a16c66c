"""Who acts on the command line: by a personal token, or signed in, as every approval asks for.

What nobody signs in for is told of the operating system's user.
"""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import typer

from domain.roles import Actor, Role
from office.ports import Services
from office.refused import OWN_SENTENCES
from store.engine import Database
from store.people import second_factors, security_log, sessions, tokens
from store.people.accounts import AccountRefused
from store.people.second_factors import Factor, Shown
from store.people.sessions import Browser, SignedIn
from store.people.tokens import Scope


class NotPossible(Exception):
    """It cannot be done; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person types to sign in; the code is asked for only where he has a second factor."""

    login: str
    password: str
    code: Callable[[], str]


def asked(login: str) -> Typed:
    """Ask a person for his password, and for a code when it is needed."""
    password = typer.prompt("密码", hide_input=True, err=True)
    return Typed(login, password, lambda: typer.prompt("动态码或恢复码", err=True))


def operator() -> str:
    """Give the id under which the operating system's user stands in the security log.

    Only root is believed for whom it works; a container's user may have no name.
    """
    uid = os.getuid()
    name = os.environ.get("SUDO_USER", "") if uid == 0 else ""
    with suppress(KeyError):
        name = name or pwd.getpwuid(uid).pw_name
    return security_log.operator_id(name or f"uid {uid}")


async def by_token(db: Database, token: str) -> Actor:
    """Give who acts by a personal token; raises NotPossible."""
    shown = await tokens.shown(db, token.strip())
    if shown is None:
        raise NotPossible("个人令牌无效或已到期，请在“账号”页面重新生成。")
    if shown.scope is Scope.READ:
        raise NotPossible(OWN_SENTENCES["token_reads_only"])
    security_log.is_done_by(shown.account.id)
    return shown.account.actor


async def approver(services: Services, typed: Typed) -> Actor:
    """Give the supervisor who signed in to approve; raises NotPossible.

    The session ends at once; it was only for this.
    """
    db, cookie = services.db, ""
    try:
        cookie = (await sessions.sign_in(db, typed.login, typed.password, Browser(""))).session
        known = await sessions.of_cookie(db, cookie)
        if known is None:
            raise NotPossible(OWN_SENTENCES["not_signed_in"])
        await _demand_ready(services, known, cookie, typed)
    except AccountRefused as refused:
        raise NotPossible(str(refused)) from refused
    finally:
        if cookie:
            await sessions.sign_out(db, cookie)
    return known.account.actor


async def _demand_ready(services: Services, known: SignedIn, cookie: str, typed: Typed) -> None:
    security_log.is_done_by(known.account.id)
    if known.account.role is not Role.SUPERVISOR:
        raise NotPossible("只有审批人可以批准，请由审批人本人登录办理。")
    if known.account.must_choose:
        raise NotPossible(OWN_SENTENCES["password_unchosen"])
    if known.factor is Factor.IN_USE:
        seals = services.seals
        code = Shown(cookie, typed.code())
        await second_factors.verify(services.db, seals, known.account, code)
    elif services.second_factor:
        raise NotPossible(OWN_SENTENCES["second_factor_needed"])


def failed(error: Exception) -> int:
    """Say why it was not done; give the exit code."""
    print(str(error), file=sys.stderr)
    return 2
