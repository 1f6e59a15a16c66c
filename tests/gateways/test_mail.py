import asyncio
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.mail import (
    Mail,
    MailRefused,
    SmtpSender,
    check_address,
    check_header,
    compose,
    message_id,
)
from gateways.relay_answers import SendOutcome
from tests.worlds.relay import Relay

CERTIFICATES = Path(__file__).parent / "certificates"
MAIL = Mail(
    recipient="jingban@jiulongpo.example",
    message_id="<0123456789abcdef@city.example>",
    subject="【闭环】请反馈CQ2024-0001号问题",
    text="请于2024年7月9日24:00前反馈。\n",
    html="<p>请于2024年7月9日24:00前反馈。</p>",
    written_at=datetime(2024, 7, 1, 1, 0, tzinfo=UTC),
)


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as listening:
        yield listening


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


async def outcome_of(relay: Relay, mail: Mail = MAIL, **settings: object) -> SendOutcome:
    sender = SmtpSender(relay.settings(**settings))
    try:
        return (await sender.send(mail, yes)).outcome
    finally:
        await sender.close()


async def test_a_mail_arrives_in_chinese_as_text_and_as_html(relay: Relay) -> None:
    assert await outcome_of(relay) is SendOutcome.ACCEPTED
    (taken,) = relay.mails
    assert relay.envelopes == [("bihuan@city.example", (MAIL.recipient,))]
    assert taken["Subject"] == MAIL.subject
    assert taken["From"] == "闭环系统 <bihuan@city.example>"
    assert taken["Message-ID"] == MAIL.message_id
    assert taken["Auto-Submitted"] == "auto-generated"
    assert taken["Date"].datetime == MAIL.written_at
    assert [part.get_content_type() for part in taken.iter_parts()] == ["text/plain", "text/html"]
    plain = taken.get_body(("plain",))
    html = taken.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().strip() == MAIL.text.strip()
    assert html.get_content().strip() == MAIL.html


@pytest.mark.parametrize(
    ("mode", "outcome", "code"),
    [
        ("grey", SendOutcome.REFUSED_FOR_NOW, 451),
        ("nouser", SendOutcome.REFUSED_FOR_GOOD, 550),
        ("busy", SendOutcome.REFUSED_FOR_NOW, 452),
        ("spam", SendOutcome.REFUSED_FOR_GOOD, 554),
        ("drop", SendOutcome.AMBIGUOUS, 0),
        ("closing", SendOutcome.CUT_OFF, 421),
        ("mute", SendOutcome.CUT_OFF, 421),
        ("silent", SendOutcome.CUT_OFF, 0),
        ("limited", SendOutcome.REFUSED_FOR_NOW, 550),
        ("quota", SendOutcome.REFUSED_FOR_NOW, 554),
        ("nosender", SendOutcome.MISCONFIGURED, 550),
    ],
)
async def test_what_the_relay_does_gets_its_class(
    relay: Relay, mode: str, outcome: SendOutcome, code: int
) -> None:
    relay.mode = mode
    sender = SmtpSender(relay.settings())
    result = await sender.send(MAIL, yes)
    await sender.close()
    assert (result.outcome, result.code) == (outcome, code)


async def test_silence_after_the_data_is_ambiguous_and_the_mail_may_have_been_taken(
    relay: Relay,
) -> None:
    relay.mode = "hang"
    assert await outcome_of(relay) is SendOutcome.AMBIGUOUS
    assert len(relay.mails) == 1


async def test_nobody_listening_is_a_server_that_is_down() -> None:
    assert await outcome_of(Relay()) is SendOutcome.SERVER_DOWN


async def test_a_wrong_password_is_our_configuration() -> None:
    with Relay(password="right") as relay:
        wrong = await outcome_of(relay, username="bihuan", password="wrong")
        right = await outcome_of(relay, username="bihuan", password="right")
    assert (wrong, right) == (SendOutcome.MISCONFIGURED, SendOutcome.ACCEPTED)


async def test_a_relay_that_does_not_offer_encryption_is_our_configuration(relay: Relay) -> None:
    assert await outcome_of(relay, security="starttls") is SendOutcome.MISCONFIGURED
    assert relay.mails == []


async def test_a_relay_whose_certificate_nobody_trusts_is_our_configuration() -> None:
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(CERTIFICATES / "server.pem", CERTIFICATES / "server.key.pem")
    with Relay(tls=own) as relay:
        assert await outcome_of(relay, security="tls") is SendOutcome.MISCONFIGURED
    assert relay.mails == []


async def test_the_last_look_can_call_a_mail_back(relay: Relay) -> None:
    sender = SmtpSender(relay.settings())
    assert (await sender.send(MAIL, no)).outcome is SendOutcome.CALLED_BACK
    assert (await sender.send(MAIL, yes)).outcome is SendOutcome.ACCEPTED
    await sender.close()
    assert len(relay.mails) == 1


async def test_a_refused_recipient_is_never_asked_the_last_look(relay: Relay) -> None:
    relay.mode = "nouser"

    async def unexpected() -> bool:
        pytest.fail("looked for a mail that cannot be handed over")

    sender = SmtpSender(relay.settings())
    await sender.send(MAIL, unexpected)
    await sender.close()


async def test_one_dialogue_carries_many_mails_and_a_refusal_does_not_spoil_the_next(
    relay: Relay,
) -> None:
    relay.modes["weizhi@jiulongpo.example"] = "nouser"
    sender = SmtpSender(relay.settings())
    await sender.send(MAIL, yes)
    await sender.send(replace(MAIL, recipient="weizhi@jiulongpo.example"), yes)
    assert (await sender.send(MAIL, yes)).outcome is SendOutcome.ACCEPTED
    await sender.close()
    assert (relay.connections, len(relay.mails)) == (1, 2)


async def test_a_dialogue_that_was_cut_is_begun_afresh(relay: Relay) -> None:
    relay.mode = "short"
    sender = SmtpSender(relay.settings())
    await sender.send(MAIL, yes)
    assert (await sender.send(MAIL, yes)).outcome is SendOutcome.ACCEPTED
    await sender.close()
    assert (relay.connections, len(relay.mails)) == (2, 2)


async def test_a_relay_that_reports_deliveries_is_asked_to_under_our_message_id() -> None:
    said: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 relay\r\n")
        while line := (await reader.readline()).decode().strip():
            said.append(line)
            if line == "QUIT":
                break
            greeted = line.startswith("EHLO")
            writer.write(
                b"250-relay\r\n250 DSN\r\n"
                if greeted
                else b"452 no\r\n"
                if "RCPT" in line
                else b"250 ok\r\n"
            )
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        sender = SmtpSender(Relay(port=server.sockets[0].getsockname()[1]).settings())
        await sender.send(MAIL, yes)
        await sender.close()
        await asyncio.sleep(0.1)
    assert "MAIL FROM:<bihuan@city.example> RET=HDRS ENVID=0123456789abcdef@city.example" in said
    assert f"RCPT TO:<{MAIL.recipient}> NOTIFY=SUCCESS,FAILURE,DELAY" in said


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?q?a=0ABcc:_x@y.example?=",
        "甲\r\nBcc: x@y.example",
        "甲\nBcc: x@y.example",
        "甲\u2028乙",
        "甲\x00乙",
        "甲 =?utf-8?b?Qg==?= 乙",
        "甲\x85乙",
    ],
)
async def test_a_subject_that_could_write_headers_is_never_sent(relay: Relay, subject: str) -> None:
    assert await outcome_of(relay, replace(MAIL, subject=subject)) is SendOutcome.REFUSED_FOR_GOOD
    assert relay.mails == []
    with pytest.raises(MailRefused):
        check_header(subject)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@b.cn\r\nRCPT TO:<e@e.cn>",
        "a@b.cn, e@e.cn",
        '"a\\r\\nb"@c.cn',
        "甲@例子.中国",
        "Name <a@b.cn>",
        "a@b.cn\x00",
        "=?utf-8?q?a=0A?=@b..cn",
    ],
)
async def test_an_address_that_is_not_exactly_one_is_never_sent_to(
    relay: Relay, address: str
) -> None:
    mail = replace(MAIL, recipient=address)
    assert await outcome_of(relay, mail) is SendOutcome.REFUSED_FOR_GOOD
    assert relay.seen_rcpt == []
    with pytest.raises(MailRefused) as caught:
        check_address(address)
    assert caught.value.code == "mail_address_invalid"


def test_a_chinese_domain_is_written_in_ascii() -> None:
    assert check_address("jubao@例子.中国") == "jubao@xn--fsqu00a.xn--fiqs8s"


@given(st.text(max_size=80))
def test_no_subject_ever_adds_a_header_line(subject: str) -> None:
    settings = Relay().settings()
    honest = compose(MAIL, settings).keys()
    try:
        raw = compose(replace(MAIL, subject=subject), settings).as_bytes()
    except MailRefused:
        return
    head = raw.split(b"\r\n\r\n", 1)[0]
    starts = [line for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert len(starts) == len(honest)


def test_a_message_id_is_stable_for_a_delivery_and_different_for_any_other() -> None:
    one = message_id("CQ2024-0001/r1/reminder/d-3", "A@b.example", "city.example")
    assert one == message_id("CQ2024-0001/r1/reminder/d-3", "a@b.example", "city.example")
    assert one.startswith("<")
    assert one.endswith("@city.example>")
    others = {
        message_id("CQ2024-0001/r1/reminder/d-1", "a@b.example", "city.example"),
        message_id("CQ2024-0001/r1/reminder/d-3", "c@b.example", "city.example"),
    }
    assert one not in others
