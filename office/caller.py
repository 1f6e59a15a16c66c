"""Who asks: a person the office knows, whichever door he came through."""

from __future__ import annotations

from dataclasses import dataclass

from domain.roles import Actor, Role
from store.people.accounts import Account
from store.people.second_factors import Factor
from store.people.tokens import Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who was let in, by a session's `cookie` or by a personal token of a `scope`.

    `held` when starts and acts wait: what was restored has not been looked at.
    `factor` is the second factor of whoever has a session, `verified` whether the session showed it.
    `fresh`: he typed his password a short while ago.
    """

    account: Account
    cookie: str = ""
    scope: Scope | None = None
    factor: Factor = Factor.NONE
    verified: bool = False
    fresh: bool = False
    held: bool = False

    @property
    def actor(self) -> Actor:
        """The caller as the rules know them."""
        return self.account.actor

    @property
    def role(self) -> Role:
        """The caller's role."""
        return self.account.role
