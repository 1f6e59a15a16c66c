"""Passwords, kept as Argon2id hashes; two at a time are reckoned."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

LONGEST = 200

_HASHER = PasswordHasher()
# One hash takes 64 MiB and a tenth of a second: two at a time are enough for people.
_HASHING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_NOBODY = _HASHER.hash(secrets.token_hex())


async def hashed(password: str) -> str:
    """Give the hash under which a password is kept."""
    return await asyncio.get_running_loop().run_in_executor(_HASHING, _HASHER.hash, password)


async def matches(kept: str | None, password: str) -> bool:
    """Compare with what is kept; that nothing is kept takes as long to find out."""
    try:
        return await asyncio.get_running_loop().run_in_executor(
            _HASHING, _HASHER.verify, kept or _NOBODY, password[: LONGEST + 1]
        )
    except VerifyMismatchError:
        return False
