"""`bihuan mail test`: what goes out, what comes back, and what the doctor makes of it."""

from __future__ import annotations

import asyncio
import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from activities.return_boxes import MaildirBox
from activities.returned_mail import ReturnedMail
from command_line.doctor_of_mail import mail_that_stays
from command_line.examined import Finding
from command_line.mail_test import MailTest, mail_test
from gateways.evidence_folder import EvidenceFolder
from settings import Settings
from store.engine import Database
from store.mail import letters
from tests.activities.test_returned_mail import Counter, deliver
from tests.worlds.patience import eventually
from tests.worlds.relay import Relay

ME = "me@city.example"


def settings(relay: Relay, folder: Path, url: str) -> Settings:
    return Settings(
        _env_file=None,
        environment="production",
        base_url="https://bihuan.example",
        link_keys="k1:" + "k3J9xQ2mZ7vT" * 3,
        data_dir=folder,
        database_url=url,
        smtp_host="127.0.0.1",
        smtp_port=relay.port,
        sender_address="bihuan@city.example",
    )


async def returning(db: Database, relay: Relay, folder: Path, nobody: str) -> None:
    """Bring what was sent to nobody back, as a queueing relay does, and read it."""

    async def lost_there() -> list[EmailMessage]:
        return relay.to(nobody)

    (lost,) = await eventually(lost_there)
    back = (
        "From: Postmaster@city.example\r\nSubject: Undelivered Mail Returned to Sender\r\n\r\n"
        f"<{nobody}>: 550 5.1.1 User unknown\r\n\r\nMessage-ID: {lost['Message-ID']}\r\n"
    )
    await deliver(folder / "returned", back.encode())
    boxes = [MaildirBox(folder / "returned")]
    await ReturnedMail(db, Counter(), boxes, EvidenceFolder(folder / "evidence")).run_once()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_mail_that_comes_back_proves_the_return_path(
    db: Database, url: str, tmp_path: Path
) -> None:
    nobody = "nobody-here@city.example"
    with Relay() as relay:
        told = settings(relay, tmp_path, url)
        assert (await mail_that_stays(told)).finding is Finding.BROKEN
        seen, _ = await asyncio.gather(
            MailTest(told, db).run(ME, nobody, 30), returning(db, relay, tmp_path, nobody)
        )
    assert [one.ok for one in seen] == [True, True, True], seen
    assert "退信通道已验证" in seen[-1].words
    assert (await mail_that_stays(told)).finding is Finding.OK
    async with db.reading() as session:
        assert await letters.waiting(session) == [], "a test is nobody's task"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_server_that_knows_its_mailboxes_is_tested_by_the_senders_own(
    db: Database, url: str, tmp_path: Path
) -> None:
    nobody, own = "nobody-here@city.example", "bihuan@city.example"
    with Relay() as relay:
        relay.modes[nobody] = "nouser"
        told = settings(relay, tmp_path, url)
        seen = await MailTest(told, db).run(ME, nobody, 0)
        assert "当场拒收" in seen[1].words
        assert not seen[-1].ok
        (mail,) = relay.to(own)
    await deliver(tmp_path / "returned", mail.as_bytes())
    boxes = [MaildirBox(tmp_path / "returned")]
    await ReturnedMail(db, Counter(), boxes, EvidenceFolder(tmp_path / "evidence")).run_once()
    assert (await mail_that_stays(told)).finding is Finding.OK


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_what_the_server_says_is_told_in_words(
    db: Database,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Relay() as relay:
        relay.modes[ME] = "nouser"
        told = settings(relay, tmp_path, url)
        monkeypatch.setattr("command_line.mail_test.Settings", lambda: told)
        assert await mail_test(ME, "", wait_seconds=0, as_json=True) == 1
    answer = json.loads(capsys.readouterr().out)
    assert "邮件服务器拒收（550" in answer["seen"][0]["words"]
    assert await mail_test("no address", "", wait_seconds=0, as_json=False) == 1
    assert "邮箱地址无效" in capsys.readouterr().out


def test_a_silent_server_holds_the_others_up_for_two_minutes_at_most() -> None:
    assert Settings(_env_file=None).smtp_answer_seconds == 120
