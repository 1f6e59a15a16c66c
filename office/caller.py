"""Who asks: a person the office knows, whichever door he came through."""

from __future__ import annotations

import hashlib
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

    @property
    def form_mark(self) -> str:
        """The mark every form of this session carries; nobody without the cookie can know it."""
        return hashlib.sha256(f"form:{self.cookie}".encode()).hexdigest()
