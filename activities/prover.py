"""Tells each life the first proof that its notice arrived, as soon as the store knows of one.

What is not told here is let in before a date passes; telling it early lets the days run from it, and
the reminders go out.
"""

from __future__ import annotations

import asyncio
import contextlib

import structlog
from sqlalchemy.exc import OperationalError

from domain.command_ids import of_proof
from domain.outcomes import hear
from domain.proof import ProofKind
from store import proofs
from store.engine import Database
from store.inbox import Desk
from store.proofs import KnownProof

PAUSE_SECONDS = 2.0
AT_ONCE = 10
AT_A_TIME = 200

_ANY = frozenset(ProofKind)

_log = structlog.get_logger(__name__)


class Prover:
    """The loop between what is known of arrivals and the lives; several may run side by side."""

    def __init__(
        self,
        db: Database,
        desk: Desk,
        mail: ProofKind = ProofKind.RECIPIENT_SERVER,
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
        """Tell every life that lacks proof and has one; give how many were told."""
        async with self._db.reading() as session:
            known = [
                await proofs.first(session, problem_no, round_no, _ANY, self._mail)
                for problem_no, round_no in await proofs.awaited(session, AT_A_TIME)
            ]
        return sum(await asyncio.gather(*(self._tell(one) for one in known if one is not None)))

    async def _tell(self, proof: KnownProof) -> bool:
        """Tell a life once; a kind that its policy does not count is not told it again."""
        command = proofs.told(proof)
        command_id = of_proof(proof.problem_no, command)
        if command_id in self._refused:
            return False
        async with self._turns:
            attempt = self._desk.command(proof.problem_no, command, command_id)
            reply = await hear(proof.problem_no, attempt)
        if reply.code:
            self._refused.add(command_id)
            _log.info("proof not taken", problem_no=proof.problem_no, why=reply.code)
        return not reply.unknown and not reply.code

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Go on until `stop` is set; a database that is busy is asked again."""
        while not stop.is_set():
            try:
                await self.run_once()
            except OperationalError as error:
                _log.warning("proofs wait for the store", error=str(error.orig))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._pause)
