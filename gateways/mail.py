"""Hands mails to the relay, one recipient a message, and says plainly what became of each.

The commands of the dialogue are given one by one rather than through `send_message`: there a
greylisting 451 and a final 550 arrive as the same exception, and a partly refused list as success.
It also leaves room for a last look between the recipient's acceptance and DATA, the instant from
which a mail may have been delivered whatever we hear of it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Literal, Protocol

import aiosmtplib
from aiosmtplib import (
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)
from email_validator import EmailNotValidError, validate_email

from domain.local_time import SHANGHAI
from gateways.relay_answers import (
    SendOutcome,
    SendResult,
    connecting_failed,
    envelope_failed,
    on_one_line,
    refusal,
)

LastLook = Callable[[], Awaitable[bool]]
"""Asked once, just before DATA; False calls the mail back."""


async def at_once() -> bool:
    """Let a mail go that nothing can have made pointless since it was written."""
    return True


# The e-mail package decodes such words when it writes a header, line breaks in them included
# (CVE-2024-6923).
_ENCODED_WORD = re.compile(r"=\?.*\?=", re.DOTALL)
_UNSAFE = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message to one recipient; `message_id` is the same at every attempt."""

    recipient: str
    message_id: str
    subject: str
    text: str
    html: str
    written_at: datetime


class MailSender(Protocol):
    """What the courier needs of a relay; used by one courier at a time."""

    async def send(self, mail: Mail, last_look: LastLook) -> SendResult:
        """Hand one mail over and say what became of it; never raises for the relay's sake."""

    async def close(self) -> None:
        """End the dialogue with the relay."""


class MailRefused(ValueError):
    """A mail that must not be sent as it is: `mail_address_invalid` or `mail_header_unsafe`."""

    def __init__(self, code: str, message: str) -> None:
        """Carry the stable code and the Chinese sentence."""
        super().__init__(message)
        self.code = code


def check_address(text: str) -> str:
    """Give the address as it goes to the relay: one address, its domain in ASCII.

    Raises MailRefused with a sentence for the form in which it was entered.
    """
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise MailRefused(
            "mail_address_invalid",
            "邮箱地址无效：请填写一个完整的地址，如 name@example.cn；"
            "@ 之前只能用英文字母、数字和常用符号。",
        ) from error
    return found.ascii_email or found.normalized


def check_header(text: str) -> str:
    """Give `text` back if it may stand in a header; raises MailRefused if not."""
    if any(unicodedata.category(c) in _UNSAFE for c in text) or _ENCODED_WORD.search(text):
        raise MailRefused(
            "mail_header_unsafe", "邮件标题含有不允许的字符（换行、控制字符或编码字）。"
        )
    return text


def message_id(delivery: str, recipient: str, domain: str) -> str:
    """Build the Message-ID of a delivery: every attempt carries the same one."""
    digest = hashlib.sha256(f"{delivery}\n{recipient.casefold()}".encode()).hexdigest()
    return f"<{digest[:40]}@{domain}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """Where the relay is and in whose name mails go out; times in seconds.

    `answer_seconds` is how long the relay may think after the end of the data. RFC 5321 4.5.3.2.6 asks for ten
    minutes, during which every other mail would stand; a relay that answers later may have taken the mail, and
    the attempt counts as unknown.
    """

    host: str
    port: int
    from_address: str
    from_name: str
    security: Literal["none", "starttls", "tls"] = "starttls"
    username: str = ""
    password: str = ""
    connect_seconds: float = 30
    command_seconds: float = 60
    answer_seconds: float = 120


def compose(mail: Mail, settings: SmtpSettings) -> EmailMessage:
    """Write the message with its headers; raises MailRefused for an unsafe header or address."""
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = _address(settings.from_address, settings.from_name)
    message["To"] = _address(mail.recipient)
    message["Subject"] = check_header(mail.subject)
    message["Date"] = mail.written_at.astimezone(SHANGHAI)
    message["Message-ID"] = check_header(mail.message_id)
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "zh-CN"
    message.set_content(mail.text, charset="utf-8", cte="base64")
    message.add_alternative(mail.html, subtype="html", charset="utf-8", cte="base64")
    return message


def _address(address: str, name: str = "") -> Address:
    return Address(display_name=check_header(name), addr_spec=check_address(address))


class SmtpSender:
    """One dialogue with one relay; connects when first needed and again when it was cut."""

    def __init__(self, settings: SmtpSettings) -> None:
        """Prepare; nothing is connected yet."""
        self._settings = settings
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, mail: Mail, last_look: LastLook) -> SendResult:
        """Hand one mail over; see MailSender."""
        try:
            message = compose(mail, self._settings).as_bytes()
        except MailRefused as refused:
            return SendResult(SendOutcome.REFUSED_FOR_GOOD, words=str(refused))
        failure = await self._offer(mail)
        if failure is not None:
            return failure
        if not await last_look():
            await self.close()
            return SendResult(SendOutcome.CALLED_BACK)
        return await self._hand_over(message)

    async def greet(self) -> SendResult | None:
        """Reach the relay as for a mail, with its encryption and our login; give what stands in the way."""
        failure = await self._connect()
        await self.close()
        return failure

    async def close(self) -> None:
        """Take leave of the relay; one that has gone already is left in peace."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            with suppress(SMTPException, OSError):
                await client.quit(timeout=self._settings.command_seconds)
            client.close()

    async def _offer(self, mail: Mail) -> SendResult | None:
        """Bring the dialogue to where DATA may follow, or say why not.

        A relay may end a dialogue it finds long: that is no outage, hence a second try afresh.
        """
        fresh = False
        while True:
            fresh = self._client is None or not self._client.is_connected
            failure = await self._connect() if fresh else None
            failure = failure or await self._envelope(mail)
            if failure is None or fresh or not failure.ended:
                return failure

    async def _connect(self) -> SendResult | None:
        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.username or None,
            password=settings.password or None,
            timeout=settings.connect_seconds,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
        )
        try:
            await client.connect()
            await _greet(client)
        except (SMTPException, OSError) as error:
            client.close()
            return connecting_failed(error)
        self._client = client
        return None

    async def _envelope(self, mail: Mail) -> SendResult | None:
        client, limit = self._connected(), self._settings.command_seconds
        try:
            sender, asked = _report_asked(client, mail)
            from_address = check_address(self._settings.from_address)
            await client.mail(from_address, options=sender, timeout=limit)
            await client.rcpt(check_address(mail.recipient), options=asked, timeout=limit)
        except (SMTPException, OSError) as error:
            failure = envelope_failed(error)
            if isinstance(error, SMTPResponseException) and not failure.ended:
                await self._start_over()
            else:
                client.close()
            return failure
        return None

    async def _hand_over(self, message: bytes) -> SendResult:
        try:
            answer = await self._connected().data(message, timeout=self._settings.answer_seconds)
        except SMTPResponseException as error:
            await self._start_over()
            return refusal(error)
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError) as error:
            self._connected().close()
            return SendResult(SendOutcome.AMBIGUOUS, words=on_one_line(str(error)))
        return SendResult(SendOutcome.ACCEPTED, answer.code, on_one_line(answer.message))

    async def _start_over(self) -> None:
        client = self._connected()
        try:
            await client.rset(timeout=self._settings.command_seconds)
        except (SMTPException, OSError):
            client.close()

    def _connected(self) -> aiosmtplib.SMTP:
        if self._client is None:
            raise SMTPServerDisconnected("not connected")
        return self._client


async def _greet(client: aiosmtplib.SMTP) -> None:
    """Learn what the relay can do; one that knows no EHLO is greeted by the old way at the first mail."""
    if client.is_ehlo_or_helo_needed:
        with suppress(SMTPHeloError):
            await client.ehlo()


def _report_asked(client: aiosmtplib.SMTP, mail: Mail) -> tuple[list[str], list[str]]:
    """Give the options by which a relay that knows RFC 3461 reports a delivery too, under our Message-ID."""
    if not client.supports_extension("dsn"):
        return [], []
    name = mail.message_id.strip("<>").replace("+", "+2B").replace("=", "+3D")
    return ["RET=HDRS", f"ENVID={name}"], ["NOTIFY=SUCCESS,FAILURE,DELAY"]
