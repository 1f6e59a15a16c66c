"""Scans that officers add to what they enter for a district."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any
from weakref import WeakKeyDictionary

from domain.commands import EvidenceFile
from gateways.evidence import EvidenceStore
from gateways.uploads import UploadRefused, Uploads, kind_of
from office.ports import Services
from office.refused import Refused


async def demand_as_sealed(services: Services, told: EvidenceFile) -> None:
    """Refuse what is told of a sealed file where the file itself says otherwise; raises Refused."""
    if not await asyncio.to_thread(services.evidence.renew, told.sha256):
        raise Refused("scan_missing", name=told.name)
    content = await asyncio.to_thread(services.evidence.read, told.sha256)
    if (told.media_type, told.size) != (kind_of(content), len(content)):
        raise Refused("scan_differs", name=told.name)


_TAKERS: WeakKeyDictionary[EvidenceStore, Uploads] = WeakKeyDictionary()


def _taker(evidence: EvidenceStore) -> Uploads:
    """Give the one who takes the scans of all officers, a few at a time."""
    return _TAKERS.setdefault(evidence, Uploads(evidence))


async def take_scan(services: Services, name: str, content: bytes) -> dict[str, Any]:
    """Check and seal a scan and give its address, name, type and size; raises Refused."""
    try:
        taken = await _taker(services.evidence).take(name, content)
    except UploadRefused as refused:
        raise Refused("scan_refused", str(refused)) from refused
    return asdict(taken)
