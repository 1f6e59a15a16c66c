"""Answers around the due instant while the worker is down: what counts is when they came in.

One night for three problems of the same due instant, with the real server and the real worker: the
worker is gone before the instant and comes back after it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from audit.sources import life_on_server
from audit.verify import verify_life
from domain.notices import NoticeKind
from domain.stages import Fact
from gateways.temporal_client import DATA_CONVERTER
from store.mail import notice_log
from store.points import ledger
from tests.worlds.night import BY_FORM, BY_INBOX, DUE, LATE, Night, a_night


@pytest.fixture(scope="module")
async def night(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Night]:
    """Live the night once for all tests."""
    async with a_night(tmp_path_factory.mktemp("night")) as night:
        yield night


@pytest.mark.parametrize("number", [BY_FORM, BY_INBOX])
async def test_an_answer_of_the_last_second_is_in_time_though_the_worker_was_down(
    night: Night, number: str
) -> None:
    problem = night.lives[number]
    (submission,) = problem.submissions
    assert DUE - timedelta(seconds=1) <= submission.received_at < DUE < night.back_at
    assert not submission.late
    assert not problem.entries
    assert problem.level == 0
    assert not problem.deductions
    assert problem.rounds[0].overdue_at is None
    assert problem.rounds[0].answered_at == submission.received_at
    async with night.house.db.reading() as session:
        assert [row for row in await ledger.rows(session) if row.problem_no == number] == []
        notices = await notice_log.for_problem(session, number)
    assert NoticeKind.LISTED not in {notice.kind for notice in notices}


async def test_an_answer_one_second_late_is_stamped_late_and_the_problem_is_listed(
    night: Night,
) -> None:
    problem = night.lives[LATE]
    (submission,) = problem.submissions
    assert DUE + timedelta(seconds=1) <= submission.received_at < night.back_at
    assert submission.late
    (entry,) = problem.entries
    assert entry.reasons == (Fact.NO_FEEDBACK,)
    assert problem.level == 1
    async with night.house.db.reading() as session:
        rows = [row for row in await ledger.rows(session) if row.problem_no == LATE]
    assert [row.points for row in rows] == [problem.points]
    assert problem.points > 0


async def test_the_night_s_histories_replay_and_re_derive(night: Night) -> None:
    for number in night.lives:
        runs = await life_on_server(night.desk.client, number)
        assert (await verify_life(runs, DATA_CONVERTER)).difference is None
