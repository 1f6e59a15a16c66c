"""Databases and histories of before go on: lives begun by an older commit live on, verify and close.

They wait for years, so that nothing has fallen due whatever the day; `data_of_before/` says how
they were made. The policy they are judged by stands in no file of today.
"""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from activities.archive import Archive
from audit.sources import life_on_server, lives_in
from audit.verify import verify_life
from command_line import doctor
from domain.local_time import day_of
from domain.problem import Problem
from domain.roles import Role
from embedded.temporal_server import free_port
from gateways.temporal_client import DATA_CONVERTER
from office.rules.rules_of_a_life import rules_of_all
from store.district import inbox
from store.district.papers import AppealPaper
from store.lives import problems
from store.registers import rule_books
from store.tables import RequestRow
from tests.journeys.bureau_at_work import (
    accept,
    approve_act,
    approve_closure,
    outcome,
    revisit_and_close,
    shown,
)
from tests.journeys.whole_life import demand_folded
from tests.worlds.city import City, answer_by_link, city_in, stage, token_of
from tests.worlds.patience import eventually

DATA = Path(__file__).parent / "data_of_before" / "city.zip"

(
    AWAITED,
    ANSWERED,
    SUSPENDED,
    PROPOSED,
    LISTED,
    ENDED,
    EN_ROUTE,
    UNKNOWN,
) = LIVES = tuple(f"CQ2026-000{n}" for n in range(1, 9))


@pytest.fixture(scope="module")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the older version left behind, migrated as an operator does it."""
    folder = tmp_path_factory.mktemp("before") / "var"
    await asyncio.to_thread(_unpack, folder)
    environment = {
        **os.environ,
        "BIHUAN_DATA_DIR": str(folder),
        "BIHUAN_TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}",
    }
    migrating = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli", "migrate", env=environment, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await migrating.communicate()
    assert migrating.returncode == 0
    assert f"{len(LIVES)} 个问题适用的口径尚未存档" in said.decode()
    return folder


def _unpack(folder: Path) -> None:
    with zipfile.ZipFile(DATA) as archive:
        archive.extractall(folder)


@pytest.fixture(scope="module")
async def city(folder: Path) -> AsyncIterator[City]:
    """Today's server, worker and doors on it, with the people of before."""
    async with city_in(folder, "before") as running:
        yield running


async def demand_whole(city: City, number: str, runs: int = 1) -> Problem:
    """Demand that a problem is closed, that its history verifies, and that the store shows it."""
    history = await life_on_server(city.client, number)
    verified = await verify_life(history, DATA_CONVERTER)
    assert (verified.difference, verified.runs) == (None, runs)
    _, problem = await demand_folded(city.db, number)
    assert problem.stage == "closed"
    return problem


async def test_everything_of_before_is_shown_as_it_was_and_verifies_as_it_stands(
    city: City,
) -> None:
    for number in LIVES:
        await demand_folded(city.db, number)
        history = await life_on_server(city.client, number)
        assert (await verify_life(history, DATA_CONVERTER)).difference is None


async def test_an_answer_by_a_link_mailed_before_arrives_and_its_problem_closes(
    city: City,
) -> None:
    await answer_by_link(city, AWAITED)
    await accept(city, AWAITED)
    await revisit_and_close(city, AWAITED)
    await demand_whole(city, AWAITED)


async def test_an_answer_handed_in_before_is_reviewed_and_its_problem_closes(city: City) -> None:
    await accept(city, ANSWERED)
    await revisit_and_close(city, ANSWERED)
    await demand_whole(city, ANSWERED)


async def test_a_problem_suspended_before_is_resumed_answered_and_closed(city: City) -> None:
    path = f"/problems/{SUSPENDED}"
    await city.change(f"{path}/resumption", "resume", json={"reason": "示例：已复产"})
    answer = {
        "round_no": 1,
        "received_on": day_of(datetime.now(UTC)).isoformat(),
        "channel": "paper",
        "state": "done",
        "text": "示例：集气罩已全部开启，详见书面反馈。",
    }
    await city.change(f"{path}/paper-answers", "paper", json=answer)
    await accept(city, SUSPENDED)
    await revisit_and_close(city, SUSPENDED)
    await demand_whole(city, SUSPENDED)


async def test_a_closure_proposed_before_is_approved_under_the_hash_it_had(city: City) -> None:
    await approve_closure(city, PROPOSED)
    await demand_whole(city, PROPOSED)


async def test_points_deducted_before_are_appealed_and_taken_back(city: City) -> None:
    before = await demand_whole(city, LISTED)
    assert before.points == 2
    await appeal(city, before)
    await decide_the_appeal(city)
    second = await token_of(city.db, "second.supervisor", Role.SUPERVISOR)
    await approve_act(replace(city, tokens={**city.tokens, Role.SUPERVISOR: second}), LISTED)
    assert (await demand_whole(city, LISTED)).points == 0


async def appeal(city: City, problem: Problem) -> None:
    """The district appeals, and its life takes the appeal in."""
    paper = AppealPaper(
        problem_no=problem.problem_no,
        district=problem.district,
        round_no=1,
        deduction=problem.deductions[0].seq,
        reason="示例：现场设备正在检修",
        files=(),
        filled_by="示例",
        telephone="",
    )
    new = inbox.NewSubmission(receipt_id=str(uuid.uuid4()), link_jti="", paper=paper)
    await inbox.submit(city.db, new)

    async def appealed() -> bool:
        async with city.db.reading() as session:
            found = await problems.get(session, problem.problem_no)
        return found is not None and bool(found.appeals_open)

    await eventually(appealed)


async def decide_the_appeal(city: City) -> None:
    """The supervisor upholds it: who deducted the points must not."""
    ledger = (await city.ask("GET", "/scores/500103?year=2026")).json()
    (row,) = ledger["rows"]
    upheld = {"decision": "uphold", "reason": "示例：情况属实"}
    path = f"/deductions/{row['id']}/appeal-decisions"
    await city.change(path, "uphold", Role.SUPERVISOR, json=upheld)


async def test_a_life_ended_and_archived_before_is_taken_up_again(city: City) -> None:
    path = f"/problems/{ENDED}"
    found = {"findings": "示例：现场复查，问题反弹。", "reason": "反弹"}
    await city.change(f"{path}/reopening", "back", json=found)
    await approve_act(city, ENDED)
    assert await stage(city, ENDED) == "rectifying"
    history = await life_on_server(city.client, ENDED)
    verified = await verify_life(history, DATA_CONVERTER)
    assert (verified.difference, verified.runs) == (None, 2)


async def test_an_archive_of_before_verifies_and_is_added_to(city: City) -> None:
    kept = city.settings.archive
    (runs,) = await asyncio.to_thread(lives_in, kept / ENDED)
    assert (await verify_life(runs, DATA_CONVERTER)).difference is None
    await approve_closure_once(city, PROPOSED)
    await eventually(Archive(city.client, city.db, kept).archive_closed_runs)
    (new,) = await asyncio.to_thread(lives_in, kept / PROPOSED)
    assert (await verify_life(new, DATA_CONVERTER)).closed


async def approve_closure_once(city: City, number: str) -> None:
    """Close it unless it is closed."""
    if await stage(city, number) != "closed":
        await approve_closure(city, number)


async def test_an_answer_that_was_on_its_way_is_let_in_once(city: City) -> None:
    await accept(city, EN_ROUTE)
    await revisit_and_close(city, EN_ROUTE)
    problem = await demand_whole(city, EN_ROUTE)
    assert len(problem.submissions) == 1


async def test_an_act_asked_for_before_whose_outcome_nobody_knew_is_done_once(
    city: City,
) -> None:
    await outcome(city, f"{UNKNOWN}-accept_done")
    assert await stage(city, UNKNOWN) == "awaiting_revisit"
    await revisit_and_close(city, UNKNOWN)
    history, _ = await demand_folded(city.db, UNKNOWN)
    assert [one.event.tag for one in history].count("feedback:reviewed") == 1
    await demand_whole(city, UNKNOWN)


async def test_an_act_done_before_of_which_only_the_life_knows_is_not_done_again(
    city: City,
) -> None:
    """The process that asked was gone before it noted the answer; the life knows it by the bare id."""
    key = f"{LISTED}-accept_done"
    noted = await outcome(city, key)
    before, _ = await demand_folded(city.db, LISTED)
    async with city.db.writing() as session:
        asked = update(RequestRow).where(col(RequestRow.key) == key)
        await session.execute(asked.values(state="open", response=""))
    assert await outcome(city, key) == noted
    assert (await demand_folded(city.db, LISTED))[0] == before


async def test_a_request_repeated_across_the_change_is_answered_and_not_done_again(
    city: City,
) -> None:
    path = f"/problems/{LISTED}/reviews"
    (before, _) = await demand_folded(city.db, LISTED)
    receipt = (await shown(city, LISTED))["submissions"][0]["receipt_id"]
    asked = {"receipt_id": receipt, "verdict": "found_false", "reason": "示例：已核实"}
    await city.change(path, f"{LISTED}-found_false", json=asked)
    (after, _) = await demand_folded(city.db, LISTED)
    assert after == before


async def test_by_which_rules_lives_of_before_are_judged_is_asked_of_them_and_kept(
    city: City, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def known() -> bool:
        async with city.db.reading() as session:
            return await rule_books.unknown(session) == []

    await eventually(known)
    rules = await rules_of_all(city.services, LIVES)
    assert {one and one.policy.policy_id for one in rules.values()} == {"patient"}
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(city.settings.data_dir))
    await doctor.examine(as_json=False)
    assert "各问题适用的口径和放假安排均可读取" in capsys.readouterr().out
