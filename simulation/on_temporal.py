"""Lives carried by the real workflow, store, inbox and courier, on time-skipping servers."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import tempfile
import time
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path

from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.courier import Courier
from activities.inbox import Inbox
from activities.records import Records
from domain.agenda import Duty, agenda
from domain.commands import Command, DistrictCommand, ReissueNotice, ReportBounce, SubmitFeedback
from domain.local_time import day_of
from domain.outcomes import CommandRefused, NoSuchLife, OutcomeUnknown
from domain.policy import Position
from domain.problem import Problem
from domain.rules import Rules
from embedded.prepare import add_sample_contacts
from gateways.link_signer import LinkSigner
from gateways.mail import LastLook, Mail, SendOutcome, SendResult
from gateways.problem_desk import TemporalDesk
from gateways.renderer import Renderer
from simulation.report import Lived
from simulation.script import Casting, live
from simulation.skipping_server import skipping_server
from store import inbox, ledger, notice_log, papers, returned_mail
from store.engine import Database
from store.migrate import upgrade
from store.tables import ContactRow
from workflows.names import TASK_QUEUE
from workflows.problem_workflow import ProblemWorkflow
from workflows.sandbox import sandbox
from workflows.versions import BUILD

HOUSES = 2
"""Houses side by side, each a process with a time-skipping server that carries one life at a time."""

_LIVES_PER_SERVER = 40
_SETTLES_WITHIN = 60.0


@dataclass(slots=True)
class SimulatedClock:
    """The domain's now of the life being lived: set to each stop, then running in real time."""

    _instant: datetime = field(default_factory=lambda: datetime.now(UTC))
    _since: float = field(default_factory=time.monotonic)

    def set(self, instant: datetime) -> None:
        """Move to an instant."""
        self._instant, self._since = instant, time.monotonic()

    def __call__(self) -> datetime:
        """Tell the time."""
        return self._instant + timedelta(seconds=time.monotonic() - self._since)


class TakesEverything:
    """A mail relay that takes every mail; what comes back later, the script reports.

    Only the acceptance matters here, as proof of service: a reported bounce takes it back.
    """

    async def send(self, mail: Mail, last_look: LastLook) -> SendResult:
        """Take one mail, unless the last look calls it back."""
        wanted = await last_look()
        return SendResult(SendOutcome.ACCEPTED if wanted else SendOutcome.CALLED_BACK)

    async def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything one server's lives need; its clock is the life's that is being lived."""

    env: WorkflowEnvironment
    db: Database
    clock: SimulatedClock
    courier: Courier
    rules: Rules


class OnTemporal:
    """Carries one life in a house."""

    def __init__(self, house: House) -> None:
        """Live in `house`."""
        self._house = house
        self._desk = TemporalDesk(client=house.env.client, rules=house.rules)
        self._problem: Problem | None = None
        self._duty: Duty | None = None
        self._shift = timedelta(0)
        self._acts = 0

    @property
    def problem(self) -> Problem:
        """The problem as the workflow last showed it; ValueError before it began."""
        if self._problem is None:
            raise ValueError("the life has not begun")
        return self._problem

    @property
    def duty(self) -> Duty | None:
        """The duty that is due next."""
        return self._duty

    @property
    def now(self) -> datetime:
        """The life's present instant."""
        return self._house.clock()

    async def begin(self, casting: Casting) -> None:
        """Start the workflow with the shift that makes its now the list's own day."""
        house = self._house
        self._shift = casting.begins_at - await house.env.get_current_time()
        house.clock.set(casting.begins_at)
        self._desk = TemporalDesk(
            client=house.env.client, rules=house.rules, clock_shift=self._shift
        )
        problem_no = casting.register.problem_no
        await self._desk.start(problem_no, casting.register, casting.transfer)
        await self._see(problem_no)
        if self.problem.transferred_on is None:
            raise RuntimeError(f"{problem_no} was registered but its transfer was refused")
        await house.courier.run_once()

    async def move_to(self, instant: datetime) -> None:
        """Skip to the instant and wait until the workflow has met every duty due by then.

        The clock moves first: nothing is due in between, and what wakes at the instant must find
        the store's clock there.
        """
        house = self._house
        left = instant - self._shift - await house.env.get_current_time()
        house.clock.set(instant)
        if left > timedelta(0):
            await house.env.sleep(left)
        await self._see(self.problem.problem_no)

    async def act(self, command: Command) -> None:
        """Act as people do: a district's answer through the inbox, everything else at the desk."""
        problem_no = self.problem.problem_no
        if isinstance(command, SubmitFeedback):
            row = await inbox.submit(self._house.db, _submission(problem_no, command))
            attempt = self._desk.command(problem_no, inbox.to_command(row), row.receipt_id)
            await inbox.settle(self._house.db, row, attempt)
        else:
            self._acts += 1
            if isinstance(command, ReportBounce):
                await _comes_back(self._house.db, problem_no, command.notice_key)
            if isinstance(command, ReissueNotice):
                await _name_another_contact(self._house, self.problem.district)
            command_id = (
                command.receipt_id if isinstance(command, DistrictCommand) else f"act-{self._acts}"
            )
            await self._desk.command(problem_no, command, command_id)
        await self._see(problem_no)
        await self._house.courier.run_once()

    async def _see(self, problem_no: str) -> None:
        """Look at the problem once nothing that is due by now is left undone."""
        give_up = time.monotonic() + _SETTLES_WITHIN
        while time.monotonic() < give_up:
            try:
                self._problem = await self._desk.state(problem_no)
            except NoSuchLife:
                await asyncio.sleep(0.005)
                continue
            duty = self._duty = agenda(self._problem, self._house.rules)
            if self._problem.ended or duty is None or duty.at > self.now:
                return
            await asyncio.sleep(0.005)
        raise RuntimeError(f"{problem_no} left a duty undone for a minute")


async def _name_another_contact(house: House, district: str) -> None:
    """Somebody else than the one whose mail came back."""
    async with house.db.writing() as session:
        session.add(
            ContactRow(
                district=district,
                position=Position.HANDLER.value,
                name="示例替补承办人",
                email=f"another.{district.lower()}@example.com",
                valid_from=day_of(house.clock()),
            )
        )


async def _comes_back(db: Database, problem_no: str, notice_key: str) -> None:
    """The notice comes back from every recipient, as delivery reports would tell."""
    async with db.reading() as session:
        notices = await notice_log.for_problem(session, problem_no)
    for notice in notices:
        for delivery in notice.deliveries if notice.key == notice_key else ():
            await returned_mail.mark(db, delivery.message_id, "示例：退信")


def _submission(problem_no: str, command: SubmitFeedback) -> inbox.NewSubmission:
    return inbox.NewSubmission(
        receipt_id=command.receipt_id,
        link_jti="",
        paper=papers.AnswerPaper(
            problem_no=problem_no,
            district=command.district,
            round_no=command.round_no,
            answer=command.answer,
            filled_by="示例填报人",
            telephone="000-00000000",
        ),
    )


async def live_on_temporal(
    castings: Sequence[Casting],
    rules: Rules,
    until: date | None,
    lived_one: Callable[[], None],
) -> tuple[list[Lived], dict[str, Decimal]]:
    """Live every casting on servers of our own; give the lives and the ledgers' scores."""
    lives: list[Lived] = []
    scores: dict[str, Decimal] = {}
    houses = min(HOUSES, len(castings))

    async def follow(number: int, folder: Path) -> None:
        async for news in _news_of(castings[number::houses], rules, until, folder):
            if isinstance(news, Lived):
                lives.append(news)
                lived_one()
            else:
                for district, points in news.items():
                    scores[district] = scores.get(district, Decimal(0)) + points

    with tempfile.TemporaryDirectory(prefix="bihuan-simulate-") as folder:
        async with asyncio.TaskGroup() as following:
            for number in range(houses):
                following.create_task(follow(number, Path(folder) / str(number)))
    return lives, scores


News = Lived | dict[str, Decimal]
"""What a house reports: each life when it has been lived, at the end its ledger's scores."""


async def _news_of(
    castings: Sequence[Casting], rules: Rules, until: date | None, folder: Path
) -> AsyncIterator[News]:
    """Keep a house in a process of its own and give its news; RuntimeError when it fails."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_keep_house, args=(theirs, castings, rules, until, folder))
    process.start()
    theirs.close()
    try:
        while True:
            try:
                news = await asyncio.to_thread(ours.recv)
            except EOFError:
                break
            if isinstance(news, str):
                raise RuntimeError(news)
            yield news
    finally:
        process.terminate()
        await asyncio.to_thread(process.join)


def _keep_house(
    door: Connection,
    castings: Sequence[Casting],
    rules: Rules,
    until: date | None,
    folder: Path,
) -> None:
    """Live the castings and report; leaves without finalising, see `cli.leave`."""
    try:
        asyncio.run(_live_all(door, castings, rules, until, folder))
    except (RuntimeError, ExceptionGroup, OutcomeUnknown, CommandRefused) as error:
        door.send("".join(traceback.format_exception(error)))
    door.close()
    os._exit(0)


async def _live_all(
    door: Connection,
    castings: Sequence[Casting],
    rules: Rules,
    until: date | None,
    folder: Path,
) -> None:
    for start in range(0, len(castings), _LIVES_PER_SERVER):
        async with _house(folder, rules) as house:
            for casting in castings[start : start + _LIVES_PER_SERVER]:
                problem = await live(casting, OnTemporal(house), rules, until)
                await _bury(house, problem)
                door.send(Lived(casting=casting, problem=problem))
    door.send(await _scores(folder))


async def _bury(house: House, problem: Problem) -> None:
    """A life cut short by `--until` must not wake up during the next one on the same server."""
    if not problem.ended:
        handle = house.env.client.get_workflow_handle(f"problem-{problem.problem_no}")
        await handle.terminate("the simulation ends here")


async def _scores(folder: Path) -> dict[str, Decimal]:
    """Add up the ledger of one house."""
    db = Database(_url(folder))
    scores: dict[str, Decimal] = {}
    try:
        async with db.reading() as session:
            for row in await ledger.rows(session):
                points = -row.points if row.kind == ledger.REVERSAL else row.points
                scores[row.district] = scores.get(row.district, Decimal(0)) + points
    finally:
        await db.dispose()
    return scores


@asynccontextmanager
async def _house(folder: Path, rules: Rules) -> AsyncIterator[House]:
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    clock = SimulatedClock()
    await upgrade(_url(folder))
    db = Database(_url(folder), clock)
    signer = LinkSigner([("simulation", "0" * 32)], clock=clock)
    courier = Courier(
        db,
        TakesEverything(),
        Renderer(),
        signer,
        "http://127.0.0.1",
        digests=False,
    )
    await add_sample_contacts(db)
    records, drain = Records(db), Inbox(db)
    try:
        async with (
            skipping_server() as env,
            Worker(
                env.client,
                task_queue=TASK_QUEUE,
                workflows=[ProblemWorkflow],
                activities=[records.record, drain.drain_inbox],
                workflow_runner=sandbox(),
                build_id=BUILD,
            ),
        ):
            yield House(env=env, db=db, clock=clock, courier=courier, rules=rules)
    finally:
        await db.dispose()


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'bihuan.db'}"
