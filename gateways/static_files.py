"""The files every page brings along, each addressed by what stands in it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"
_ENOUGH = 12


@cache
def stamp_of(name: str) -> str:
    """Give the first letters of a file's hash; FileNotFoundError for a file that is not there.

    Read once a process: files change with a release.
    """
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:_ENOUGH]


def static(name: str) -> str:
    """Give the address of a file as it is today: another content has another address."""
    return f"/static/{name}?v={stamp_of(name)}"
