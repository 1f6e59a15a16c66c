"""A backup taken while the city works, and the city brought back from it somewhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.sources import life_on_server
from audit.verify import verify_life
from command_line.backup import backup, parts_of, restore
from domain.restore_epoch import Restored
from domain.roles import Role
from gateways.temporal_client import DATA_CONVERTER
from settings import Settings
from store.engine import Database
from store.watch import doors
from tests.worlds.city import answer_by_link, city_in, register, stage
from tests.worlds.patience import eventually

AFTERWARDS = {
    "district": "500104",
    "enterprise": "重庆示例涂装有限公司",
    "description": "喷漆房未密闭。",
}
"""A problem that comes after the backup, and is lost with the disk."""


def at(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """The command's settings are those of an installation in `folder`."""
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(folder))


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """What the command answered as JSON."""
    out = capsys.readouterr().out
    content: dict[str, object] = json.loads(out[out.rindex("\n{\n") if "\n{\n" in out else 0 :])
    return content


async def test_a_city_lost_after_its_backup_goes_on_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lost, found, root = tmp_path / "lost", tmp_path / "found", tmp_path / "backups"
    at(monkeypatch, lost)
    async with city_in(lost) as city:
        number = await register(city)
        await answer_by_link(city, number)

        async def under_review() -> bool:
            return await stage(city, number) == "under_review"

        await eventually(under_review)
        assert await backup(root, as_json=True) == 0
        taken = told(capsys)
        assert taken["quiet"] is True
        after = (await city.change("/problems", "new-2", json=AFTERWARDS))["problem_no"]
    at(monkeypatch, found)
    assert await restore(Path(str(taken["place"])), as_json=True) == 0
    assert told(capsys) == taken
    store = Database(Settings(_env_file=None, data_dir=found).database)
    async with store.reading() as session:
        shut = await doors.shut(session)
    assert shut is not None, "what the backup has forgotten is looked at before anything else"
    assert shut.why == Restored.BACKUP
    await store.dispose()
    async with city_in(found, "again") as city:
        assert await stage(city, number) == "under_review"
        assert (await city.ask("GET", f"/problems/{after}")).status_code == 404
        receipt = (await city.ask("GET", f"/problems/{number}")).json()["submissions"][-1]
        body = {"receipt_id": receipt["receipt_id"], "verdict": "accept_done", "reason": "示例"}
        await city.change(f"/problems/{number}/reviews", "review", json=body)
        assert await stage(city, number) == "awaiting_revisit"
        runs = await life_on_server(city.client, number)
        assert (await verify_life(runs, DATA_CONVERTER)).difference is None
        assert (await city.ask("GET", "/problems", Role.SUPERVISOR)).status_code == 200
    assert await restore(Path(str(taken["place"])), as_json=True) == 1
    assert told(capsys)["code"] == "target_not_empty"


def test_the_embedded_servers_database_is_known_without_a_setting(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)
    assert parts_of(settings).databases["temporal-1"].endswith("/temporal/temporal.db")


async def test_a_database_that_is_away_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is what the night's timer goes by."""
    monkeypatch.setenv("BIHUAN_DATABASE_URL", "postgresql://bihuan:hush@127.0.0.1:9/bihuan")
    at(monkeypatch, tmp_path)
    assert await backup(tmp_path / "backups", as_json=True) == 1
    said = told(capsys)
    assert said["code"] == "database_unreadable"
    assert "hush" not in str(said)
