"""The doctor names who cannot be written to, and a return path that was never seen to work."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

from command_line.doctor_of_mail import mail_that_stays, relay, return_mailbox
from command_line.examined import Examined, Finding
from domain.local_time import at_local
from domain.policy import Position
from gateways.relay_watch import RelayWatch
from settings import Settings
from store.engine import Database
from store.mail import mailboxes, returned_mail
from tests.worlds.databases import SteppingClock
from tests.worlds.imap import ACCOUNT, PASSWORD, ImapServer
from tests.worlds.life import MONDAY
from tests.worlds.post_office import CHIEF, HANDLER, a_life, add_people, courier, keep, sent
from tests.worlds.relay import Relay
from tests.worlds.serious import SERIOUS
from wiring import mail_is_read, smtp_settings


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
    with Relay() as post:
        await courier(db, post, clock).run_once()
        found = await said(url, tmp_path)
        assert found.finding is Finding.BROKEN
        assert "渝中区经办人 1 件" in found.words
        await add_people(
            db, ("500103", Position.HANDLER, HANDLER), ("500103", Position.SECTION_CHIEF, CHIEF)
        )
        await courier(db, post, clock).run_once()
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


async def test_the_mail_server_is_reached_as_the_courier_reaches_it() -> None:
    """With our login; one that only answers is not enough, one that is away is no trifle in production."""
    with Relay(password="right") as door:

        def with_password(password: str) -> Settings:
            return Settings(
                _env_file=None, smtp_port=door.port, smtp_username="a", smtp_password=password
            )

        assert (await relay(with_password("right"))).finding is Finding.OK
        wrong = await relay(with_password("wrong"))
        assert (wrong.finding, "BIHUAN_SMTP_" in wrong.words) == (Finding.BROKEN, True)
        starttls = Settings(_env_file=None, smtp_port=door.port, smtp_security="starttls")
        assert (await relay(starttls)).finding is Finding.BROKEN
        watch = RelayWatch(smtp_settings(with_password("right")), good_for=0, bad_for=0)
        assert await watch.lets_us_in()
    assert not await watch.lets_us_in()
    assert (await relay(with_password("right"))).finding is Finding.NOTE
    away = Settings(_env_file=None, **SERIOUS, smtp_port=door.port)
    assert (await relay(away)).finding is Finding.BROKEN


async def test_somebody_elses_mail_server_is_asked_now_and_then() -> None:
    with Relay() as door:
        watch = RelayWatch(door.settings())
        for _ in range(3):
            assert await watch.lets_us_in()
    assert await watch.lets_us_in()
    assert door.connections == 1
