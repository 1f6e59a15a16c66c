"""A store that lost or holds forged records is cured from the lives on the real server, by two persons."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from activities.archive import Archive
from audit.processes import Processes
from command_line import lives_told, rebuild
from command_line.lives_told import Source
from command_line.persons import Typed
from command_line.told_life import tell_life
from domain.commands import WithdrawProblem
from domain.local_time import day_of
from domain.roles import Role
from tests.journeys.whole_life import begin
from tests.worlds.city import City, answer_by_link, city_in, register, stage
from tests.worlds.guards import past_the_guards
from tests.worlds.life import SUPERVISOR
from tests.worlds.patience import eventually
from wiring import desk_for, rules_of_the_day

APPROVER = Typed("test.supervisor", "a long enough phrase", lambda: "")
LOST = "CQ2026-0777"


async def lost_and_forged(city: City, number: str) -> None:
    """One problem is lost whole, of the other a sentence was changed."""
    tables = ("events", "ledger", "notices", "problems")
    await past_the_guards(
        city.db,
        *(f"DELETE FROM {table} WHERE problem_no = '{LOST}'" for table in tables),  # noqa: S608 - fixed names
        f"UPDATE events SET body = replace(body, '集气罩', '除尘器') WHERE problem_no = '{number}'",  # noqa: S608
        f"UPDATE problems SET level = 9 WHERE problem_no = '{number}'",  # noqa: S608 - fixed names
    )


async def test_what_was_lost_and_forged_comes_back_and_the_lives_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with city_in(tmp_path) as city, AsyncExitStack() as stack:
        settings = city.settings
        helpers = stack.enter_context(Processes(tell_life, processes=1))
        monkeypatch.setattr(lives_told, "Processes", lambda *_, **__: nullcontext(helpers))
        monkeypatch.setenv("BIHUAN_TEMPORAL_ADDRESS", settings.temporal_address)
        monkeypatch.setenv("BIHUAN_DATA_DIR", str(settings.data_dir))

        async def done(work: Any, code: int) -> Any:
            capsys.readouterr()
            assert await work == code
            return json.loads(capsys.readouterr().out)

        async def checked(code: int, source: Source = Source.HISTORIES) -> Any:
            return await done(rebuild.check(source, [], as_json=True), code)

        number = await register(city)
        await answer_by_link(city, number)
        desk = desk_for(city.client, settings, rules_of_the_day(settings))
        await begin(desk, LOST, day_of(datetime.now(UTC)))

        async def answered() -> bool:
            return await stage(city, number) == "under_review"

        await eventually(answered)
        assert (await checked(0))["lives"] == 2
        await lost_and_forged(city, number)
        assert (await checked(1)).keys() >= {"differences", "not_compared"}
        token = city.tokens[Role.OFFICER]
        told = await done(rebuild.propose(Source.HISTORIES, [], "示例", token, as_json=True), 0)
        assert set(told["differences"]) == {number, LOST}
        words = [one["words"] for one in told["differences"][number]]
        assert any("除尘器" in one and "集气罩" in one for one in words)
        proposal = told["proposal"]
        await checked(1)
        decided = rebuild.settle(
            proposal["id"], proposal["content_sha256"], APPROVER, approve=True, as_json=True
        )
        assert (await done(decided, 0))["switched"] == 2
        await checked(0)
        await checked(0, Source.LOG)
        forged, right = await done(rebuild.show(number), 0)
        assert (forged["counts"], right["counts"]) == (False, True)
        assert "除尘器" in str(forged["events"])
        shown = (await city.ask("GET", f"/problems/{number}")).json()
        assert "集气罩" in shown["facts"]["description"]
        await desk.command(LOST, WithdrawProblem(reason="示例", by=SUPERVISOR), "key:a/1")

        async def withdrawn() -> bool:
            return await stage(city, LOST) == "withdrawn"

        await eventually(withdrawn)
        archive = Archive(city.client, city.db, settings.archive)

        async def exported() -> bool:
            await archive.archive_closed_runs()
            return (settings.archive / LOST).is_dir()

        await eventually(exported)
        assert (await checked(0, Source.ARCHIVE))["lives"] == 1
        await checked(0)
