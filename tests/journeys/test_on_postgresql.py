"""Whole lives with the store on a real PostgreSQL, while worker and server are killed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from activities.archive import Archive
from audit.sources import life_on_server, lives_in
from audit.verify import verify_life
from domain.local_time import at_local
from domain.notices import NoticeKind
from domain.policy import content_hash
from domain.rules import Rules
from domain.stages import Stage
from gateways.mail_folder import MailFolder
from gateways.mail_inbox import MailInbox
from gateways.problem_desk import TemporalDesk
from gateways.temporal_client import DATA_CONVERTER
from store.lives import rebuild
from store.mail import notice_log
from store.points import ledger
from tests.journeys.test_kills import kill_in_turn
from tests.journeys.whole_life import HONEST, LISTED, begin, demand_whole, live_to_closure
from tests.worlds.databases import empty_url
from tests.worlds.life import MONDAY
from tests.worlds.patience import eventually
from tests.worlds.processes import Processes, known
from tests.worlds.recorded_lives import problem_rows

MIDNIGHT = at_local(date(2024, 7, 4), time(0))
"""The day begins on which a problem transferred on `MONDAY` is reminded for the first time."""

COURSES = {"CQ2024-0001": HONEST, "CQ2024-0002": LISTED}


def early_rising(rules: Rules) -> Rules:
    """Give the rules with mails going out from five seconds after midnight on."""
    early = replace(rules.policy.reminders, opens_at=time(0, 0, 5))
    policy = replace(rules.policy, reminders=early)
    return replace(rules, policy=replace(policy, content_hash=content_hash(policy)))


async def reminded(house: Processes, number: str) -> None:
    """Wait until the reminder has been issued and its mail accepted."""

    async def both_mails() -> bool:
        async with house.db.reading() as session:
            sent = await notice_log.for_problem(session, number)
        accepted = notice_log.NoticeState.HANDED_OVER
        handed_over = {one.kind for one in sent if one.state is accepted}
        return {NoticeKind.TRANSFER_NOTICE, NoticeKind.REMINDER} <= handed_over

    await eventually(both_mails, f"the reminder of {number}")


@pytest.mark.postgres
async def test_lives_on_postgresql_are_whole_and_their_read_model_is_rebuilt_equal(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    shift = MIDNIGHT - timedelta(seconds=20) - datetime.now(UTC)
    house = Processes(tmp_path, empty_url(request, "postgresql", tmp_path), shift)
    assert not house.db.on_sqlite
    mails = MailInbox(MailFolder(tmp_path / "mails"), house.settings.smtp_port)
    mails.start()
    try:
        desk = await house.start()
        desk = replace(desk, continue_after_events=30, rules=early_rising(desk.rules))
        await asyncio.gather(*(begin(desk, number, MONDAY) for number in COURSES))
        await asyncio.gather(*(reminded(house, number) for number in COURSES))
        lives = (live_to_closure(house, desk, *course) for course in COURSES.items())
        await asyncio.gather(*lives, kill_in_turn(house, asyncio.Event(), kills=2))
        for number, verdicts in COURSES.items():
            await demand_whole(house, desk, number, verdicts)
        assert (await known(desk, "CQ2024-0002", Stage.CLOSED)).entries[0].taken_off_on is not None
        before = await problem_rows(house.db)
        async with house.db.reading() as session:
            assert len(await ledger.rows(session)) == 1
        assert await rebuild.rebuild(house.db) == len(COURSES)
        assert await problem_rows(house.db) == before
        await demand_kept(house, desk)
    finally:
        mails.stop()
        await house.stop()


async def demand_kept(house: Processes, desk: TemporalDesk) -> None:
    """Demand that a sweep keeps every closed run, continued ones too, as verifiable files."""
    archive = Archive(desk.client, house.db, house.settings.archive)
    honest = house.settings.archive / "CQ2024-0001"
    whole = await life_on_server(desk.client, "CQ2024-0001")
    assert len(whole) > 1

    async def all_kept() -> bool:  # the server's list follows after a moment
        await archive.archive_closed_runs()
        return len(list(honest.glob("*.meta.json"))) == len(whole)

    await eventually(all_kept, "the last run")
    (runs,) = await asyncio.to_thread(lives_in, honest)
    verified = await verify_life(runs, DATA_CONVERTER)
    assert verified.difference is None
    assert verified.runs == len(whole)
    assert verified.closed
