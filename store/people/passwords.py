"""Passwords, kept as Argon2id hashes; a few are reckoned at a time, and only so many wait.

Whoever is known by his browser waits in a row of his own, so that a crowd of strangers holds nobody up.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from store.people.password_rule import LONGEST

T = TypeVar("T")
MOST_WAITING = 32

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_hex())


class Busy(Exception):
    """So many passwords wait to be looked at that this one is not."""


class Row:
    """One password after the other: one hash takes 64 MiB and a tenth of a second."""

    def __init__(self, name: str) -> None:
        """Begin empty."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"argon2-{name}")
        self._waiting = 0

    async def reckoned(self, work: Callable[..., T], *values: str) -> T:
        """Give the work's outcome when its turn has come; raises Busy."""
        if self._waiting >= MOST_WAITING:
            raise Busy
        self._waiting += 1
        done = asyncio.get_running_loop().run_in_executor(self._thread, work, *values)
        done.add_done_callback(self._leave)
        return await asyncio.shield(done)

    def _leave(self, _: object) -> None:
        self._waiting -= 1


STRANGERS, KNOWN = Row("strangers"), Row("known")


async def hashed(password: str) -> str:
    """Give the hash under which a password is kept; raises Busy."""
    return await KNOWN.reckoned(_HASHER.hash, password)


async def matches(kept: str | None, password: str, row: Row = STRANGERS) -> bool:
    """Compare with what is kept; that nothing is kept takes as long to find out. Raises Busy."""
    try:
        return await row.reckoned(_HASHER.verify, kept or _NOBODY, password[: LONGEST + 1])
    except (VerifyMismatchError, InvalidHashError):
        return False
