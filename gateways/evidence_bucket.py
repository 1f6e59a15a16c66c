"""Evidence in a bucket of S3, or of what speaks its language (OSS, MinIO, Ceph).

An object appears whole or not at all, and is never written again. A bucket knows no rename, and the time at which an
object was brought cannot be changed: that somebody names a file stands in an empty object of its own (`named/`), and
a file that is about to go is announced (`going/`). Whoever brings one in looks for the announcement afterwards, and
then whether the file is still there: so that of a collection and an upload at one moment one gives way.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import IO, TYPE_CHECKING, BinaryIO, Literal

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from gateways.evidence import (
    ADDRESS,
    Bucket,
    EvidenceStore,
    NoSuchEvidence,
    Sealed,
    address_of,
    copied,
)

if TYPE_CHECKING:
    from obstore.store import S3Config

_IN_MEMORY = 4 << 20
_PAUSE_SECONDS = 0.2
_PATIENCE = timedelta(seconds=60)


class BucketFailed(OSError):
    """The bucket did not answer, or not as it should; the message says what it said."""


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except BaseError as error:
        raise BucketFailed(str(error)) from error


class EvidenceBucket(EvidenceStore):
    """A bucket of sealed files."""

    def __init__(self, bucket: Bucket) -> None:
        """Use a bucket that is there; nothing is asked of it yet."""
        config: S3Config = {
            "region": bucket.region,
            "access_key_id": bucket.access_key,
            "secret_access_key": bucket.secret_key,
        }
        if bucket.endpoint:
            config["endpoint"] = bucket.endpoint
        self._store = S3Store(
            bucket.name,
            prefix=bucket.prefix or None,
            config=config,
            client_options={"allow_http": bucket.endpoint.startswith("http://")},
            retry_config={"max_retries": 2, "retry_timeout": _PATIENCE},
        )

    def put(self, content: bytes | BinaryIO) -> Sealed:
        """Seal `content`; raises OSError where the bucket cannot be reached."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as whole:
            sealed = copied(content, whole)
            for _ in range(int(_PATIENCE.total_seconds() / _PAUSE_SECONDS)):
                if not self._named_now(sealed.sha256):
                    whole.seek(0)
                    self._bring(sealed.sha256, whole)
                if not self._has(_going(sealed.sha256)) and self._has(_original(sealed.sha256)):
                    return sealed
                time.sleep(_PAUSE_SECONDS)
        raise BucketFailed(f"{sealed.sha256} was taken and is not there")

    def _bring(self, sha256: str, whole: IO[bytes]) -> None:
        try:
            self._write(_original(sha256), whole, "create")
        except AlreadyExistsError:
            self._named_now(sha256)

    def renew(self, sha256: str) -> bool:
        """Name a file; one that is just going counts as gone."""
        named = self._named_now(sha256)
        return named and not self._has(_going(sha256)) and self._has(_original(sha256))

    def _named_now(self, sha256: str) -> bool:
        if not self._has(_original(sha256)):
            return False
        self._write(_named(sha256), b"")
        return True

    def open(self, sha256: str) -> BinaryIO:
        """Fetch a sealed file; raises `NoSuchEvidence`."""
        content = self._get(_original(address_of(sha256)))
        if content is None:
            raise NoSuchEvidence(sha256)
        return io.BytesIO(content)

    def size(self, sha256: str) -> int:
        """Ask for a file's size."""
        return self._told(_original(sha256))[0]

    def sizes(self) -> Iterator[tuple[str, int]]:
        """Give the address and the bytes of every sealed file."""
        with _asking():
            for page in obstore.list(self._store, prefix="originals/"):
                for one in page:
                    if ADDRESS.fullmatch(_last(one["path"])):
                        yield _last(one["path"]), one["size"]

    def put_view(self, sha256: str, picture: bytes) -> None:
        """Keep a picture beside its file."""
        self._write(_view(address_of(sha256)), picture)

    def view(self, sha256: str) -> bytes | None:
        """Fetch a picture."""
        return self._get(_view(address_of(sha256)))

    def not_brought_for(self, age: timedelta) -> Iterator[str]:
        """Look through the whole bucket, by its own clock."""
        before = datetime.now(UTC) - age
        young = {_last(name) for name, at in self._below("named/") if at >= before}
        for name, at in self._below("originals/"):
            sha256 = _last(name)
            if ADDRESS.fullmatch(sha256) and at < before and sha256 not in young:
                yield sha256

    def discard(self, sha256: str, age: timedelta) -> int | None:
        """Announce that a file goes, look once more whether it is old, and let it go."""
        self._write(_going(address_of(sha256)), b"")
        try:
            before = datetime.now(UTC) - age
            size, brought = self._told(_original(sha256))
            _, named = self._told(_named(sha256))
            if brought is None or max(brought, named or brought) >= before:
                return None
            gone = [_original(sha256), _named(sha256), _view(sha256)]
            self._delete([one for one in gone if self._has(one)])
            return size
        finally:
            self._delete([_going(sha256)])

    def tidy(self, age: timedelta) -> int:
        """Take back announcements of collections that were killed."""
        before = datetime.now(UTC) - age
        left = [name for name, at in self._below("going/") if at < before]
        self._delete(left)
        return len(left)

    def everything(self) -> Iterator[str]:
        """Give the names of all files and pictures, for a backup."""
        for folder in ("originals/", "views/"):
            for name, _ in self._below(folder):
                yield name

    def fetch(self, name: str) -> bytes:
        """Give the bytes under a name; raises FileNotFoundError."""
        content = self._get(name)
        if content is None:
            raise FileNotFoundError(name)
        return content

    def bring_back(self, name: str, content: bytes) -> None:
        """Write a file or picture of a backup."""
        self._write(name, content)

    def _below(self, folder: str) -> Iterator[tuple[str, datetime]]:
        with _asking():
            for page in obstore.list(self._store, prefix=folder):
                for one in page:
                    yield one["path"], one["last_modified"]

    def _write(
        self,
        name: str,
        content: bytes | IO[bytes],
        mode: Literal["create", "overwrite"] = "overwrite",
    ) -> None:
        with _asking():
            obstore.put(self._store, name, content, mode=mode)

    def _delete(self, names: list[str]) -> None:
        with _asking():
            if names:
                obstore.delete(self._store, names)

    def _get(self, name: str) -> bytes | None:
        try:
            with _asking():
                return bytes(obstore.get(self._store, name).bytes())
        except FileNotFoundError:
            return None

    def _has(self, name: str) -> bool:
        return self._told(name)[1] is not None

    def _told(self, name: str) -> tuple[int, datetime | None]:
        try:
            with _asking():
                head = obstore.head(self._store, name)
        except FileNotFoundError:
            return 0, None
        return head["size"], head["last_modified"]


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _original(sha256: str) -> str:
    return f"originals/{sha256[:2]}/{sha256}"


def _view(sha256: str) -> str:
    return f"views/{sha256}.jpg"


def _named(sha256: str) -> str:
    return f"named/{sha256}"


def _going(sha256: str) -> str:
    return f"going/{sha256}"
