"""Whether the mail server lets us in, for those who ask every few seconds."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace

from gateways.mail import SmtpSender, SmtpSettings

_SECONDS = 4.0
"""Less than a probe waits."""


@dataclass(slots=True)
class RelayWatch:
    """One mail server, which is somebody else's: it is asked once in `good_for` seconds, or `bad_for` after a no."""

    settings: SmtpSettings
    good_for: float = 300
    bad_for: float = 60
    _well: bool = False
    _asked_at: float | None = None
    _one_asks: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def lets_us_in(self) -> bool:
        """Say whether it answered, with its encryption and our login, when it was last asked."""
        async with self._one_asks:
            if self._asked_at is None or time.monotonic() - self._asked_at >= self._good_until():
                self._well = await _greeted(self.settings)
                self._asked_at = time.monotonic()
            return self._well

    def _good_until(self) -> float:
        return self.good_for if self._well else self.bad_for


async def _greeted(settings: SmtpSettings) -> bool:
    try:
        async with asyncio.timeout(_SECONDS):
            short = replace(settings, connect_seconds=_SECONDS, command_seconds=_SECONDS)
            return await SmtpSender(short).greet() is None
    except TimeoutError:
        return False
