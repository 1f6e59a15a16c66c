"""What comes back by mail and is no person's letter, read down to what it says of our message.

Reports by RFC 3464 and 6533 say in fields what became of it. The servers of 163 and other Coremail, QQ, qmail
and older Exchange write for people: who sends and what the subject says tells that a mail came back, and our
message is known by its Message-ID, else by recipient, words of the subject and time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import Message
from enum import StrEnum

from domain.local_time import SHANGHAI
from gateways.letters import MOST_BYTES, ids_in, is_automatic, own_parts
from gateways.mime_parts import MOST_TEXT, decoded, header, parse, payload, text_of
from gateways.relay_limits import limit_in_return

_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_TEXTS = frozenset({"text/plain", "text/html"})
_DAEMON = re.compile(
    r"^(?:postmaster|mailer-daemon|mail-daemon|mailerdaemon|bounces?|mdaemon|microsoftexchange[0-9a-f]{32})\b",
    re.IGNORECASE,
)
_DAEMONS_NAME = re.compile(
    r"mail (?:delivery|transport) (?:sub)?system|system administrator|mail administrator|microsoft (?:outlook|exchange)"
    r"|邮件(?:系统|服务器|中心)|系统退信|退信",
    re.IGNORECASE,
)
_OURS = re.compile(r"退回补充")
"""What a mail of ours may be about, and so its subject: that says nothing of its way."""
_ANSWERS = re.compile(
    r"\W{0,4}(?:re|fwd?|回复|答复|转发|已读|未读|read|not read)\s{0,3}[:：]", re.IGNORECASE
)
_THE_ORIGINAL = re.compile(
    r"^(?:-{3,}|={3,}|>|(?:message-id|received|return-path)\s{0,3}:|原(?:始|邮件)|original message)",
    re.IGNORECASE | re.MULTILINE,
)
"""Where a report for people begins to quote what we wrote."""
_MOST_SAID = 2_000
_CAME_BACK = re.compile(
    r"退信|退回|未送达|未能送达|无法送达|未传递|无法投递|投递失败|传递失败|发送失败|undeliver|not delivered"
    r"|failure notice|delivery (?:status|failure|has failed|failed)|mail delivery failed|returned (?:mail|to sender)"
    r"|could ?n.t be delivered|could not be delivered",
    re.IGNORECASE,
)
_STILL_TRIED = re.compile(
    r"延迟|推迟|(?:将|会)(?![^。\n]{0,6}(?:不|停止|放弃))[^。\n]{0,6}(?:继续尝试|重试|重新投递)"
    r"|(?:系统|服务器)[^。，,\n]{0,8}稍后[^。，,\n]{0,4}(?:重试|尝试)"
    r"|delayed|still being retried|will (?:be retried|retry|keep trying)"
    r"|not yet been delivered|do not need to resend|warning:",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"退信原因|拒收|错误|英文说明|\b[45]\d\d[ -]|\b5\.\d{1,3}\.\d{1,3}\b|said:|error", re.IGNORECASE
)
_ADDRESS = re.compile(r"[A-Za-z0-9._%+=-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_TIME = re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?\s{0,3}(\d{1,2}):(\d{2})(?::(\d{2}))?")
_MOST_WORDS = 500
_BY_CLASS = {"5.": "failed", "2.": "delivered"}


class Fate(StrEnum):
    """What became of our message; `passing` asks nothing of anybody: delayed, relayed, expanded."""

    FAILED = "failed"
    DELIVERED = "delivered"
    PASSING = "passing"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What a server says of one of our messages.

    `message_ids` are those it may mean, the surest first. Where none is ours, it is found by `recipients`, the
    report's whole `text`, which quotes the subject, and `sent_at`, when we wrote. `pause` is set where it failed for
    now alone: a provider limits how much we send, and wants to be left in peace that long.
    """

    fate: Fate
    message_ids: tuple[str, ...]
    recipients: tuple[str, ...]
    text: str
    sent_at: datetime | None
    words: str
    pause: timedelta | None = None

    @property
    def message_id(self) -> str:
        """The surest of them; empty where the report names none."""
        return self.message_ids[0] if self.message_ids else ""


def read_report(content: bytes) -> DeliveryReport | None:
    """Read a mail as a report; None for a letter that somebody, or his holiday, wrote."""
    mail = parse(content[:MOST_BYTES])
    parts = own_parts(mail)
    text = "\n".join(text_of(part) for part in parts if part.get_content_type() in _TEXTS)[
        :MOST_TEXT
    ]
    status = next((one for one in parts if one.get_content_type() in _STATUS), None)
    if status is not None:
        return _for_now(_by_fields(mail, parts, _fields(payload(status)), text), text)
    if _is_an_answer(mail) or not _is_from_a_server(mail):
        return None
    said = _said(mail, text)
    still = _STILL_TRIED.search(said) is not None
    if _CAME_BACK.search(said):
        fate = Fate.PASSING if still else Fate.FAILED
        return _for_now(_told(mail, parts, text, fate, _why(text)), text)
    return _told(mail, parts, text, Fate.PASSING, "") if still else None


def _said(mail: Message, text: str) -> str:
    """Give what a server says itself, without what it quotes of us."""
    quoted = _THE_ORIGINAL.search(text)
    own = text[: quoted.start()] if quoted else text
    # A report that begins with the quotation says what it says below it.
    own = own if own.strip() else text
    return _OURS.sub("", f"{header(mail, 'Subject')}\n{own[:_MOST_SAID]}")


def _is_an_answer(mail: Message) -> bool:
    """Say whether somebody, or his holiday, answers: that also comes from nobody (RFC 3834 4)."""
    subject = header(mail, "Subject")
    return _ANSWERS.match(subject) is not None or (is_automatic(mail) and not _is_a_daemon(mail))


def _for_now(report: DeliveryReport, text: str) -> DeliveryReport:
    """Tell what a provider limits, and will take later, from what failed for good."""
    if report.fate is not Fate.FAILED:
        return report
    rows = [report.words, *(row for row in text.splitlines() if _WHY.search(row))]
    limit = limit_in_return(rows)
    return report if limit is None else replace(report, pause=limit.pause)


def _is_from_a_server(mail: Message) -> bool:
    return _is_a_daemon(mail) or header(mail, "Return-Path") == "<>"


def _is_a_daemon(mail: Message) -> bool:
    sender = header(mail, "From")
    address = _ADDRESS.search(sender)
    named = _DAEMON.match(sender.strip(' "<')) or _DAEMONS_NAME.search(sender)
    failed = bool(header(mail, "X-Failed-Recipients"))
    return bool(named) or failed or bool(address and _DAEMON.match(address[0]))


def _by_fields(
    mail: Message, parts: list[Message], blocks: list[dict[str, str]], text: str
) -> DeliveryReport:
    actions = {_action(one): one for one in reversed(blocks)}
    known = {"failed": Fate.FAILED, "delivered": Fate.DELIVERED}
    fate = next((known[one] for one in known if one in actions), Fate.PASSING)
    block = next((actions[one] for one in known if one in actions), {})
    code, why = block.get("status", ""), block.get("diagnostic-code", "")
    words = f"{code} {why.partition(';')[2].strip() or why}".strip()
    envelope = next(
        (one["original-envelope-id"] for one in blocks if "original-envelope-id" in one), ""
    )
    named = [
        one.get(name, "") for one in blocks for name in ("original-recipient", "final-recipient")
    ]
    told = _told(mail, parts, f"{text}\n{' '.join(named)}", fate, words or _why(text))
    ids = dict.fromkeys([*told.message_ids, *_of_envelope(envelope)])
    return DeliveryReport(
        fate=told.fate,
        message_ids=tuple(ids),
        recipients=told.recipients,
        text=told.text,
        sent_at=told.sent_at,
        words=told.words,
    )


def _action(block: dict[str, str]) -> str:
    """Say what a block reports; where a server leaves the field out, by the class of its status."""
    named = block.get("action", "").partition(" ")[0].strip(";,.").lower()
    return named or _BY_CLASS.get(block.get("status", "")[:2], "")


def _told(mail: Message, parts: list[Message], text: str, fate: Fate, words: str) -> DeliveryReport:
    originals = [one for one in map(_original, parts[1:]) if one]
    text = text.replace("\r\n", "\n")
    quoted = [name for one in [*originals, text] for name in ids_in(_line_of(one, "message-id"))]
    answered = ids_in(f"{header(mail, 'In-Reply-To')} {header(mail, 'References')}")
    whole = "\n".join([header(mail, "Subject"), text, *map(_subject_in, originals)])
    failed = header(mail, "X-Failed-Recipients")
    return DeliveryReport(
        fate=fate,
        message_ids=tuple(dict.fromkeys([*quoted, *answered, *ids_in(text)])),
        recipients=tuple(
            dict.fromkeys(one.lower() for one in _ADDRESS.findall(f"{failed}\n{whole}"))
        ),
        text=whole[:MOST_TEXT],
        sent_at=_time_in(text),
        words=words[:_MOST_WORDS],
    )


def _original(part: Message) -> str:
    """Give the head of our message where a part quotes it, under whatever name and encoding."""
    if part.is_multipart() and part.get_content_maintype() != "message":
        return ""
    if part.get_content_type() in _STATUS:
        return ""
    head = decoded(payload(part)[:MOST_TEXT], "utf-8").replace("\r\n", "\n").lstrip()
    return head if _line_of(head, "message-id") else ""


def _line_of(head: str, name: str) -> str:
    """Give a header's value from a text that holds a head, the continuation included."""
    found = re.search(
        rf"^{name}:[ \t]*(\S[^\n]{{0,998}}|\n[ \t]+[^\n]{{1,998}})",
        head,
        re.IGNORECASE | re.MULTILINE,
    )
    return found[1].strip() if found else ""


def _subject_in(head: str) -> str:
    return header(parse(head.encode()), "Subject")


def _fields(content: bytes) -> list[dict[str, str]]:
    """Give the fields of a delivery status block by block, the message's own first."""
    text = decoded(content, "utf-8").replace("\r\n", "\n")
    return [
        dict(_pairs(block)) for block in re.split(r"\n[ \t]*\n", text[:MOST_TEXT]) if block.strip()
    ]


def _pairs(block: str) -> Iterator[tuple[str, str]]:
    for row in re.sub(r"\n[ \t]+", " ", block).splitlines():
        name, colon, value = row.partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _of_envelope(envelope: str) -> tuple[str, ...]:
    """Give our Message-ID back from the envelope's id, which the sender makes of it."""
    bare = re.sub(r"\+([0-9A-F]{2})", lambda code: chr(int(code[1], 16)), envelope[:400]).strip(
        "<> "
    )
    return (f"<{bare}>",) if "@" in bare else ()


def _why(text: str) -> str:
    return next((row.strip() for row in text.splitlines() if _WHY.search(row)), "").strip()


def _time_in(text: str) -> datetime | None:
    found = _TIME.search(text)
    if found is None:
        return None
    try:
        return datetime(*(int(one or 0) for one in found.groups()), tzinfo=SHANGHAI).astimezone(UTC)  # type: ignore[misc, arg-type]  # six numbers
    except ValueError:
        return None
