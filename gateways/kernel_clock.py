"""Whether somebody keeps this machine's clock: what the kernel knows of it."""

from __future__ import annotations

import ctypes
import sys

_TIMEX_BYTES = 512
"""More than `struct timex` has on any machine; its first field, zero, says that nothing is to be changed."""
_NOT_SYNCHRONIZED = 5


def synchronized() -> bool | None:
    """Say whether the clock is kept by NTP or the like; None where the kernel does not tell."""
    if sys.platform != "linux":
        return None
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)
    state = ctypes.CDLL(None).adjtimex(timex)
    return None if state < 0 else state != _NOT_SYNCHRONIZED
