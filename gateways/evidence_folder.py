"""Evidence in a folder.

A file appears under its address only when it is whole and on the disk: it is written beside,
flushed, and renamed.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from gateways.evidence import (
    ADDRESS,
    EvidenceStore,
    NoSuchEvidence,
    Sealed,
    address_of,
    copied,
)

_NEW = ".new-"
_GOING = ".going-"


class EvidenceFolder(EvidenceStore):
    """A folder of sealed files, write-once."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, made on first use."""
        self._folder = folder

    def put(self, content: bytes | BinaryIO) -> Sealed:
        """Seal `content`; the same bytes again change nothing but the time they were last brought."""
        originals = self._folder / "originals"
        originals.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=originals, prefix=_NEW, delete=False) as target:
            try:
                sealed = copied(content, target)
                target.flush()
                os.fsync(target.fileno())
                if not self.renew(sealed.sha256):
                    _settle(Path(target.name), self._original(sealed.sha256))
            finally:
                Path(target.name).unlink(missing_ok=True)
        return sealed

    def renew(self, sha256: str) -> bool:
        """Say whether a file is sealed here, and let it count as brought now: somebody names it."""
        try:
            os.utime(self._original(sha256))
        except FileNotFoundError:
            return False
        return True

    def open(self, sha256: str) -> BinaryIO:
        """Open a sealed file for reading; raises `NoSuchEvidence`."""
        try:
            return self._original(sha256).open("rb")
        except FileNotFoundError as missing:
            raise NoSuchEvidence(sha256) from missing

    def size(self, sha256: str) -> int:
        """Give the bytes of a sealed file; 0 where there is none."""
        try:
            return self._original(sha256).stat().st_size
        except FileNotFoundError:
            return 0

    def sizes(self) -> Iterator[tuple[str, int]]:
        """Give the address and the bytes of every sealed file."""
        originals = self._folder / "originals"
        for first in originals.iterdir() if originals.is_dir() else ():
            for file in os.scandir(first) if first.is_dir() else ():
                if ADDRESS.fullmatch(file.name):
                    yield file.name, file.stat().st_size

    def put_view(self, sha256: str, picture: bytes) -> None:
        """Keep the picture to look at for the sealed file `sha256`."""
        folder = self._folder / "views"
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=_NEW, delete=False) as target:
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

    def not_brought_for(self, age: timedelta) -> Iterator[str]:
        """Give the address of every file that nobody brought in or named for so long, by this machine's clock."""
        for file in (self._folder / "originals").glob("[0-9a-f][0-9a-f]/*"):
            if ADDRESS.fullmatch(file.name) and _is_old(file, age):
                yield file.name

    def discard(self, sha256: str, age: timedelta) -> int | None:
        """Let a file go with its view, unless it was brought in within `age`; give the bytes it had, else None.

        It is claimed by another name first: whoever brings it in meanwhile either made it young before that, which
        is seen, or finds none there and brings it in anew.
        """
        original, view = self._original(sha256), self._view(sha256)
        claimed, claimed_view = _aside(original), _aside(view)
        if not _moved(original, claimed):
            return None
        if not _is_old(claimed, age):
            _moved(claimed, original)
            return None
        if _moved(view, claimed_view) and original.exists():
            _moved(claimed_view, view)
        size = claimed.stat().st_size
        for one in (claimed, claimed_view):
            one.unlink(missing_ok=True)
        return size

    def tidy(self, age: timedelta) -> int:
        """Clear away what an upload or a collection that was killed left lying; give how many.

        What a collection had claimed is put back: a later one looks at it again.
        """
        cleared = 0
        for file in self._folder.rglob(f"{_NEW}*"):
            if _is_old(file, age):
                file.unlink(missing_ok=True)
                cleared += 1
        for file in self._folder.rglob(f"{_GOING}*"):
            if _is_old(file, age):
                _moved(file, file.with_name(file.name.removeprefix(_GOING)))
        return cleared

    def _original(self, sha256: str) -> Path:
        return self._folder / "originals" / address_of(sha256)[:2] / sha256

    def _view(self, sha256: str) -> Path:
        return self._folder / "views" / f"{address_of(sha256)}.jpg"


def _settle(written: Path, address: Path) -> None:
    """Give a flushed file its address; the same bytes may have come there at the same time."""
    address.parent.mkdir(exist_ok=True)
    written.chmod(0o440)
    written.replace(address)
    _flush_folder(address.parent)


def _aside(file: Path) -> Path:
    return file.with_name(f"{_GOING}{file.name}")


def _moved(file: Path, place: Path) -> bool:
    try:
        file.rename(place)
    except FileNotFoundError:
        return False
    return True


def _is_old(file: Path, age: timedelta) -> bool:
    try:
        return time.time() - file.stat().st_mtime > age.total_seconds()
    except FileNotFoundError:
        return False


def _flush_folder(folder: Path) -> None:
    # Without this a power cut may forget the new name although the bytes are on the disk.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
