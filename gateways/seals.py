"""Sealing the few secrets that the store must be able to read again.

Keys are derived from those that sign the links: whoever has the database or a backup alone reads
nothing.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES, _NONCE_BYTES = 32, 12
_MARK = "sealed"


class SecretSeals:
    """Seals by AES-256-GCM under the newest key, and opens what any key in the list sealed."""

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        """Take (key id, secret) pairs, newest last."""
        self._ciphers = {key_id: AESGCM(_derived(secret)) for key_id, secret in keys}
        self._newest = keys[-1][0]

    def seal(self, secret: str, owner: str) -> str:
        """Seal a secret of `owner`, for whom alone it opens again."""
        nonce = os.urandom(_NONCE_BYTES)
        data = self._ciphers[self._newest].encrypt(nonce, secret.encode(), _bound(owner))
        return f"{_MARK}:{self._newest}:{base64.b64encode(nonce + data).decode()}"

    def is_current(self, kept: str) -> bool:
        """Say whether it is sealed, and by the newest key."""
        return kept.startswith(f"{_MARK}:{self._newest}:")

    def opened(self, kept: str, owner: str) -> str | None:
        """Open what was sealed; None when its key is gone or it is another's.

        What was kept before anything was sealed is given as it is.
        """
        mark, _, rest = kept.partition(":")
        if mark != _MARK:
            return kept
        key_id, _, text = rest.partition(":")
        try:
            data = base64.b64decode(text, validate=True)
            plain = self._ciphers[key_id].decrypt(
                data[:_NONCE_BYTES], data[_NONCE_BYTES:], _bound(owner)
            )
        except (KeyError, ValueError, binascii.Error, InvalidTag):
            return None
        return plain.decode()


def _derived(secret: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"bihuan second factor")
    return derive.derive(secret.encode())


def _bound(owner: str) -> bytes:
    return f"second factor of {owner}".encode()
