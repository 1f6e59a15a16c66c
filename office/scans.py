"""Scans that officers add to what they enter for a district."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from gateways.uploads import UploadRefused, Uploads
from office.ports import Services
from office.refused import Refused


async def take_scan(services: Services, name: str, content: bytes) -> dict[str, Any]:
    """Check and seal a scan and give its address, name, type and size; raises Refused."""
    try:
        taken = await Uploads(services.evidence).take(name, content)
    except UploadRefused as refused:
        raise Refused("scan_refused", str(refused)) from refused
    return asdict(taken)
