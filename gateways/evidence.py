"""Evidence files: every file is kept once, under the SHA-256 of its bytes, and never replaced.

They stand in a folder (gateways/evidence_folder.py) or in a bucket of S3 (gateways/evidence_bucket.py). Views
(pictures without camera data, made for looking at) stand apart from the sealed originals and are named after them.
"""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, BinaryIO

ADDRESS = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20


class NoSuchEvidence(Exception):
    """Nothing is kept under this address."""


class DamagedEvidence(Exception):
    """The bytes that are kept are no longer those that were sealed."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file as it was sealed: its address and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Where a bucket is and who we are there; `prefix` is put before every name.

    `endpoint` is empty for Amazon's own. A plain `http` endpoint is for trying only.
    """

    name: str
    prefix: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    access_key: str = ""
    secret_key: str = ""


class EvidenceStore(ABC):
    """Sealed files, write-once. Whatever it does may wait for a disk or a network: never on the event loop."""

    @abstractmethod
    def put(self, content: bytes | BinaryIO) -> Sealed:
        """Seal `content`; the same bytes again change nothing but the time they were last brought."""

    @abstractmethod
    def renew(self, sha256: str) -> bool:
        """Say whether a file is sealed here, and let it count as brought now: somebody names it."""

    @abstractmethod
    def open(self, sha256: str) -> BinaryIO:
        """Open a sealed file for reading; raises `NoSuchEvidence`."""

    def read(self, sha256: str) -> bytes:
        """Give a sealed file's bytes, held against its address.

        Raises `NoSuchEvidence`, or `DamagedEvidence` when the bytes have changed.
        """
        with self.open(sha256) as source:
            content = source.read()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise DamagedEvidence(sha256)
        return content

    @abstractmethod
    def size(self, sha256: str) -> int:
        """Give the bytes of a sealed file; 0 where there is none."""

    @abstractmethod
    def sizes(self) -> Iterator[tuple[str, int]]:
        """Give the address and the bytes of every sealed file; raises OSError."""

    @abstractmethod
    def put_view(self, sha256: str, picture: bytes) -> None:
        """Keep the picture to look at for the sealed file `sha256`."""

    @abstractmethod
    def view(self, sha256: str) -> bytes | None:
        """Give the picture to look at, or None when the file has none (a PDF)."""

    @abstractmethod
    def not_brought_for(self, age: timedelta) -> Iterator[str]:
        """Give the address of every file that nobody brought in or named for so long."""

    @abstractmethod
    def discard(self, sha256: str, age: timedelta) -> int | None:
        """Let a file go with its view, unless it was brought in within `age`; give the bytes it had, else None.

        Whoever brings it in at the same moment finds it kept or brings it in anew.
        """

    @abstractmethod
    def tidy(self, age: timedelta) -> int:
        """Clear away what an upload or a collection that was killed left lying; give how many."""


def copied(content: bytes | BinaryIO, target: IO[bytes]) -> Sealed:
    """Write `content` into `target`, a piece at a time, and say what its seal will be."""
    digest, size = hashlib.sha256(), 0
    chunks = [content] if isinstance(content, bytes) else iter(lambda: content.read(_CHUNK), b"")
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        target.write(chunk)
    return Sealed(digest.hexdigest(), size)


def address_of(sha256: str) -> str:
    """Give an address back; raises `NoSuchEvidence` for what is none."""
    if not ADDRESS.fullmatch(sha256):
        raise NoSuchEvidence(sha256)
    return sha256
