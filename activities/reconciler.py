"""Holding store, lives and archive against each other: the look itself, and the loop that repeats it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import structlog
from temporalio.client import Client

from activities.archive_check import archive_differences
from activities.deep_look import DeepLook, Progress, Seen
from activities.epoch_watch import EpochWatch
from activities.evidence_check import files_there
from activities.reconciled import Reconciled
from domain.reconciliation import (
    SEEN_BY_READING,
    Difference,
    Disagreement,
    Run,
    Unseen,
    disagreements,
)
from gateways import epoch_keeper, lives_on_server
from gateways.epoch_keeper import NoKeeper
from gateways.evidence import EvidenceStore
from store.engine import Database
from store.people.security_log import SYSTEM
from store.tables import ArchiveRow
from store.watch import (
    archive_index,
    doors,
    life_troubles,
    looked_into,
    named_files,
    reconciliations,
    reconciling,
    told_contacts,
    told_moves,
)

AGAIN_SECONDS = 5.0
"""What is seen once only was on its way: all is looked at again before anything is said."""
_ENDED = "completed"
"""How the archive's index calls a run that came to its end."""
_ASKED_SINGLY = 500
_CONFIRMED = frozenset({Disagreement.LIFE_DIFFERS, Disagreement.LIFE_NOT_OVER})
_log = structlog.get_logger(__name__)


async def held_there(client: Client) -> str:
    """Give the beat that Temporal holds, "" where it keeps none; raises RPCError."""
    try:
        return await epoch_keeper.read(client)
    except NoKeeper:
        return ""


class Depth(StrEnum):
    """How much a look reads: what the last deep look named, what has changed since it agreed, or all."""

    QUICK = "quick"
    CHANGED = "changed"
    WHOLE = "whole"


def _silent(_done: int, _of: int) -> None:
    """Tell nobody how far a look has come."""


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Looks at one store, one server, one archive folder and, where it is given, the evidence."""

    client: Client
    db: Database
    archive: Path
    every: timedelta = timedelta(minutes=10)
    lag: timedelta = lives_on_server.LAG
    again_seconds: float = AGAIN_SECONDS
    evidence: EvidenceStore | None = None
    progress: Progress = _silent

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Look at intervals until `stop` is set; what another worker has just looked at is left out."""
        pause = self.every / 10
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause.total_seconds())
            if not stop.is_set() and await self._is_time():
                found = await (self.look_deep() if await self._are_shut() else self.look())
                if found.differences:
                    _log.error("reconciliation found differences", **found.as_json()["counts"])

    async def _are_shut(self) -> bool:
        async with self.db.reading() as session:
            return await doors.shut(session) is not None

    async def _is_time(self) -> bool:
        async with self.db.reading() as session:
            last = await reconciliations.last(session)
            if await doors.shut(session) is not None:
                return True
        return last is None or self.db.now() - last.looked_at >= self.every

    async def look_whole(self) -> Reconciled:
        """Look at everything and into everything, whatever agreed before."""
        return await self.look_deep(whole=True)

    async def look_deep(self, *, whole: bool = False) -> Reconciled:
        """Look at everything, and into all that has changed since it agreed: everything after a restore.

        Where all agrees, doors that were shut open. Not before the lag is over since they were shut: what is
        younger is not looked at.
        """
        begun_at = self.db.now()
        there = await held_there(self.client)
        # What is noticed shuts the doors, and then nothing counts that was marked before.
        whole = whole or await EpochWatch(self.client, self.db).compare() is not None
        found = await self.look(Depth.WHOLE if whole else Depth.CHANGED)
        async with self.db.reading() as session:
            shut = await doors.shut(session)
        if shut is not None and not found.differences and shut.shut_at <= begun_at - self.lag:
            await doors.reopen(self.db, there, SYSTEM, "核对全部一致", found.as_json())
        return found

    async def look(self, depth: Depth = Depth.QUICK) -> Reconciled:
        """Look at everything, keep what was found, and give it; raises RPCError.

        What is seen once only was on its way: where anything differs, all is looked at again, and into those
        problems.
        """
        begun = time.monotonic()
        found = await self._once(await self._seen(depth), depth)
        if found.differences:
            await asyncio.sleep(self.again_seconds)
            doubtful = frozenset(one.problem_no for one in found.differences)
            again = await self._once(await self._seen(depth), depth, doubtful)
            seen = {_about(one) for one in found.differences}
            stayed = {one for one in again.differences if _about(one) in seen}
            found = replace(found, differences=tuple(sorted(stayed)))
        found = replace(found, seconds=time.monotonic() - begun)
        kind = reconciliations.QUICK if depth is Depth.QUICK else doors.WHOLE
        await reconciliations.keep(self.db, found.as_json(), kind)
        return found

    async def _seen(self, depth: Depth) -> tuple[Seen, list[Difference]]:
        """Read what everybody says of himself, and what of the store needs nobody else to be held against."""
        now = self.db.now()
        async with self.db.reading() as session:
            kept = await reconciling.kept(session, now - self.lag)
            found = await reconciling.receipts(session, self.lag, now)
            found += await told_moves.differences(self.db, session)
            found += await told_contacts.contacts(session)
            found += await told_contacts.rules(session)
            rows: dict[str, list[ArchiveRow]] = {}
            for row in await archive_index.everything(session):
                rows.setdefault(row.problem_no, []).append(row)
            papers = await named_files.counted(session)
        ended = {
            number: [row.run_id for row in some if row.close_type == _ENDED]
            for number, some in rows.items()
        }
        ended = {number: runs for number, runs in ended.items() if runs}
        quick = depth is Depth.QUICK
        lives = await lives_on_server.lives(self.client, self.lag, ended if quick else None)
        return Seen({one.problem_no: one for one in kept}, lives, rows, papers), found

    async def _once(
        self,
        looked: tuple[Seen, list[Difference]],
        depth: Depth,
        only: frozenset[str] | None = None,
    ) -> Reconciled:
        seen, found = looked
        found = found + await self._of_lives(seen, depth) + await self._stuck()
        rows = [row for some in seen.rows.values() for row in some]
        found += await asyncio.to_thread(archive_differences, self.archive, rows, self.lag)
        missing, unseen = await self._files_there()
        into = await self._into(seen, depth)
        read, unread = await DeepLook(self.client, self.db, self.archive, self.evidence).into(
            seen, into if only is None else [one for one in into if one in only], self.progress
        )
        return Reconciled(
            problems=len(seen.kept),
            lives=len(seen.lives),
            runs_archived=len(rows),
            differences=tuple(sorted({*found, *missing, *read})),
            seconds=0,
            looked_into=len(into),
            unchanged=len(seen.numbers()) - len(into) if depth is Depth.CHANGED else 0,
            unseen=(*unseen, *unread),
        )

    async def _of_lives(self, seen: Seen, depth: Depth) -> list[Difference]:
        """Hold problems and lives against each other; where a run was not asked for, it is before it is missed."""
        told = await asyncio.to_thread(lambda: list(disagreements(seen.kept.values(), seen.lives)))
        doubtful = {one.problem_no for one in told if one.problem_no in seen.kept}
        if depth is Depth.QUICK and doubtful:
            if len(doubtful) > _ASKED_SINGLY:
                asked = await lives_on_server.lives(self.client, self.lag)
            else:
                asked = await lives_on_server.lives_of(self.client, doubtful, self.lag)
            lives: dict[str, Sequence[Run]] = {
                **seen.lives,
                **{one: asked.get(one, []) for one in doubtful},
            }
            lives = {number: runs for number, runs in lives.items() if runs}
            told = list(disagreements(seen.kept.values(), lives))
        return await self._confirmed(told)

    async def _into(self, seen: Seen, depth: Depth) -> list[str]:
        """Choose the problems to look into."""
        if depth is Depth.WHOLE:
            return seen.numbers()
        async with self.db.reading() as session:
            if depth is Depth.QUICK:
                named = await reconciliations.named(session, doors.WHOLE, SEEN_BY_READING)
                return sorted(named)
            marks = await looked_into.marks(self.db, session)
        return [one for one in seen.numbers() if marks.get(one) != seen.state(one)]

    async def _files_there(self) -> tuple[list[Difference], list[Unseen]]:
        if self.evidence is None:
            return [], []
        evidence, found = self.evidence, list[Difference]()
        try:
            sizes = await asyncio.to_thread(lambda: dict(evidence.sizes()))
        except OSError as error:
            return [], [Unseen("", f"材料的文件无法读取（{error}）")]
        async with self.db.reading() as session:
            async for some in named_files.everywhere(session):
                found += files_there(sizes, some)
        return found, []

    async def _confirmed(self, found: Sequence[Difference]) -> list[Difference]:
        """Drop what a life that is at work will have caught up with by itself."""
        doubtful = {one.problem_no for one in found if one.code in _CONFIRMED}
        at_work = await lives_on_server.at_work(self.client, doubtful)
        return [
            one
            for one in found
            if one.code not in _CONFIRMED or at_work.get(one.problem_no, "") is None
        ]

    async def _stuck(self) -> list[Difference]:
        """Name the lives that retry in vain: those of which the worker or the server tells so."""
        async with self.db.reading() as session:
            noted = {one.problem_no for one in await life_troubles.present(session)}
        asked = noted | await lives_on_server.troubled(self.client)
        told = await lives_on_server.at_work(self.client, sorted(asked))
        return [
            Difference(Disagreement.LIFE_STUCK, number, why) for number, why in told.items() if why
        ]


def _about(one: Difference) -> tuple[Disagreement, str, str]:
    """Give what a difference is about: what names a problem goes on to be it, though its words change."""
    return one.code, one.problem_no, one.detail if not one.problem_no else ""
