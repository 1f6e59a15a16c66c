"""The mail of the morning to those who run the installation: what did not agree when all was held together."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from html import escape

import structlog
from sqlalchemy.exc import SQLAlchemyError

from activities.side_loops import pause
from domain.local_time import SHANGHAI, day_of
from domain.restore_epoch import Restored
from domain.words import morning
from gateways.mail import Mail, MailSender, at_once
from gateways.relay_answers import SendOutcome
from store.engine import Database
from store.tables import ReconciliationRow, ShutDoorsRow
from store.watch import doors, morning_mails, reconciliations

NOT_BEFORE = time(8)
PAUSE_SECONDS = 60.0
_OUT = frozenset({SendOutcome.ACCEPTED, SendOutcome.AMBIGUOUS})
"""What may have arrived is not sent again: it is news of one day."""
_log = structlog.get_logger(__name__)


class MorningMail:
    """The loop that sends it; any number of workers may run it."""

    def __init__(
        self,
        db: Database,
        sender: Callable[[], MailSender],
        recipients: Sequence[str],
        domain: str,
        every: timedelta,
    ) -> None:
        """Write to `recipients`; a look older than three times `every` is late; ids are made under `domain`."""
        self._db = db
        self._sender = sender
        self._recipients = recipients
        self._domain = domain
        self._every = every

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Go on until `stop` is set; a database that is busy is asked again."""
        while not stop.is_set():
            try:
                await self.run_once()
            except SQLAlchemyError as error:
                _log.warning("morning mail waits for the store", why=str(error))
            await pause(stop, PAUSE_SECONDS)

    async def run_once(self) -> int:
        """Send what is due now and nobody else sends; give how many went out."""
        now = self._db.now()
        if now.astimezone(SHANGHAI).time() < NOT_BEFORE:
            return 0
        return sum([await self._tell(one, day_of(now)) for one in self._recipients])

    async def _tell(self, recipient: str, day: date) -> bool:
        async with self._db.reading() as session:
            last, shut = await reconciliations.last(session), await doors.shut(session)
            sent = await morning_mails.last_sent(session, recipient)
        clean = None if last is None else not _number(last) and not self._late(last)
        clean = clean and shut is None
        if not morning.is_due(day, last_clean=clean, last_sent=sent):
            return False
        if not await morning_mails.claim(self._db, day, recipient):
            return False
        sender = self._sender()
        try:
            result = await sender.send(self._mail(recipient, day, last, shut), at_once)
        finally:
            await sender.close()
        error = "" if result.outcome in _OUT else f"{result.outcome} {result.code} {result.words}"
        if error:
            _log.warning("morning mail not sent", why=error)
        await morning_mails.finish(self._db, day, recipient, error)
        return not error

    def _mail(
        self, recipient: str, day: date, last: ReconciliationRow | None, shut: ShutDoorsRow | None
    ) -> Mail:
        number = None if last is None else _number(last)
        words = [] if last is None else _words(last)
        looked_at: datetime | None = None if last is None else last.looked_at
        late = last is not None and self._late(last)
        rows = morning.rows(looked_at, words, number or 0, late=late)
        if shut is not None:
            rows.insert(0, morning.shut_row(shut.shut_at, Restored(shut.why).label))
        name = hashlib.sha256(f"morning/{day}/{recipient}".encode()).hexdigest()[:40]
        return Mail(
            recipient=recipient,
            message_id=f"<{name}@{self._domain}>",
            subject=morning.subject(day, number, shut=shut is not None),
            text="\n".join(rows),
            html="".join(f"<p>{escape(row)}</p>" for row in rows),
            written_at=self._db.now(),
        )

    def _late(self, last: ReconciliationRow) -> bool:
        return self._db.now() - last.looked_at > 3 * self._every


def _number(last: ReconciliationRow) -> int:
    return sum(reconciliations.body_of(last)["counts"].values())


def _words(last: ReconciliationRow) -> list[str]:
    return [str(one["words"]) for one in reconciliations.body_of(last)["differences"]]
