"""A look into problems: the histories of their lives, their archived files, papers and the files these name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from activities.archive_check import changed
from activities.evidence_check import files_read
from activities.history_check import Histories, Told, held_against, unseen_of
from domain.events import Recorded
from domain.reconciliation import Beside, Difference, Kept, Run, Unseen, state_of
from gateways.evidence import EvidenceStore
from store.engine import Database
from store.lives import event_log
from store.tables import ArchiveRow
from store.watch import looked_into, named_files

AT_ONCE = 20
_PAGE = 200

Progress = Callable[[int, int], None]
"""Told how many problems were looked into, of how many."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a quick look saw of everything, by the problem's number; "" stands for what belongs to none."""

    kept: Mapping[str, Kept]
    lives: Mapping[str, Sequence[Run]]
    rows: Mapping[str, Sequence[ArchiveRow]]
    papers: Mapping[str, int]

    def numbers(self) -> list[str]:
        """Give every problem there is anything of, in order."""
        return sorted({"", *self.kept, *self.lives, *self.rows, *self.papers})

    def state(self, number: str) -> str:
        """Give how a problem stands, as far as a quick look tells."""
        archived = tuple(sorted(row.run_id for row in self.rows.get(number, ())))
        beside = Beside(archived, self.papers.get(number, 0))
        return state_of(self.kept.get(number), self.lives.get(number, ()), beside)


@dataclass(frozen=True, slots=True)
class DeepLook:
    """Looks into one store, server, archive and evidence; without evidence files are left alone."""

    client: Client
    db: Database
    archive: Path
    evidence: EvidenceStore | None = None

    async def into(
        self, seen: Seen, numbers: Sequence[str], tell: Progress
    ) -> tuple[list[Difference], list[Unseen]]:
        """Look into some problems and mark those that agree; raises RPCError.

        A look that is broken off has marked what it had come to: the next one goes on there.
        """
        found: list[Difference] = []
        unseen: list[Unseen] = []
        for begin in range(0, len(numbers), _PAGE):
            page = numbers[begin : begin + _PAGE]
            differing, untold = await self._page(seen, page)
            doubtful = {one.problem_no for one in differing} | {one.problem_no for one in untold}
            clean = {one: seen.state(one) for one in page if one not in doubtful}
            await looked_into.mark(self.db, clean)
            if doubtful:
                await looked_into.unmark(self.db, sorted(doubtful))
            found, unseen = found + differing, unseen + untold
            tell(begin + len(page), len(numbers))
        return found, unseen

    async def _page(self, seen: Seen, page: Sequence[str]) -> tuple[list[Difference], list[Unseen]]:
        """The store is read before and after the histories: what is recorded meanwhile is no difference."""
        before = await self._logged(page)
        told = await self._told(seen, page)
        after = await self._logged(page)
        found: list[Difference] = []
        unseen: list[Unseen] = []
        for number, life in told.items():
            last = len(before.get(number, ()))
            found += held_against(number, life, last, after.get(number, []))
            unseen += unseen_of(number, life)
        rows = [row for number in page for row in seen.rows.get(number, ())]
        found += await asyncio.to_thread(changed, self.archive, rows)
        differing, untold = await self._handed_in(page, after)
        return found + differing, unseen + untold

    async def _logged(self, numbers: Sequence[str]) -> dict[str, list[Recorded]]:
        async with self.db.reading() as session:
            return await event_log.of_problems(session, numbers)

    async def _told(self, seen: Seen, page: Iterable[str]) -> dict[str, Told]:
        turns, histories = asyncio.Semaphore(AT_ONCE), Histories(self.client, self.archive)

        async def ask(number: str) -> tuple[str, Told | None]:
            async with turns:
                runs, rows = seen.lives.get(number, ()), seen.rows.get(number, ())
                return number, await histories.told(number, runs, rows)

        told = await asyncio.gather(*(ask(number) for number in page if number))
        return {number: life for number, life in told if life is not None}

    async def _handed_in(
        self, page: Sequence[str], logged: Mapping[str, Sequence[Recorded]]
    ) -> tuple[list[Difference], list[Unseen]]:
        recorded = [one for events in logged.values() for one in events]
        async with self.db.reading() as session:
            found = await named_files.changed_papers(session, page, recorded)
            named = await named_files.of_problems(session, page)
        for number, events in logged.items():
            named |= named_files.in_events(number, events)
        if self.evidence is None:
            return found, []
        try:
            return found + await asyncio.to_thread(files_read, self.evidence, named), []
        except OSError as error:
            why = f"材料的文件无法读取（{error}）"
            return found, [Unseen(one, why) for one in sorted({file.problem_no for file in named})]
