"""Scans of however many officers are inspected a few at a time."""

from __future__ import annotations

import asyncio

import pytest

from gateways import uploads
from office.answering.scans import take_scan
from office.refused import Refused
from tests.worlds.office import Office


async def test_scans_of_all_officers_wait_for_one_another(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way = most = 0

    async def inspected(*_: object) -> bytes:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return b""

    monkeypatch.setattr(uploads, "_inspect", inspected)
    scans = [take_scan(office.services, f"{n}.pdf", b"%PDF-1.4 " + bytes([n])) for n in range(9)]
    for done in await asyncio.gather(*scans, return_exceptions=True):
        assert not isinstance(done, Refused)
    assert most == 2
