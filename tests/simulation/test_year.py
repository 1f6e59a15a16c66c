"""A demonstration has a year behind it, and goes on at the present instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from activities.temporal_worker import temporal_worker
from command_line.demo import demo
from domain import commands as c
from domain.local_time import day_of
from domain.stages import Stage
from embedded.temporal_server import TemporalServer, free_port
from gateways.problem_desk import TemporalDesk
from gateways.problem_list.reading import read_list
from settings import Settings
from simulation import demonstration
from simulation.behaviours import OFFICER, Behaviour
from simulation.script import Casting
from simulation.year import a_year, transfer_days
from store.engine import Database
from store.lives import event_log
from store.registers import rule_books
from tests.worlds.life import default_rules
from wiring import SAMPLES

TODAY = date(2026, 11, 28)


def a_year_before(today: date) -> list[Casting]:
    """The sample list as a year before `today`."""
    return a_year(read_list(SAMPLES, today=today).rows, today, default_rules().calendar)


def test_the_transfers_of_a_year_lie_on_working_days_before_today() -> None:
    calendar = default_rules().calendar

    days = transfer_days(60, TODAY, calendar)

    assert days == sorted(days)
    assert all(calendar.is_workday(one) for one in days)
    assert days[0] < TODAY - timedelta(days=300)
    assert days[-1] < TODAY
    assert sum(one > TODAY - timedelta(days=15) for one in days) >= 5


def test_a_year_has_every_kind_of_life_but_the_one_that_comes_back_after_its_end() -> None:
    parts = [one.behaviour for one in a_year_before(TODAY)]

    assert set(parts) == set(Behaviour) - {Behaviour.REBOUND}


def test_the_numbers_of_a_year_say_its_year_and_are_unique() -> None:
    castings = a_year_before(TODAY)

    numbers = [one.register.problem_no for one in castings]
    assert len(set(numbers)) == len(numbers) == 60
    assert numbers[0] == "SL2025-0001"
    assert numbers[-1] == "SL2026-0060"


async def test_production_has_no_demonstration(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    serious = Settings.model_construct(environment="production")
    monkeypatch.setattr("command_line.demo.Settings", lambda: serious)

    assert await demo(again=True, only_prepare=True) == 2
    assert "生产环境" in capsys.readouterr().err


async def test_a_demonstration_is_not_written_into_a_store_of_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BIHUAN_DATABASE_URL", "postgresql://somebody@example.com/records")

    assert await demo(again=True, only_prepare=True) == 2
    assert "BIHUAN_DATABASE_URL" in capsys.readouterr().err


@pytest.mark.timeout(120)
async def test_a_life_lived_with_a_clock_that_skips_goes_on_today(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newest, closed = demo_castings()
    monkeypatch.setattr(demonstration, "_script", lambda: ([newest, closed], default_rules()))
    shown = demonstration.demonstration(Settings(data_dir=tmp_path))

    await demonstration.live_a_year(shown, lambda _, __: None)

    server = TemporalServer(shown.data_dir / "temporal", free_port())
    db = Database(shown.database)
    client = await server.start()
    try:
        async with temporal_worker(client, db):
            desk = TemporalDesk(client=client, rules=default_rules())
            number = newest.register.problem_no
            before = await desk.state(number)
            wanted = c.RecordRegisterNumber(
                register=next(iter(c.Register)), number="示例-1", by=OFFICER
            )
            await desk.command(number, wanted, "key:demo:1")
        async with db.reading() as session:
            last = (await event_log.timeline(session, number))[-1]
            unknown = await rule_books.unknown(session)
            ended = await event_log.timeline(session, closed.register.problem_no)
    finally:
        await server.stop()
        await db.dispose()
    assert not unknown
    assert before.stage is Stage.AWAITING_FEEDBACK
    assert abs(last.at - datetime.now(UTC)) < timedelta(minutes=2)
    assert day_of(ended[-1].at) < day_of(datetime.now(UTC)) - timedelta(days=200)


def demo_castings() -> tuple[Casting, Casting]:
    """The newest life of a year before today, which is open, and the oldest, which has closed."""
    castings = a_year_before(day_of(datetime.now(UTC)))
    return castings[-1], castings[0]
