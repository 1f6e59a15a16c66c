"""Scans that officers add to what they enter for a district."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.datastructures import UploadFile

from api.errors import Refused
from api.ports import Services
from gateways.uploads import UploadRefused, Uploads


async def take_scan(services: Services, file: UploadFile) -> dict[str, Any]:
    """Check and seal a scan and give its address, name, type and size; raises Refused."""
    try:
        taken = await Uploads(services.evidence).take(file.filename or "", await file.read())
    except UploadRefused as refused:
        raise Refused("scan_refused", str(refused)) from refused
    return asdict(taken)
