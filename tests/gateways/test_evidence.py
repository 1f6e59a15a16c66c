"""Evidence in a folder and in a bucket: whole or not at all, once, and let go only when nobody names it."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateways.backups.databases import CopyFailed
from gateways.backups.objects import bring_back_object, keep_objects
from gateways.backups.pool import address, bring_back
from gateways.evidence import Bucket, EvidenceStore, NoSuchEvidence
from gateways.evidence_bucket import BucketFailed, EvidenceBucket
from gateways.evidence_folder import EvidenceFolder
from tests.worlds.buckets import bucket_at, bucket_server

CONTENT = "扬尘".encode() * 100_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NEVER, AT_ONCE = timedelta(days=1), timedelta(seconds=-5)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real S3 server."""
    with bucket_server(tmp_path_factory.mktemp("bucket")) as address:
        yield address


@pytest.fixture(params=["folder", "bucket"])
def evidence(request: pytest.FixtureRequest, tmp_path: Path) -> EvidenceStore:
    """An empty store of either kind."""
    if request.param == "folder":
        return EvidenceFolder(tmp_path)
    return EvidenceBucket(bucket_at(request.getfixturevalue("endpoint")))


def test_a_file_is_kept_under_its_hash_and_read_back(evidence: EvidenceStore) -> None:
    assert not evidence.renew(SHA256)
    assert (evidence.size(SHA256), evidence.view(SHA256)) == (0, None)
    for content in (CONTENT, io.BytesIO(CONTENT), CONTENT):
        sealed = evidence.put(content)
        assert (sealed.sha256, sealed.size) == (SHA256, len(CONTENT))
    assert evidence.read(SHA256) == CONTENT
    assert evidence.size(SHA256) == len(CONTENT)
    assert evidence.renew(SHA256)
    evidence.put_view(SHA256, b"picture")
    assert evidence.view(SHA256) == b"picture"


@pytest.mark.parametrize("name", ["", "0" * 64, "../secret", "A" * 64, "0" * 63 + "/"])
def test_what_is_not_there_or_no_address_is_refused(evidence: EvidenceStore, name: str) -> None:
    with pytest.raises(NoSuchEvidence):
        evidence.open(name)


def test_only_what_nobody_names_is_let_go(evidence: EvidenceStore) -> None:
    evidence.put(CONTENT)
    evidence.put_view(SHA256, b"picture")
    assert list(evidence.not_brought_for(NEVER)) == []
    assert evidence.discard(SHA256, NEVER) is None
    assert evidence.read(SHA256) == CONTENT
    assert list(evidence.not_brought_for(AT_ONCE)) == [SHA256]
    assert evidence.discard(SHA256, AT_ONCE) == len(CONTENT)
    assert (evidence.size(SHA256), evidence.view(SHA256)) == (0, None)
    assert evidence.put(CONTENT).sha256 == SHA256
    assert evidence.read(SHA256) == CONTENT


def test_of_an_upload_and_a_collection_at_one_moment_none_loses_the_file(
    evidence: EvidenceStore,
) -> None:
    stop = threading.Event()

    def collect() -> None:
        while not stop.is_set():
            evidence.discard(SHA256, timedelta(seconds=0.05))

    collecting = threading.Thread(target=collect)
    collecting.start()
    try:
        for _ in range(5):
            evidence.put(CONTENT[:100])
            evidence.put(CONTENT)
            if not evidence.renew(SHA256):
                evidence.put(CONTENT)
    finally:
        stop.set()
        collecting.join()
    evidence.put(CONTENT)
    assert evidence.read(SHA256) == CONTENT


def test_what_a_killed_collection_announced_hinders_nobody_for_ever(endpoint: str) -> None:
    evidence = EvidenceBucket(bucket_at(endpoint))
    evidence.put(CONTENT)
    evidence.bring_back(f"going/{SHA256}", b"")
    assert not evidence.renew(SHA256)
    assert evidence.tidy(AT_ONCE) == 1
    assert evidence.renew(SHA256)


def test_a_bucket_that_refuses_us_is_told_as_such(endpoint: str) -> None:
    stranger = EvidenceBucket(replace(bucket_at(endpoint), secret_key="wrong"))
    with pytest.raises(BucketFailed):
        stranger.put(CONTENT)
    nobody = EvidenceBucket(replace(bucket_at(endpoint), endpoint="http://127.0.0.1:9"))
    with pytest.raises(BucketFailed):
        nobody.size(SHA256)


def test_a_backup_of_a_bucket_fetches_nothing_twice_and_comes_back_into_a_folder_or_a_bucket(
    endpoint: str, tmp_path: Path
) -> None:
    full = Counted(bucket_at(endpoint))
    full.put(CONTENT)
    full.put_view(SHA256, b"picture")
    pool = tmp_path / "files"
    kept = list(keep_objects(pool, full, {}))
    assert {one.path for one in kept} == {f"originals/{SHA256[:2]}/{SHA256}", f"views/{SHA256}.jpg"}
    assert len(full.fetched) == 2
    assert list(keep_objects(pool, full, {one.path: one for one in kept})) == kept
    assert len(full.fetched) == 2
    empty, folder = EvidenceBucket(bucket_at(endpoint)), EvidenceFolder(tmp_path / "folder")
    for one in kept:
        bring_back_object(pool, one, empty)
        bring_back(pool, one, tmp_path / "folder")
    for there in (empty, folder):
        assert (there.read(SHA256), there.view(SHA256)) == (CONTENT, b"picture")
    address(pool, kept[0].sha256).write_bytes(b"changed")
    with pytest.raises(CopyFailed, match="已损坏"):
        bring_back_object(pool, kept[0], empty)


class Counted(EvidenceBucket):
    """A bucket that knows what was fetched from it."""

    def __init__(self, bucket: Bucket) -> None:
        """Nothing was fetched yet."""
        super().__init__(bucket)
        self.fetched: list[str] = []

    def fetch(self, name: str) -> bytes:
        """Fetch, and remember it."""
        self.fetched.append(name)
        return super().fetch(name)
