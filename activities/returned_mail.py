"""What came back by mail: read from a folder, matched, and told to the problem the same hour.

The bureau's mail server delivers into a Maildir, which several workers may empty together. Each message is read
once and then moved aside: `.matched`, `.passing` (a delay, which asks nothing of anybody), `.letters`, which is
everything else: it waits on the desk for somebody to look at it.
"""

from __future__ import annotations

import asyncio
import contextlib
from itertools import islice
from pathlib import Path

import structlog
from sqlalchemy.exc import OperationalError

from activities.letters import LetterBox
from domain.command_ids import of_bounce
from domain.commands import ReportBounce
from domain.outcomes import hear
from domain.roles import SYSTEM
from gateways.delivery_reports import DeliveryReport, Fate, read_report
from gateways.evidence import EvidenceStore
from gateways.letters import MOST_BYTES
from gateways.maildir import Claimed, Maildir
from store.district.delivering import Desk
from store.engine import Database
from store.mail import returned_mail
from store.mail.returned_mail import Returned, Traces

PAUSE_SECONDS = 30.0
AT_A_TIME = 100

_log = structlog.get_logger(__name__)


class ReturnedMail:
    """The loop between the folder of returned mail and the lives."""

    def __init__(self, db: Database, desk: Desk, folder: Path, evidence: EvidenceStore) -> None:
        """Read the Maildir `folder`, made when missing; attachments of letters go to `evidence`."""
        self._db = db
        self._desk = desk
        self._box = Maildir(folder)
        self._letters = LetterBox(db, evidence)

    async def run_once(self) -> int:
        """Read every new message and tell every life; give how many lives were told."""
        for claimed in await asyncio.to_thread(lambda: [*islice(self._box.claim(), AT_A_TIME)]):
            try:
                await self._read(claimed)
            except OSError as error:
                # It stays claimed: whoever comes when the claim is forgotten reads it again.
                _log.warning("returned mail not read", name=claimed.name, why=str(error))
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

    async def _read(self, claimed: Claimed) -> None:
        content = await asyncio.to_thread(self._box.read, claimed, MOST_BYTES + 1)
        report = await asyncio.to_thread(_report_in, content)
        into = "letters" if report is None else await self._take_in(report)
        if into == "letters":
            await self._letters.keep(content, returned=report is not None)
        await asyncio.to_thread(self._box.put_aside, claimed, into)

    async def _take_in(self, report: DeliveryReport) -> str:
        """Write down what a report says of our message; give the folder that tells what became of it."""
        if report.fate is Fate.PASSING:
            return "passing"
        if report.fate is Fate.DELIVERED:
            known = await returned_mail.delivered(self._db, report.message_ids)
        else:
            known = await returned_mail.came_back(self._db, _traces(report), report.words)
        return "matched" if known else "letters"

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


def _report_in(content: bytes) -> DeliveryReport | None:
    try:
        return read_report(content)
    except Exception:  # noqa: BLE001 - the library trips over what strangers send; it is looked at by hand
        _log.exception("mail not understood", size=len(content))
        return None


def _traces(report: DeliveryReport) -> Traces:
    return Traces(
        message_ids=report.message_ids,
        recipients=report.recipients,
        text=report.text,
        sent_at=report.sent_at,
    )
