"""A life carried by the real workflow, store, inbox and courier."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta

from domain.agenda import Duty, agenda
from domain.command_ids import of_key, of_receipt
from domain.commands import Command, DistrictCommand, ReissueNotice, ReportBounce, SubmitFeedback
from domain.local_time import day_of
from domain.outcomes import NoSuchLife
from domain.policy import Position
from domain.problem import Problem
from gateways.problem_desk import TemporalDesk
from simulation.house import House
from simulation.script import Casting
from store.district import delivering, inbox, papers
from store.engine import Database
from store.mail import notice_log, returned_mail
from store.tables import ContactRow

_SETTLES_WITHIN = 60.0


class OnTemporal:
    """Carries one life in a house.

    `problem` is as the workflow last showed it, there is none before the life began; `duty` is
    what is due next.
    """

    problem: Problem
    duty: Duty | None = None

    def __init__(self, house: House) -> None:
        """Live in `house`."""
        self._house = house
        self._desk = TemporalDesk(client=house.env.client, rules=house.rules)
        self._shift = timedelta(0)
        self._acts = 0

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
            await delivering.deliver(self._house.db, self._desk, row)
        else:
            self._acts += 1
            if isinstance(command, ReportBounce):
                await _comes_back(self._house.db, problem_no, command.notice_key)
            if isinstance(command, ReissueNotice):
                await _name_another_contact(self._house, self.problem.district)
            command_id = self._id_of(command)
            await self._desk.command(problem_no, command, command_id)
        await self._see(problem_no)
        await self._house.courier.run_once()

    def _id_of(self, command: Command) -> str:
        if isinstance(command, DistrictCommand):
            return of_receipt(command.receipt_id)
        return of_key(command.by.id, f"act-{self._acts}")

    async def _see(self, problem_no: str) -> None:
        """Look at the problem once nothing that is due by now is left undone."""
        give_up = time.monotonic() + _SETTLES_WITHIN
        while time.monotonic() < give_up:
            try:
                self.problem = await self._desk.state(problem_no)
            except NoSuchLife:
                await asyncio.sleep(0.005)
                continue
            duty = self.duty = agenda(self.problem, self._house.rules)
            if self.problem.ended or duty is None or duty.at > self.now:
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
