"""What a mail said is kept as it was handed over, its link left out."""

from __future__ import annotations

from datetime import time

from activities.courier import Courier
from domain.local_time import at_local
from store.engine import Database
from store.mail import sent_texts
from store.mail.sent_texts import LINK_LEFT_OUT, ReadMail
from tests.worlds.databases import SteppingClock
from tests.worlds.life import MONDAY
from tests.worlds.post_office import a_life, add_people, courier, keep, sent
from tests.worlds.relay import Relay


async def first_mail(db: Database, number: str = "CQ2024-0001") -> ReadMail | None:
    (notice,) = await sent(db)
    async with db.reading() as session:
        return await sent_texts.read(session, number, notice.deliveries[0].id)


async def handed_over(db: Database, post: Relay, clock: SteppingClock) -> Courier:
    clock.now = at_local(MONDAY, time(9))
    await add_people(db)
    await keep(db, a_life())
    sending = courier(db, post, clock)
    await sending.run_once()
    return sending


async def test_a_mail_is_kept_as_the_district_got_it_but_for_its_link(
    db: Database, clock: SteppingClock
) -> None:
    with Relay() as post:
        await handed_over(db, post, clock)
        got = next(
            part.get_content()
            for part in post.mails[0].walk()
            if part.get_content_type() == "text/plain"
        )
    mail = await first_mail(db)
    assert mail is not None
    (kept,) = mail.texts
    before, _, after = kept.text.partition(LINK_LEFT_OUT)
    assert got.replace("\r\n", "\n").startswith(before)
    assert got.replace("\r\n", "\n").rstrip().endswith(after.rstrip())
    assert "/f/k1" not in kept.text
    assert kept.subject == post.mails[0]["Subject"]
    assert await first_mail(db, "CQ2024-0002") is None
