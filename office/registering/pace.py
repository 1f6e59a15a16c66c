"""People before lists: of the lives that nobody waits for, few are begun and not written down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.outcomes import NoSuchLife, OutcomeUnknown, Reply, no_answer
from office.doors import until_open
from office.ports import Services

PATIENCE_SECONDS = 60.0
"""How long a record is waited for before its life is asked whether one can be made at all."""


@asynccontextmanager
async def place(services: Services) -> AsyncIterator[None]:
    """Give one of the few places for a row that is not recorded yet; none while the doors are shut."""
    await until_open(services)
    async with services.people.behind(services.imports.places):
        yield


async def until_recorded(
    services: Services, problem_no: str, patience: float = PATIENCE_SECONDS
) -> Reply:
    """Wait until a life that was begun is written down; a reply without a code says that it is.

    Without a worker that takes as long as it takes. One that lives and cannot be written down, as
    after a wrong restore, holds nobody up: its outcome is unknown.
    """
    while not await services.imports.recorded.wait(services.db, problem_no, patience):
        try:
            await services.desk.state(problem_no)
        except OutcomeUnknown:
            continue
        except NoSuchLife:
            return no_answer(problem_no)
        break
    return Reply(problem_no=problem_no)
