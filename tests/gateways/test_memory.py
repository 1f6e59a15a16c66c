"""Memory that is free goes back to the system."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateways.memory import give_back

STATUS = Path("/proc/self/status")


def _resident() -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", STATUS.read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1])


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells what a process holds")
def test_what_lay_free_between_things_in_use_is_given_back() -> None:
    pieces = [bytes(3_000) for _ in range(30_000)]
    kept = pieces[::40]
    del pieces
    before = _resident()
    give_back()
    assert before - _resident() > 20_000
    assert len(kept) == 750


def test_where_nothing_can_be_given_back_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    give_back()
