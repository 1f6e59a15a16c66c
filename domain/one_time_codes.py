"""One-time codes of an authenticator app (RFC 6238): six digits, another every thirty seconds."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from urllib.parse import quote

STEP = timedelta(seconds=30)
DIGITS = 6
DRIFT = 1
"""So many steps a telephone's clock may be off, either way."""

_ISSUER = "闭环"


def code_at(secret: str, step: int) -> str:
    """Give the code of a step; `secret` is base32."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_at(at: datetime) -> int:
    """Give the step of an instant."""
    return int(at.timestamp() // STEP.total_seconds())


def matching_step(secret: str, code: str, at: datetime, after: int) -> int | None:
    """Give the step whose code this is, None for a wrong one and for one of `after` or before.

    A code counts once: the caller keeps the step and hands it in as `after` the next time.
    """
    now = step_at(at)
    for step in range(max(now - DRIFT, after + 1), now + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None


def address_for_app(secret: str, login: str) -> str:
    """Give the address that an authenticator app opens."""
    label = quote(f"{_ISSUER}:{login}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(_ISSUER)}"
