"""What is kept of a mail's attachments: pictures and PDF as uploads are, documents of Word, Excel, WPS and OFD."""

from __future__ import annotations

import asyncio
import io
import zipfile
from pathlib import Path

from domain.commands import EvidenceFile
from gateways.evidence import EvidenceStore
from gateways.letters import Attachment
from gateways.uploads import MAX_PDF_BYTES, MEGABYTE, Uploads, clean_name, kind_of

MOST_INSIDE = 100 * MEGABYTE
MOST_MEMBERS = 2_000

_MEMBER = b"PK\x01\x02"
"""Begins a member's place in the directory: counted before the library builds an object of each."""

_OFFICE = {
    "word/document.xml": (
        ".docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xl/workbook.xml": (
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "OFD.xml": (".ofd", "application/ofd"),
}
_TOO_LARGE = "超过20 MB，或展开后过大"
_MACROS = "含有宏，不予保存"
_OTHER = "不是照片、PDF、OFD、Word 或 Excel（WPS）文件"
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_KINDS = {
    ".doc": "application/msword",
    ".wps": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".et": "application/vnd.ms-excel",
}
"""Word and Excel before 2007, and WPS, by the ending of their names; their contents look alike."""
_OLD_MACROS = tuple(word.encode("utf-16-le") for word in ("_VBA_PROJECT", "Macros\0"))

_BOXES = ("application/zip", *(kind for _, kind in _OFFICE.values()))


class FileLeftOut(Exception):
    """An attachment is not kept; the text says why, for the officer."""


class LetterFiles:
    """Keeps attachments as evidence."""

    def __init__(self, evidence: EvidenceStore) -> None:
        """Seal into `evidence`."""
        self._evidence = evidence
        self._uploads = Uploads(evidence, at_once=1)

    async def take(self, one: Attachment) -> EvidenceFile:
        """Check and seal one attachment; raises `FileLeftOut`, or `UploadRefused` for a picture or PDF."""
        old = one.content.startswith(_OLD)
        if not old and kind_of(one.content) not in _BOXES:
            return await self._uploads.take(one.name, one.content)
        found = _old_kind(one) if old else await asyncio.to_thread(_office_kind, one.content)
        ending, media_type = found
        sealed = await asyncio.to_thread(self._evidence.put, one.content)
        name = clean_name(one.name)
        return EvidenceFile(
            sha256=sealed.sha256,
            name=name if name.lower().endswith(ending) else f"{name[:90]}{ending}",
            media_type=media_type,
            size=sealed.size,
        )


def _old_kind(one: Attachment) -> tuple[str, str]:
    if len(one.content) > MAX_PDF_BYTES:
        raise FileLeftOut(_TOO_LARGE)
    if any(word in one.content for word in _OLD_MACROS):
        raise FileLeftOut(_MACROS)
    ending = Path(clean_name(one.name)).suffix.lower()
    if ending not in _OLD_KINDS:
        raise FileLeftOut(_OTHER)
    return ending, _OLD_KINDS[ending]


def _office_kind(content: bytes) -> tuple[str, str]:
    if len(content) > MAX_PDF_BYTES or content.count(_MEMBER) > 10 * MOST_MEMBERS:
        raise FileLeftOut(_TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            members = box.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise FileLeftOut(_OTHER) from error
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_INSIDE:
        raise FileLeftOut(_TOO_LARGE)
    names = {one.filename for one in members}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileLeftOut(_MACROS)
    found = next((kind for member, kind in _OFFICE.items() if member in names), None)
    if found is None:
        raise FileLeftOut(_OTHER)
    return found
