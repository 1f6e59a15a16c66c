from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateways.mail import Mail, SmtpSender, SmtpSettings
from gateways.mail_folder import MailFolder
from gateways.mail_inbox import LOOPBACK, MailInbox
from gateways.relay_answers import SendOutcome
from tests.worlds.relay import free_port

AT = datetime(2024, 7, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> MailFolder:
    return MailFolder(tmp_path / "mail")


@pytest.fixture
def port(folder: MailFolder) -> Iterator[int]:
    port = free_port()
    inbox = MailInbox(folder, port)
    inbox.start()
    yield port
    inbox.stop()


async def test_a_mail_handed_over_can_be_read_in_the_inbox(folder: MailFolder, port: int) -> None:
    sender = SmtpSender(
        SmtpSettings(
            host=LOOPBACK,
            port=port,
            from_address="bihuan@city.example",
            from_name="闭环系统",
            security="none",
        )
    )
    mail = Mail(
        recipient="a@b.example",
        message_id="<1@city.example>",
        subject="移交通知",
        text="正文",
        html="<p>正文</p>",
        written_at=AT,
    )

    async def yes() -> bool:
        return True

    assert (await sender.send(mail, yes)).outcome is SendOutcome.ACCEPTED
    await sender.close()
    (kept,) = folder.list()
    assert (kept.subject, kept.recipient, kept.text.strip(), kept.html.strip()) == (
        "移交通知",
        "a@b.example",
        "正文",
        "<p>正文</p>",
    )
    assert folder.read(kept.id) == kept


def test_the_newest_mail_comes_first_and_the_list_has_an_end(folder: MailFolder) -> None:
    for minute in range(5):
        folder.keep(f"Subject: {minute}\r\n\r\nx".encode(), AT + timedelta(minutes=minute))
    assert [mail.subject for mail in folder.list(limit=3)] == ["4", "3", "2"]
    assert folder.list(limit=1)[0].received_at == AT + timedelta(minutes=4)


@pytest.mark.parametrize("mail_id", ["", "..", "../../etc/passwd", "20240701T010000000000-0"])
def test_nothing_outside_the_folder_can_be_read(folder: MailFolder, mail_id: str) -> None:
    assert folder.read(mail_id) is None


def test_a_mail_that_is_no_longer_there_is_none(folder: MailFolder) -> None:
    assert folder.read("20240701T010000000000-0123abcd") is None
