"""Evidence files: every file is kept once, under the SHA-256 of its bytes, and never replaced.

A file appears under its address only when it is whole and on the disk: it is written beside,
flushed, and renamed. Views (pictures without camera data, made for looking at) stand apart from the
sealed originals and are named after them.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

_CHUNK = 1 << 20
_ADDRESS = re.compile(r"[0-9a-f]{64}")


class NoSuchEvidence(Exception):
    """Nothing is kept under this address."""


class DamagedEvidence(Exception):
    """The bytes on the disk are no longer those that were sealed."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file as it was sealed: its address and its size in bytes."""

    sha256: str
    size: int


class EvidenceStore:
    """A folder of sealed files, write-once."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, made on first use."""
        self._folder = folder

    def put(self, content: bytes | BinaryIO) -> Sealed:
        """Seal `content`; the same bytes again change nothing."""
        originals = self._folder / "originals"
        originals.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=originals, prefix=".new-", delete=False) as target:
            try:
                sealed = _copy(content, target)
                target.flush()
                os.fsync(target.fileno())
                _settle(Path(target.name), self._original(sealed.sha256))
            finally:
                Path(target.name).unlink(missing_ok=True)
        return sealed

    def open(self, sha256: str) -> BinaryIO:
        """Open a sealed file for reading; raises `NoSuchEvidence`."""
        try:
            return self._original(sha256).open("rb")
        except FileNotFoundError as missing:
            raise NoSuchEvidence(sha256) from missing

    def read(self, sha256: str) -> bytes:
        """Give a sealed file's bytes, held against its address.

        Raises `NoSuchEvidence`, or `DamagedEvidence` when the bytes have changed.
        """
        with self.open(sha256) as source:
            content = source.read()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise DamagedEvidence(sha256)
        return content

    def holds(self, sha256: str) -> bool:
        """Say whether a file of this address was sealed here."""
        return self._original(sha256).exists()

    def put_view(self, sha256: str, picture: bytes) -> None:
        """Keep the picture to look at for the sealed file `sha256`."""
        folder = self._folder / "views"
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".new-", delete=False) as target:
            target.write(picture)
            target.flush()
            os.fsync(target.fileno())
        Path(target.name).replace(self._view(sha256))

    def view(self, sha256: str) -> bytes | None:
        """Give the picture to look at, or None when the file has none (a PDF)."""
        try:
            return self._view(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def _original(self, sha256: str) -> Path:
        return self._folder / "originals" / _address(sha256)[:2] / sha256

    def _view(self, sha256: str) -> Path:
        return self._folder / "views" / f"{_address(sha256)}.jpg"


def _address(sha256: str) -> str:
    if not _ADDRESS.fullmatch(sha256):
        raise NoSuchEvidence(sha256)
    return sha256


def _copy(content: bytes | BinaryIO, target: IO[bytes]) -> Sealed:
    digest, size = hashlib.sha256(), 0
    chunks = [content] if isinstance(content, bytes) else iter(lambda: content.read(_CHUNK), b"")
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        target.write(chunk)
    return Sealed(digest.hexdigest(), size)


def _settle(written: Path, address: Path) -> None:
    """Give a flushed file its address, unless the same bytes already have it."""
    address.parent.mkdir(exist_ok=True)
    if not address.exists():
        written.chmod(0o440)
        written.replace(address)
        _flush_folder(address.parent)


def _flush_folder(folder: Path) -> None:
    # Without this a power cut may forget the new name although the bytes are on the disk.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
