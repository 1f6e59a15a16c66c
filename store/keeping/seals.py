"""Words about a person, and the seal that stands in their place where nothing is ever altered.

A seal is the SHA-256 of a random salt with the words. Whoever takes salt and words away has erased them: no search
through all telephone numbers finds them again, and what holds the seal stays as it was.
"""

from __future__ import annotations

import hashlib
import secrets

ERASED = "（已依规清除）"
_SEAL = "sha256:"
_SALT_BYTES = 16


def fresh_salt() -> str:
    """Draw a salt."""
    return secrets.token_hex(_SALT_BYTES)


def seal(salt: str, name: str, words: str) -> str:
    """Seal what a field of this name says."""
    return _SEAL + hashlib.sha256(f"{salt}\n{name}\n{words}".encode()).hexdigest()


def is_seal(words: str) -> bool:
    """Say whether a seal stands in the place of words."""
    return words.startswith(_SEAL)
