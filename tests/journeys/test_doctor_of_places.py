"""The doctor says of each thing an installation stands on whether it is there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from command_line.doctor_of_places import archive, evidence, temporal
from command_line.doctor_of_places import clock as clock_of
from command_line.examined import Finding
from command_line.self_watch import backups, deep_look, reconciliation
from settings import Settings
from store.engine import Database
from store.watch import doors, reconciliations
from tests.worlds.databases import SteppingClock
from tests.worlds.serious import SERIOUS

NOBODY = "127.0.0.1:9"


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


async def test_without_temporal_production_is_broken_and_a_first_look_is_not() -> None:
    assert (await temporal(settings(temporal_address=NOBODY))).finding is Finding.NOTE
    found = await temporal(settings(**SERIOUS, temporal_address=NOBODY))
    assert (found.finding, NOBODY in found.words) == (Finding.BROKEN, True)


async def test_a_certificate_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    gone = settings(temporal_tls=True, temporal_ca_file=tmp_path / "none.pem")
    found = await temporal(gone)
    assert (found.finding, "none.pem" in found.words) == (Finding.BROKEN, True)


async def test_folders_that_take_nothing_are_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = settings(data_dir=tmp_path)
    for look in (evidence, archive):
        assert (await look(there)).finding is Finding.OK
    monkeypatch.setattr("wiring.LEAST_FREE_BYTES", 1 << 62)
    for look in (evidence, archive):
        assert (await look(there)).finding is Finding.BROKEN


async def test_a_bucket_that_does_not_answer_is_broken() -> None:
    gone = settings(evidence_bucket="none", s3_endpoint=f"http://{NOBODY}")
    found = await evidence(gone)
    assert (found.finding, "BIHUAN_S3_" in found.words) == (Finding.BROKEN, True)


@pytest.mark.parametrize(
    ("off", "kept", "finding"),
    [
        (0.1, True, Finding.OK),
        (0.1, None, Finding.OK),
        (0.1, False, Finding.NOTE),
        (-3.0, True, Finding.BROKEN),
    ],
)
async def test_a_clock_that_is_off_or_that_nobody_keeps_is_told(
    off: float,
    kept: bool | None,
    finding: Finding,
    db: Database,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def differs(*_: object) -> float:
        return off

    monkeypatch.setattr("store.watch.clocks.offset", differs)
    monkeypatch.setattr("command_line.doctor_of_places.synchronized", lambda: kept)
    assert (await clock_of(settings(database_url=url))).finding is finding


async def test_where_nobody_has_looked_for_long_no_worker_works(
    db: Database, url: str, clock: SteppingClock
) -> None:
    await reconciliations.keep(db, {"ok": True, "counts": {}, "differences": []})
    assert (await reconciliation(settings(**SERIOUS, database_url=url))).finding is Finding.BROKEN
    assert (await reconciliation(settings(database_url=url))).finding is Finding.NOTE


async def test_an_installation_that_is_not_backed_up_is_told(
    db: Database, url: str, clock: SteppingClock
) -> None:
    there = settings(**SERIOUS, database_url=url)
    assert (await backups(there)).finding is Finding.NOTE
    await reconciliations.keep(db, {"quiet": True}, reconciliations.BACKUP)
    assert (await backups(there)).finding is Finding.BROKEN
    clock.now = datetime.now(UTC)
    await reconciliations.keep(db, {"quiet": True}, reconciliations.BACKUP)
    assert (await backups(there)).finding is Finding.OK


async def test_an_installation_whose_histories_and_files_nobody_reads_is_told(
    db: Database, url: str, clock: SteppingClock
) -> None:
    there = settings(**SERIOUS, database_url=url)
    assert "每晚" in (await deep_look(there)).words
    await reconciliations.keep(db, {"ok": True}, doors.WHOLE)
    assert (await deep_look(there)).finding is Finding.NOTE
    clock.now = datetime.now(UTC)
    await reconciliations.keep(db, {"ok": True}, doors.WHOLE)
    assert (await deep_look(there)).finding is Finding.OK
