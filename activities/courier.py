"""The courier: hands ordered notices to the mail relay, each once, none that became pointless.

It runs as a loop beside the worker. It never holds up a problem: a relay that is down leaves
everything waiting, and what an outage has overtaken is struck instead of sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import urlsplit

import structlog
from jinja2 import TemplateError
from sqlalchemy.exc import SQLAlchemyError

from activities.mail_rounds import CourierRun, Patience
from activities.notice_mail import MailWriter
from activities.others_first import OthersFirst
from domain.local_time import day_of
from domain.notices import NoticeOrder
from domain.policy import Position
from gateways.link_signer import LinkSigner
from gateways.mail import Mail, MailSender, message_id
from gateways.relay_answers import SendOutcome, SendResult
from gateways.renderer import Renderer
from store.engine import Database
from store.mail import attempts, digests, parcels, recipients, vacancies
from store.mail.attempts import AttemptEnd
from store.mail.notice_log import DeliveryState
from store.mail.parcels import Parcel
from store.mail.sent_texts import SentText
from store.registers import contacts
from store.registers.contacts import Addressee

_log = structlog.get_logger(__name__)

_STOPS = frozenset({SendOutcome.SERVER_DOWN, SendOutcome.MISCONFIGURED})
_BATCH = 200

OFFICE = "大气污染防治执法问题闭环管理系统"
"""In whose name mails are signed where the installation gives no other."""

_PATIENCE = Patience()


async def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Courier:
    """Hands over what waits in `db` by `sender`, which nobody else uses.

    Any number of couriers may run at once. `may_send` says no while it is not known what a restore has
    forgotten: what the store takes for unsent may be out. `settle` is how long the first reminder of a morning
    waits for the others of its digest. Message-IDs are made under `sender_domain`, by default the
    host of `base_url`.
    """

    db: Database
    sender: MailSender
    renderer: Renderer
    signer: LinkSigner
    base_url: str
    _: KW_ONLY
    digests: bool = True
    settle: timedelta = timedelta(minutes=2)
    sender_domain: str = ""
    office: str = OFFICE
    patience: Patience = _PATIENCE
    may_send: Callable[[], Awaitable[bool]] = _always

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; a mail under way is finished first."""
        failures = 0
        while not stop.is_set():
            failures = 0 if await self._round(stop) else failures + 1
            await _wait(stop, self._pause_after(failures))

    async def run_once(self, stop: asyncio.Event | None = None) -> CourierRun:
        """Hand over everything that is due now; ends early when the relay is down or `stop` set."""
        run = CourierRun(held=not await self.may_send())
        if run.held:
            return run
        await self._expand(run)
        await self._fill_vacancies()
        if self.digests:
            await self._gather()
        async with self.db.reading() as session:
            line = OthersFirst(await parcels.due(session, self.db.now(), _BATCH))
        try:
            for parcel in line:
                result = await self._deliver(parcel, run)
                if result is not None and line.hear(parcel, result):
                    run.stopped_by = result
                run.held = not await self.may_send()
                stopped = stop is not None and stop.is_set()
                if run.held or stopped or run.stopped_by is not None:
                    break
        finally:
            await self.sender.close()
        return run

    async def _round(self, stop: asyncio.Event) -> bool:
        """Do one round; False when relay or database are in no state to go on."""
        try:
            run = await self.run_once(stop)
        except SQLAlchemyError as error:
            _log.warning("mail_queue_unreadable", why=str(error))
            return False
        if run.stopped_by is None:
            return True
        _log.warning(
            "mail_queue_stopped",
            outcome=run.stopped_by.outcome.value,
            code=run.stopped_by.code,
            words=run.stopped_by.words,
        )
        return False

    def _pause_after(self, failures: int) -> timedelta:
        if not failures:
            return self.patience.every
        pause = self.patience.first_pause * (1 << min(failures - 1, 10))
        return min(pause, self.patience.longest_outage_pause)

    async def _expand(self, run: CourierRun) -> None:
        """Name the recipients of every notice whose hour has come, or strike it."""
        async with self.db.reading() as session:
            orders = await recipients.unexpanded(session, self.db.now(), _BATCH)
        for order in orders:
            if await recipients.retire_obsolete(self.db, order):
                run.obsolete += 1
                continue
            found = await self._addressees(order, tuple(order.audience))
            first = self._first_attempt(order)
            await recipients.expand(self.db, order, found, self._message_id, first)

    async def _fill_vacancies(self) -> None:
        """Send what reached nobody to those who hold the position now."""
        async with self.db.reading() as session:
            unsent = await vacancies.fillable(session, self.db.now(), _BATCH)
        for one in unsent:
            found = await self._addressees(one.order, (one.position,))
            first = self._first_attempt(one.order)
            await vacancies.fill(self.db, one, found, self._message_id, first)

    async def _addressees(
        self, order: NoticeOrder, audience: tuple[Position, ...]
    ) -> tuple[Addressee, ...]:
        async with self.db.reading() as session:
            today = day_of(self.db.now())
            return await contacts.addressees(session, order.district, audience, today)

    def _first_attempt(self, order: NoticeOrder) -> datetime:
        """A reminder of the ladder waits a little for those that share its morning."""
        shares = self.digests and digests.may_share(order)
        return self.db.now() + (self.settle if shares else timedelta(0))

    def _message_id(self, delivery: str, recipient: str) -> str:
        domain = self.sender_domain or urlsplit(self.base_url).hostname or "localhost"
        return message_id(delivery, recipient, domain)

    async def _gather(self) -> None:
        """Make one digest where one recipient is due reminders of several of a district's problems.

        The first of them whose patience is over takes the others along.
        """
        now, today = self.db.now(), day_of(self.db.now())
        async with self.db.reading() as session:
            loose = await digests.ungathered(session, now)
        for (unit, recipient), group in groupby(
            loose, key=lambda pair: (pair[1].district, pair[0].recipient)
        ):
            pairs = list(group)
            several = len({order.problem_no for _, order in pairs}) > 1
            ripe = any(row.next_attempt_at and row.next_attempt_at <= now for row, _ in pairs)
            if several and ripe:
                name = self._message_id(f"digest/{unit}/{today.isoformat()}", recipient)
                rows = [row for row, _ in pairs]
                await digests.gather(self.db, today, unit, rows, name)

    async def _deliver(self, parcel: Parcel, run: CourierRun) -> SendResult | None:
        """Try one parcel and write down what became of it; None where the relay was not asked."""
        kept = await attempts.drop_obsolete(self.db, parcel)
        run.obsolete += len(parcel.items) - (len(kept.items) if kept else 0)
        if kept is None:
            return None
        async with self.db.reading() as session:
            written_for = await parcels.owners(session, kept)
        mail = await self._write(kept)
        if mail is None:
            return None
        claimed = False

        async def last_look() -> bool:
            nonlocal claimed
            retry_at = self.db.now() + self.patience.unknown_retry
            claimed = await self.may_send() and await attempts.claim(
                self.db, kept, retry_at, written_for, _said(mail)
            )
            return claimed

        result = await self.sender.send(mail, last_look)
        run.outcomes[result.outcome] += 1
        if result.outcome in _STOPS:
            run.stopped_by = result
            return result
        end = self._end(kept, result)
        if end is not None:
            await attempts.finish(self.db, kept, end, claimed=claimed)
        return result

    async def _write(self, parcel: Parcel) -> Mail | None:
        """Write one mail; one that cannot be written must not hold up all the others."""
        writer = MailWriter(self.db, self.renderer, self.signer, self.base_url, self.office)
        try:
            return await writer.write(parcel)
        except (TemplateError, LookupError, ValueError) as error:
            _log.error(
                "mail_not_written", notices=[one.key for one in parcel.orders], why=str(error)
            )
            end = AttemptEnd(state=DeliveryState.FAILED, words="邮件内容无法生成，请联系管理员")
            await attempts.finish(self.db, parcel, end, claimed=False)
            return None

    def _end(self, parcel: Parcel, result: SendResult) -> AttemptEnd | None:
        """Say what is to be written; None when the claim has said it already."""
        words = f"{result.code} {result.words}".strip() if result.code else result.words
        match result.outcome:
            case SendOutcome.ACCEPTED:
                return AttemptEnd(state=DeliveryState.ACCEPTED, accepted_at=self.db.now())
            case SendOutcome.REFUSED_FOR_GOOD:
                return AttemptEnd(state=DeliveryState.REFUSED, words=words)
            case SendOutcome.REFUSED_FOR_NOW | SendOutcome.CUT_OFF:
                return self._later(parcel, result, words)
            case _:
                return None

    def _later(self, parcel: Parcel, result: SendResult, words: str) -> AttemptEnd:
        """Try again after a pause, as long as `patience` lasts: about five days, in longer steps where limited."""
        patience = self.patience
        lasts = patience.most_attempts * patience.longest_pause
        if parcel.attempts + 1 >= lasts / max(patience.longest_pause, result.pause):
            return AttemptEnd(state=DeliveryState.FAILED, words=f"多次重试仍未被接收：{words}")
        return AttemptEnd(
            state=DeliveryState.AMBIGUOUS if parcel.ambiguous else DeliveryState.WAITING,
            next_attempt_at=self.db.now() + max(self._retry_pause(parcel.attempts), result.pause),
            words=words or "邮件服务器未应答",
        )

    def _retry_pause(self, attempts: int) -> timedelta:
        """Wait twice as long every time, and never less than a greylist wants."""
        pause = self.patience.first_pause * (1 << min(attempts, 10))
        return max(self.patience.greylist_pause, min(pause, self.patience.longest_pause))


def _said(mail: Mail) -> SentText:
    return SentText(subject=mail.subject, text=mail.text, written_at=mail.written_at)


async def _wait(stop: asyncio.Event, pause: timedelta) -> None:
    try:
        await asyncio.wait_for(stop.wait(), pause.total_seconds())
    except TimeoutError:
        return
