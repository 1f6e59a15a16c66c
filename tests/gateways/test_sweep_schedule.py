"""The server exports closed runs by a schedule that follows the setting."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from embedded.temporal_server import TemporalServer
from gateways.sweep_schedule import SWEEP, schedule_sweep
from tests.worlds.relay import free_port


async def test_the_schedule_follows_the_setting_and_stays_paused_where_it_was_paused(
    tmp_path: Path,
) -> None:
    server = TemporalServer(tmp_path, free_port())
    client = await server.start()
    try:
        await schedule_sweep(client, timedelta(minutes=10))
        handle = client.get_schedule_handle(SWEEP)
        await handle.pause(note="somebody looks at the archive")
        await schedule_sweep(client, timedelta(minutes=3))
        schedule = (await handle.describe()).schedule
    finally:
        await server.stop()
    assert [one.every for one in schedule.spec.intervals] == [timedelta(minutes=3)]
    assert schedule.state.paused
