"""Who asks: a person the office knows, whichever door he came through."""

from __future__ import annotations

from dataclasses import dataclass

from domain.roles import Actor, Role
from store.accounts import Account
from store.tokens import Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who was let in, by a session's `cookie` or by a personal token of a `scope`."""

    account: Account
    cookie: str = ""
    scope: Scope | None = None

    @property
    def actor(self) -> Actor:
        """The caller as the rules know them."""
        return self.account.actor

    @property
    def role(self) -> Role:
        """The caller's role."""
        return self.account.role
