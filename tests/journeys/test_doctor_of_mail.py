"""The doctor names who cannot be written to, and a return path that was never seen to work."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

from command_line.doctor_of_mail import mail_that_stays, return_mailbox
from command_line.examined import Examined, Finding
from domain.local_time import at_local
from domain.policy import Position
from settings import Settings
from store.engine import Database
from store.mail import mailboxes, returned_mail
from tests.worlds.databases import SteppingClock
from tests.worlds.imap import ACCOUNT, PASSWORD, ImapServer
from tests.worlds.life import MONDAY
from tests.worlds.post_office import CHIEF, HANDLER, a_life, add_people, courier, keep, sent
from tests.worlds.relay import Relay
from wiring import mail_is_read


async def said(url: str, folder: Path) -> Examined:
    settings = Settings(
        _env_file=None,
        environment="production",
        base_url="https://bihuan.example",
        link_keys="k1:" + "k3J9xQ2mZ7vT" * 3,
        data_dir=folder,
        database_url=url,
    )
    return await mail_that_stays(settings)


async def test_a_vacant_position_and_an_untried_return_path_are_broken(
    db: Database, url: str, clock: SteppingClock, tmp_path: Path
) -> None:
    clock.now = at_local(MONDAY, time(9))
    await keep(db, a_life())
    with Relay() as relay:
        await courier(db, relay, clock).run_once()
        found = await said(url, tmp_path)
        assert found.finding is Finding.BROKEN
        assert "渝中区经办人 1 件" in found.words
        await add_people(
            db, ("500103", Position.HANDLER, HANDLER), ("500103", Position.SECTION_CHIEF, CHIEF)
        )
        await courier(db, relay, clock).run_once()
    found = await said(url, tmp_path)
    assert (found.finding, "退信通道未经验证" in found.words) == (Finding.BROKEN, True)
    (notice,) = await sent(db)
    await returned_mail.mark(db, notice.deliveries[-1].message_id, "550 no such user")
    assert (await said(url, tmp_path)).finding is Finding.OK


async def test_the_mailbox_of_returned_mail_is_opened(tmp_path: Path) -> None:
    with ImapServer(tmp_path) as server:
        there = Settings(
            _env_file=None,
            imap_host=server.settings().host,
            imap_port=server.port,
            imap_username=ACCOUNT,
            imap_password=PASSWORD,
            imap_ca_file=tmp_path / "imap.pem",
        )
        assert (await return_mailbox(there)).finding is Finding.OK
    gone = await return_mailbox(there)
    assert gone.finding is Finding.BROKEN
    assert "无法连接收信服务器" in gone.words
    assert (await return_mailbox(Settings(_env_file=None))).finding is Finding.OK


async def test_a_worker_whose_mailbox_fails_for_long_is_not_ready(
    db: Database, clock: SteppingClock
) -> None:
    await mailboxes.note_failure(db, "box", "away")
    assert await mail_is_read(db)
    clock.now += timedelta(minutes=16)
    await mailboxes.note_failure(db, "box", "away")
    assert not await mail_is_read(db)
    await mailboxes.note_read(db, "box")
    assert await mail_is_read(db)
