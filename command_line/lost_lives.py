"""What a lost life can take up: found in the archive, on the server and in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from temporalio.client import Client, WorkflowHistory

from audit.derive import Differs
from audit.recording import Recording, Unreadable, read_recording
from audit.restored import OtherLog, last_in_common, life_up_to, taken_up
from audit.sources import Altered, NoHistory, joined, life_on_server, lives_in
from domain.commands import RegisterProblem
from domain.events import Lost, ProblemRegistered, Recorded
from domain.life import CarriedOver, Life
from domain.restoring import Restoration
from domain.roles import Actor
from domain.rules import Rules
from gateways.lost_lives import NewestRun, Rival, newest_run, rival_of
from gateways.open_exports import newest_export
from gateways.payload_codec import SealedPayloads, opener_of
from gateways.temporal_client import DATA_CONVERTER
from office.ports import Services
from office.rules.rules_of_a_life import rules_of
from store.lives import event_log, problems
from store.lives.repairs import LostLife
from workflows.messages import LifeStart


class CannotRestore(Exception):
    """A life is not begun again; `code` is stable, the message says why."""

    def __init__(self, code: str, message: str) -> None:
        """Carry both."""
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A lost life, how it will begin, and by which rules it is judged.

    `unread` says why a history that is there could not be taken up; `goes_wrong` is the run to end first.
    """

    life: LostLife
    start: LifeStart
    log: tuple[Recorded, ...]
    rules: Rules
    unread: str = ""
    goes_wrong: str = ""

    @property
    def carried(self) -> CarriedOver:
        """What it goes on with."""
        if self.start.carried is None:
            raise ValueError("a found life carries something over")
        return self.start.carried

    def begun_by(self, repair_id: str, reason: str, persons: tuple[Actor, Actor]) -> LifeStart:
        """Give the start of the new run, as one person proposed and another approved."""
        restoration = Restoration(
            restoration_id=repair_id,
            lost=self.life.lost,
            proposed_by=persons[0],
            approved_by=persons[1],
            reason=reason,
            after_run_id=self.life.after_run_id,
            after_seq=self.life.after_seq,
            from_log=self.log[self.life.after_seq :],
        )
        return replace(self.start, restoration=restoration)


@dataclass(frozen=True, slots=True)
class Looker:
    """Looks for what lives left behind: in two folders, on the server, in the store."""

    services: Services
    client: Client
    archive: Path
    open_lives: Path
    clock_shift_seconds: float = 0

    async def find(self, problem_no: str) -> Found:
        """Find what a lost life can take up; raises CannotRestore, RPCError."""
        newest = await newest_run(self.client, problem_no)
        if newest.lost is None and not newest.running:
            raise CannotRestore(
                "life_over",
                f"{problem_no} 的办理流程已正常结束，不需要接续办理；"
                "如与数据库不一致，请先运行 bihuan reconcile 核对。",
            )
        # The log before the history: what is recorded meanwhile is known to the life before.
        log = await self._log(problem_no, newest)
        rival = await rival_of(self.client, problem_no)
        runs = await self._runs(problem_no, newest, rival)
        life, recording, unread = await asyncio.to_thread(_as_told, runs, log)
        after_seq = life.problem.seq if life else 0
        lost = rival.lost if rival else newest.lost
        if lost is None and (unread or after_seq >= log[-1].seq):
            raise CannotRestore(
                "life_running", f"{problem_no} 的办理流程仍在运行，不需要接续办理。"
            )
        known = recording.run_id if recording else ""
        found = LostLife(
            problem_no=problem_no,
            lost=lost or Lost.BEHIND,
            after_run_id=known if after_seq else newest.run_id or known,
            after_seq=after_seq,
            log_seq=log[-1].seq,
        )
        rules = await self._rules(problem_no, life if after_seq == log[-1].seq else None)
        start = recording.start if recording else await self._start(problem_no, log, rules)
        return Found(
            life=found,
            start=_going_on(start, rules, taken_up(life, log[after_seq:])),
            log=log,
            rules=rules,
            unread=unread,
            goes_wrong=newest.run_id if newest.running else "",
        )

    async def _log(self, problem_no: str, newest: NewestRun) -> tuple[Recorded, ...]:
        async with self.services.db.reading() as session:
            log = await event_log.timeline(session, problem_no)
            problem = await problems.get(session, problem_no)
        if not log or problem is None:
            raise CannotRestore("problem_not_found", f"数据库中没有编号为 {problem_no} 的问题。")
        if problem.ended and newest.lost is Lost.MISSING:
            raise CannotRestore("life_over", f"{problem_no} 已经办结，不需要接续办理。")
        if log[-1].seq != problem.seq or len(log) != log[-1].seq:
            raise CannotRestore(
                "events_missing", f"{problem_no} 的事件记录不完整，请先运行 bihuan reconcile 核对。"
            )
        return log

    async def _runs(
        self, problem_no: str, newest: NewestRun, rival: Rival | None
    ) -> list[WorkflowHistory]:
        """Fetch the runs of a life from wherever they are, oldest first.

        Where the server holds one that runs, or a rival, it must go on from a run that the server knows.
        """
        if newest.running or rival:
            return await self._on_server(problem_no, rival)
        opener = opener_of(self.client.data_converter.payload_codec)
        kept: list[WorkflowHistory] = []
        export = await asyncio.to_thread(newest_export, self.open_lives / problem_no)
        places = [export.file] if export else []
        for place in (*places, self.archive / problem_no):
            try:
                for runs in await asyncio.to_thread(_below, place, opener):
                    kept += runs
            except (NoHistory, Altered):
                continue
        return joined(await self._on_server(problem_no, None), kept)

    async def _on_server(self, problem_no: str, rival: Rival | None) -> list[WorkflowHistory]:
        try:
            return await life_on_server(self.client, problem_no, rival.before if rival else None)
        except NoHistory:
            return []

    async def _rules(self, problem_no: str, life: Life | None) -> Rules:
        """Give what judges the life: as its history says, else as the rule books of the store do."""
        rules = life.rules if life else await rules_of(self.services, problem_no)
        if rules is None:
            raise CannotRestore(
                "rules_unknown", f"{problem_no} 适用的口径或放假安排无法读取，暂不能接续办理。"
            )
        return rules

    async def _start(self, problem_no: str, log: Sequence[Recorded], rules: Rules) -> LifeStart:
        """Write down anew how a life began of which no history is left."""
        begun = log[0]
        if not isinstance(begun.event, ProblemRegistered):
            raise CannotRestore("events_missing", f"{problem_no} 的事件记录不以登记开始。")
        async with self.services.db.reading() as session:
            row = await problems.row(session, problem_no)
        return LifeStart(
            register=RegisterProblem(problem_no=problem_no, facts=begun.event.facts, by=begun.by),
            transfer=None,
            policy=rules.policy,
            calendar=rules.calendar,
            rules_version=rules.version,
            row_key=(row.row_key or "") if row else "",
            clock_shift_seconds=self.clock_shift_seconds,
        )


def _going_on(start: LifeStart, rules: Rules, carried: CarriedOver) -> LifeStart:
    return replace(
        start,
        policy=rules.policy,
        calendar=rules.calendar,
        rules_version=rules.version,
        carried=carried,
        revival=None,
    )


def _below(place: Path, opener: SealedPayloads) -> list[list[WorkflowHistory]]:
    return lives_in(place, opener) if place.exists() else []


def _as_told(
    runs: Sequence[WorkflowHistory], log: Sequence[Recorded]
) -> tuple[Life | None, Recording | None, str]:
    """Derive a life from its newest run as far as it was written down.

    A history that cannot be read or derived is left, and it is said why; one that tells otherwise
    than the event log leaves the life where it is: raises CannotRestore.
    """
    if not runs:
        return None, None, ""
    try:
        recording = read_recording(runs[-1], DATA_CONVERTER)
    except Unreadable as error:
        return None, None, str(error)
    try:
        last = last_in_common(recording, runs[-1].events, log)
        life = life_up_to(recording, runs[-1].events, last)
    except OtherLog as error:
        raise CannotRestore(
            "store_differs", f"{error}；请先以 bihuan reconcile 核对、恢复数据库，再接续办理。"
        ) from error
    except Differs as error:
        return None, recording, str(error)
    return (life if life.begun else None), recording, ""
