"""Probes come by address, and are told no whatever is ill; they are never told that we failed."""

from __future__ import annotations

import dataclasses
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import cast

import httpx2
import pytest
from temporalio.client import Client

from api.app import create_app, create_probes
from settings import Settings
from store.engine import Database
from store.mail import mailboxes
from store.people import security_log
from store.people.security_log import Happened
from store.watch import doors, loop_failures, reconciliations
from tests.worlds.alarms import alarms
from tests.worlds.life import default_rules
from tests.worlds.office import API, Office
from tests.worlds.serious import SERIOUS
from wiring import services_for, takes_files


async def probe(office: Office, path: str, **readiness: object) -> httpx2.Response:
    """Ask a production install by its address."""
    services = dataclasses.replace(
        office.services,
        development=False,
        readiness=readiness,  # type: ignore[arg-type]  # what a test puts in its place
    )
    transport = httpx2.ASGITransport(app=create_app(services), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://10.0.0.7:8000") as prober:
        return await prober.get(path)


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
async def test_a_probe_is_answered_by_address(office: Office, path: str) -> None:
    assert (await probe(office, path)).status_code == 200
    assert (await probe(office, "/login")).status_code == 400


@pytest.mark.parametrize("path", ["/metrics", f"{API}/openapi.json"])
async def test_figures_and_the_contract_are_not_answered_under_the_public_name(
    office: Office, path: str
) -> None:
    browser = office.browser()
    assert (await browser.get(path)).status_code == 404
    await browser.aclose()


async def test_a_worker_answers_probes_and_nothing_else(office: Office) -> None:
    app = create_probes(replace(office.services, development=False, readiness={}))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://10.0.0.8") as prober:
        for path in ("/health/live", "/health/ready", "/metrics"):
            assert (await prober.get(path)).status_code == 200
        assert (await prober.get("/login")).status_code == 404


@pytest.mark.parametrize(
    "error", [RuntimeError, OSError, ValueError, TimeoutError], ids=lambda error: error.__name__
)
async def test_whatever_goes_wrong_in_asking_is_a_no(
    office: Office, error: type[Exception]
) -> None:
    async def refuses() -> bool:
        raise error("connection refused")

    async def well() -> bool:
        return True

    answer = await probe(office, "/health/ready", temporal=refuses, disk=well)
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "database": True,
        "temporal": False,
        "disk": True,
        "differences": {},
    }


def test_a_full_disk_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "not" / "yet"
    assert takes_files(folder)
    monkeypatch.setattr("wiring.LEAST_FREE_BYTES", 1 << 62)
    assert not takes_files(folder)


def test_a_folder_nobody_may_write_to_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda _, how: how & os.W_OK == 0)
    assert not takes_files(tmp_path / "archive")


async def test_an_archive_that_takes_nothing_and_a_clock_that_is_off_are_not_ready(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def off(*_: object) -> float:
        return -2.5

    settings = Settings(_env_file=None, **SERIOUS, data_dir=Path("/proc/none"))
    services = services_for(cast(Client, None), office.services.db, settings, default_rules())
    for name in ("archive", "disk"):
        assert not await services.readiness[name](), name
    assert await services.readiness["clock"]()
    monkeypatch.setattr("store.watch.clocks.offset", off)
    assert not await services.readiness["clock"]()


async def test_failures_of_side_loops_are_counted_in_the_metrics(office: Office) -> None:
    await loop_failures.count(office.services.db, "courier", 2, "OSError: disk full")
    text = (await probe(office, "/metrics")).text
    assert 'bihuan_side_loop_failures{loop="courier"} 2.0' in text


async def test_what_reconciling_found_is_told_and_shuts_no_door(office: Office) -> None:
    found = {"ok": False, "counts": {"life_terminated": 2}, "differences": []}
    await reconciliations.keep(office.services.db, found)
    answer = await probe(office, "/health/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "differences"
    assert answer.json()["differences"] == {"life_terminated": 2}
    text = (await probe(office, "/metrics")).text
    assert 'bihuan_differences{code="life_terminated"} 2.0' in text
    assert 'bihuan_differences{code="life_reset"} 0.0' in text


async def test_an_operator_sees_how_long_things_wait_and_what_failed(office: Office) -> None:
    await office.browser().get("/")
    await security_log.note_alone(office.services.db, Happened.SIGN_IN_FAILED)
    told = figures_of((await probe(office, "/metrics")).text)
    assert told["bihuan_sign_ins_failed"] == 1
    assert told["bihuan_oldest_mail_seconds"] == told["bihuan_oldest_paper_seconds"] == 0
    assert told['bihuan_deliveries_lost{how="bounced"}'] == 0
    assert told["bihuan_clock_offset_seconds"] == 0
    assert told["bihuan_calendar_days_left"] > 0
    assert any(name.startswith("bihuan_request_seconds_count{") for name in told)


async def test_without_the_store_the_figures_say_so(office: Office) -> None:
    """A scrape that fails would read as a process that is gone."""
    away = Database("postgresql://bihuan@127.0.0.1:9/bihuan")
    services = dataclasses.replace(office.services, db=away, development=False, readiness={})
    transport = httpx2.ASGITransport(app=create_probes(services))
    async with httpx2.AsyncClient(transport=transport, base_url="http://10.0.0.8") as prober:
        answer = await prober.get("/metrics")
    await away.dispose()
    assert answer.status_code == 200
    told = figures_of(answer.text)
    assert told["bihuan_database_up"] == 0
    assert not any(name.startswith("bihuan_problems") for name in told)
    assert figures_of((await probe(office, "/metrics")).text)["bihuan_database_up"] == 1


def figures_of(text: str) -> dict[str, float]:
    """The figures by their names with labels."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(figure) for name, _, figure in (line.rpartition(" ") for line in lines)}


async def test_every_alarm_rests_on_figures_that_are_told(office: Office) -> None:
    await reconciliations.keep(office.services.db, {"ok": True, "counts": {}, "differences": []})
    await reconciliations.keep(office.services.db, {"quiet": True}, reconciliations.BACKUP)
    await reconciliations.keep(office.services.db, {"ok": True}, doors.WHOLE)
    await loop_failures.count(office.services.db, "courier", 1, "示例")
    await mailboxes.note_read(office.services.db, "示例")
    await office.browser().get("/")
    told = {name.partition("{")[0] for name in figures_of((await probe(office, "/metrics")).text)}
    ours, of_temporal = alarms()
    for rule in ours["rules"]:
        assert set(re.findall(r"bihuan_\w+", rule["expr"])) <= told, rule["alert"]
        assert rule["annotations"]["summary"]
    names = [rule["alert"] for rule in (*ours["rules"], *of_temporal["rules"])]
    assert len(set(names)) == len(names)
