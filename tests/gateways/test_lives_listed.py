"""A quick listing leaves out what ended long ago and is archived, and still tells what became of it since."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import TypedSearchAttributes

from domain.reconciliation import RunOrigin, RunState
from gateways import lives_on_server

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Listing:
    """A client that lists, and remembers what it was asked."""

    runs: list[Any]
    asked: list[str] = field(default_factory=list)

    async def list_workflows(self, query: str, page_size: int = 0) -> AsyncIterator[Any]:
        """Give every run."""
        self.asked.append(query)
        for one in self.runs:
            yield one


def a_run(number: str, run_id: str, status: WorkflowExecutionStatus) -> SimpleNamespace:
    return SimpleNamespace(
        id=f"problem-{number}",
        run_id=run_id,
        status=status,
        start_time=LONG_AGO + timedelta(days=9),
        close_time=None,
        typed_search_attributes=TypedSearchAttributes.empty,
    )


async def test_what_is_archived_is_known_without_being_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def taken_up(_client: object, _run: object, before: set[str]) -> RunOrigin:
        return RunOrigin.REOPENED if before == {"r0"} else RunOrigin.BEGUN_AGAIN

    monkeypatch.setattr(lives_on_server, "_origin", taken_up)
    again = a_run("CQ2026-0002", "r1", WorkflowExecutionStatus.RUNNING)
    server = Listing([again, a_run("CQ2026-0003", "r3", WorkflowExecutionStatus.COMPLETED)])
    kept = {"CQ2026-0001": ["r9"], "CQ2026-0002": ["r0"], "CQ2026-0003": ["r3"]}
    lives = await lives_on_server.lives(cast(Client, server), kept=kept)
    told = {
        number: [(run.run_id, run.state, run.origin) for run in runs]
        for number, runs in lives.items()
    }
    ended, begun = RunState.COMPLETED, RunOrigin.BEGUN
    assert told == {
        "CQ2026-0001": [("r9", ended, begun)],
        "CQ2026-0002": [("r0", ended, begun), ("r1", RunState.RUNNING, RunOrigin.REOPENED)],
        "CQ2026-0003": [("r3", ended, begun)],
    }
    assert "CloseTime >=" in server.asked[0]
    await lives_on_server.lives(cast(Client, server))
    assert "CloseTime" not in server.asked[1]


async def test_a_life_that_is_asked_for_alone_is_told_as_the_server_holds_it() -> None:
    server = Listing([a_run("CQ2026-0001", "r0", WorkflowExecutionStatus.TERMINATED)])
    found = await lives_on_server.lives_of(cast(Client, server), ["CQ2026-0001"])
    assert [run.state for run in found["CQ2026-0001"]] == [RunState.TERMINATED]
    server.runs = []
    assert await lives_on_server.lives_of(cast(Client, server), ["CQ2026-0001"]) == {
        "CQ2026-0001": []
    }
    assert "WorkflowId = 'problem-CQ2026-0001'" in server.asked[0]
