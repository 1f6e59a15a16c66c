"""What came back by mail: read where it arrives, matched, and told to the problem the same hour.

The bureau's mail server delivers into a Maildir or keeps a mailbox for IMAP; several workers may empty it together.
Each message is read once and then put aside: as `matched`, `passing` (a delay, which asks nothing of anybody) or
`letters`, which is everything else: it waits on the desk for somebody to look at it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import aclosing

import structlog
from sqlalchemy.exc import DataError, OperationalError

from activities.letters import LetterBox
from activities.return_boxes import BoxFailed, ReturnBox
from activities.side_loops import pause
from domain.command_ids import of_bounce, of_passing_bounce
from domain.commands import ReportBounce
from domain.decisions.points_receipt import left_untold
from domain.notices.kinds import deduction_told_in
from domain.outcomes import LIFE_ENDED, hear
from domain.proof import DIRECT, MailProof
from domain.roles import SYSTEM
from gateways.delivery_reports import DeliveryReport, Fate, read_report
from gateways.evidence import EvidenceStore
from gateways.mime_parts import MOST_TEXT
from store.district.delivering import Desk
from store.engine import Database
from store.lives import problems
from store.mail import late_returns, mailboxes, path_tests, returned_mail, untold
from store.mail.matching import Traces
from store.mail.returned_mail import Return
from store.mail.untold import Returned

PAUSE_SECONDS = 30.0
AT_A_TIME = 100

_UNKEEPABLE = (
    DataError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RecursionError,
)
"""What is the mail's fault; a store or a disk that is away is waited for."""

_log = structlog.get_logger(__name__)


class ReturnedMail:
    """The loop between the places where mail comes back and the lives."""

    def __init__(
        self,
        db: Database,
        desk: Desk,
        boxes: Sequence[ReturnBox],
        evidence: EvidenceStore,
        mail: MailProof = DIRECT,
    ) -> None:
        """Read `boxes`; attachments of letters go to `evidence`; `mail` is what our relay's yes had stood for."""
        self._db = db
        self._desk = desk
        self._boxes = boxes
        self._letters = LetterBox(db, evidence)
        self._mail = mail

    async def run_once(self) -> int:
        """Read every new message and tell every life; give how many lives were told."""
        for box in self._boxes:
            await self._empty(box)
        async with self._db.reading() as session:
            left = await untold.untold(session)
        heard = [one for one in left if await self._tell(one)]
        waiting = {one.report_id for one in left if one not in heard}
        # A message that carried several notices is told when all their lives have heard.
        await untold.told(
            self._db, [one for one in heard if not one.report_id or one.report_id not in waiting]
        )
        return len(heard)

    async def _empty(self, box: ReturnBox) -> None:
        """Read what is there; a place that cannot be read keeps no other waiting."""
        try:
            async with aclosing(box.take()) as mails:
                number = 0
                async for one in mails:
                    await one.put_aside(await self._into(one.content))
                    number += 1
                    if number >= AT_A_TIME:
                        break
        except BoxFailed as error:
            _log.warning("returned mail cannot be read", box=box.name, why=str(error))
            await mailboxes.note_failure(self._db, box.name, str(error))
        else:
            await mailboxes.note_read(self._db, box.name)

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Go on until `stop` is set; a database that is busy is asked again."""
        while not stop.is_set():
            try:
                await self.run_once()
            except OperationalError as error:
                _log.warning("returned mail waits for the store", error=str(error.orig))
            await pause(stop, PAUSE_SECONDS)

    async def _into(self, content: bytes) -> str:
        """Read a mail and give where it belongs; one that trips us up is kept as unread, and the others follow."""
        try:
            return await self._read(content)
        except _UNKEEPABLE:
            _log.exception("a mail could not be kept as it is", size=len(content))
            await self._letters.keep_unread(content)
            return "letters"

    async def _read(self, content: bytes) -> str:
        report = await asyncio.to_thread(_report_in, content)
        into = "letters" if report is None else await self._take_in(report, content)
        if into == "letters" and await self._is_a_test(report, content):
            into = "matched"
        if into == "letters":
            await self._letters.keep(content, returned=report is not None)
        return into

    async def _is_a_test(self, report: DeliveryReport | None, content: bytes) -> bool:
        """Say whether this is the mail of a test of the return path, back from its way; then that is noted."""
        head = content[:MOST_TEXT].decode("latin-1")
        text = f"{report.text}\n{head}" if report is not None else head
        ids = report.message_ids if report is not None else ()
        return await path_tests.came_back(self._db, ids, text)

    async def _take_in(self, report: DeliveryReport, content: bytes) -> str:
        """Write down what a report says of our message; give the name of the place it belongs to."""
        if report.fate is Fate.PASSING:
            return "passing"
        if report.fate is Fate.DELIVERED:
            known = await returned_mail.delivered(self._db, report.message_ids)
        else:
            came = Return(
                words=report.words,
                report_id=hashlib.sha256(content).hexdigest(),
                pause=report.pause,
                mail=self._mail,
            )
            known = await returned_mail.came_back(self._db, _traces(report), came)
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
        command_id = (
            of_passing_bounce(one.delivery_id, one.report_id)
            if one.report_id
            else of_bounce(one.delivery_id)
        )
        attempt = self._desk.command(one.problem_no, command, command_id)
        reply = await hear(one.problem_no, attempt)
        if reply.unknown:
            return False
        if reply.code == LIFE_ENDED and not one.report_id:
            await self._keep_for_officers(one)
        if reply.code:
            _log.info("returned mail not told", key=one.notice_key, why=reply.code)
        return True

    async def _keep_for_officers(self, one: Returned) -> None:
        """Make the return of a deduction's notice their task: no life is there to take it."""
        deduction = deduction_told_in(one.notice_key)
        async with self._db.reading() as session:
            problem = await problems.get(session, one.problem_no)
        row = None if problem is None else problem.deduction(deduction)
        if row is not None and left_untold(row, one.recipient):
            await late_returns.note(self._db, one.delivery_id, one.problem_no, deduction)


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
