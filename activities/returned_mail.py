"""What came back by mail: read from a folder, matched, and told to the problem the same hour.

The bureau's mail server delivers into a Maildir; each message there is read once and then moved
aside, the matched ones to `.matched`, the others to `.unmatched` for a person to look at.
"""

from __future__ import annotations

import asyncio
import contextlib
import mailbox
from pathlib import Path

import structlog
from sqlalchemy.exc import OperationalError

from domain.command_ids import of_bounce
from domain.commands import ReportBounce
from domain.outcomes import hear
from domain.roles import SYSTEM
from gateways.delivery_reports import read_report
from store import returned_mail
from store.engine import Database
from store.inbox import Desk
from store.returned_mail import Returned

PAUSE_SECONDS = 30.0

_log = structlog.get_logger(__name__)


class ReturnedMail:
    """The loop between the folder of returned mail and the lives."""

    def __init__(self, db: Database, desk: Desk, folder: Path) -> None:
        """Read the Maildir `folder`, made when missing."""
        self._db = db
        self._desk = desk
        self._folder = folder

    async def run_once(self) -> int:
        """Read every new message and tell every life; give how many lives were told."""
        for name, content in await asyncio.to_thread(self._new_messages):
            report = read_report(content)
            known = report is not None and await returned_mail.mark(
                self._db, report.message_id, report.words
            )
            await asyncio.to_thread(self._put_aside, name, matched=known)
        async with self._db.reading() as session:
            left = await returned_mail.untold(session)
        return sum([await self._tell(one) for one in left])

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Go on until `stop` is set; a database that is busy is asked again."""
        while not stop.is_set():
            try:
                await self.run_once()
            except OperationalError as error:
                _log.warning("returned mail waits for the store", error=str(error.orig))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)

    async def _tell(self, one: Returned) -> bool:
        """Tell a life once; one that has ended or refuses needs no telling again."""
        command = ReportBounce(
            round_no=one.round_no,
            notice_key=one.notice_key,
            reported_at=self._db.now(),
            recipient=one.recipient,
            by=SYSTEM,
        )
        attempt = self._desk.command(one.problem_no, command, of_bounce(one.delivery_id))
        reply = await hear(one.problem_no, attempt)
        if reply.unknown:
            return False
        if reply.code:
            _log.info("returned mail not told", key=one.notice_key, why=reply.code)
        await returned_mail.told(self._db, one.delivery_id, self._db.now())
        return True

    def _maildir(self) -> mailbox.Maildir:
        return mailbox.Maildir(self._folder, create=True)

    def _new_messages(self) -> list[tuple[str, bytes]]:
        box = self._maildir()
        return [(name, box.get_bytes(name)) for name in box.keys()]  # noqa: SIM118 - no mapping

    def _put_aside(self, name: str, *, matched: bool) -> None:
        box = self._maildir()
        aside = box.add_folder("matched" if matched else "unmatched")
        aside.add(box.get_message(name))
        box.discard(name)
