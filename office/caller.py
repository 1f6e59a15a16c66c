"""Who asks: a person the office knows, whichever door he came through."""

from __future__ import annotations

from dataclasses import dataclass

from domain.roles import Actor, Role
from store.accounts import Account


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who was let in; `cookie` is empty for a personal token."""

    account: Account
    cookie: str = ""

    @property
    def actor(self) -> Actor:
        """The caller as the rules know them."""
        return self.account.actor

    @property
    def role(self) -> Role:
        """The caller's role."""
        return self.account.role
