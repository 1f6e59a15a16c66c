"""Telling when a problem that was begun is written down, for many at once by one look."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from store.engine import Database
from store.lives import problems

PAUSE_SECONDS = 0.05


@dataclass(slots=True)
class Recorded:
    """Looks a few times a second for all problems that somebody waits for."""

    waiting: dict[str, asyncio.Future[None]] = field(default_factory=dict)
    looking: asyncio.Task[None] | None = None

    async def wait(self, db: Database, problem_no: str, seconds: float) -> bool:
        """Wait for a problem's first record; tell whether it came in time.

        Raises what the store raised.
        """
        coming = self.waiting.setdefault(problem_no, asyncio.get_running_loop().create_future())
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look(db))
        try:
            await asyncio.wait([coming], timeout=seconds)
        finally:
            if not coming.done():
                self.waiting.pop(problem_no, None)
        if coming.done():
            coming.result()
        return coming.done()

    async def _look(self, db: Database) -> None:
        try:
            while self.waiting:
                async with db.reading() as session:
                    found = await problems.existing(session, tuple(self.waiting))
                for problem_no in found & self.waiting.keys():
                    self.waiting.pop(problem_no).set_result(None)
                if self.waiting:
                    await asyncio.sleep(PAUSE_SECONDS)
        except SQLAlchemyError as error:
            told, self.waiting = self.waiting, {}
            for coming in told.values():
                coming.set_exception(error)
