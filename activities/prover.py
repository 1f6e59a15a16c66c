"""Tells each life the first proof that its notice arrived, as soon as the store knows of one.

It is the notice of a round or that of a deduction. What is not told here is let in before a date
passes; telling it early lets the days run from it, and the reminders go out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from activities.side_loops import pause
from domain.command_ids import of_points_receipt, of_proof
from domain.commands import Command
from domain.outcomes import hear
from domain.proof import DIRECT, MailProof
from store.district.delivering import Desk
from store.engine import Database
from store.lives import proofs
from store.points import points_receipts

PAUSE_SECONDS = 2.0
AT_ONCE = 10
AT_A_TIME = 200

Tiding = tuple[str, str, Command]
"""The number of a problem, the id of the command by which its life is told, and the command."""

_log = structlog.get_logger(__name__)


class Prover:
    """The loop between what is known of arrivals and the lives; several may run side by side."""

    def __init__(
        self,
        db: Database,
        desk: Desk,
        mail: MailProof = DIRECT,
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        """Tell the lives of `desk`; `mail` is what our relay's acceptance of a notice stands for."""
        self._db = db
        self._desk = desk
        self._mail = mail
        self._pause = pause_seconds
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._refused: set[str] = set()

    async def run_once(self) -> int:
        """Tell every life what it lacks and is known; give how many tidings were taken."""
        told = 0
        async for known in self._known():
            told += sum(await asyncio.gather(*(self._tell(*one) for one in known)))
        return told

    async def _known(self) -> AsyncIterator[list[Tiding]]:
        """Give what is known, some problems at a time: what a policy does not count keeps none waiting."""
        for read in (self._of_rounds, self._of_deductions):
            last = ""
            while True:
                async with self._db.reading() as session:
                    numbers, known = await read(session, last)
                yield known
                if len(numbers) < AT_A_TIME:
                    break
                last = numbers[-1]

    async def _of_rounds(self, session: AsyncSession, after: str) -> tuple[list[str], list[Tiding]]:
        rounds = await proofs.awaited(session, after, AT_A_TIME)
        found = [await self._next(session, *one) for one in rounds]
        return [number for number, _ in rounds], [one for one in found if one is not None]

    async def _next(self, session: AsyncSession, problem_no: str, round_no: int) -> Tiding | None:
        """Give the earliest proof that the life has not refused."""
        known = [
            proofs.told(one)
            for one in await proofs.known(session, problem_no, round_no, self._mail)
        ]
        tidings = ((problem_no, of_proof(problem_no, one), one) for one in known)
        return next((one for one in tidings if one[1] not in self._refused), None)

    async def _of_deductions(
        self, session: AsyncSession, after: str
    ) -> tuple[list[str], list[Tiding]]:
        numbers = await points_receipts.awaited(session, after, AT_A_TIME)
        known: list[Tiding] = [
            (number, of_points_receipt(number, receipt), receipt)
            for number in numbers
            for receipt in await points_receipts.of_waiting(session, number, self._mail)
        ]
        return numbers, known

    async def _tell(self, problem_no: str, command_id: str, command: Command) -> bool:
        """Tell a life once; a kind that its policy does not count is not told it again."""
        if command_id in self._refused:
            return False
        async with self._turns:
            attempt = self._desk.command(problem_no, command, command_id)
            reply = await hear(problem_no, attempt)
        if reply.code and not reply.unknown:
            self._refused.add(command_id)
            _log.info("proof not taken", problem_no=problem_no, why=reply.code)
        return not reply.code

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Go on until `stop` is set; a database that is busy is asked again."""
        while not stop.is_set():
            try:
                await self.run_once()
            except OperationalError as error:
                _log.warning("proofs wait for the store", error=str(error.orig))
            await pause(stop, self._pause)
