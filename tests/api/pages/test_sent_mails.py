"""An officer reads what a district was told."""

from __future__ import annotations

from sqlmodel import select

from domain.roles import Role
from store.mail import sent_texts
from store.mail.sent_texts import SentText
from store.tables import DeliveryRow, NoticeRow
from tests.worlds.office import Office


async def a_delivery(office: Office, number: str) -> int:
    """The notice of a transfer on its way to one recipient, tried once."""
    async with office.db.writing() as session:
        notice = (await session.scalars(select(NoticeRow))).first()
        assert notice is not None
        row = DeliveryRow(
            notice_key=notice.key, recipient="a@example.cn", position="handler", message_id="m"
        )
        row.attempts, row.state, row.accepted_at = 1, "accepted", office.clock.now
        session.add(row)
        await session.flush()
        found = row.id
    assert (notice.problem_no, found is not None) == (number, True)
    return found or 0


async def test_each_mail_can_be_read_and_stands_once_a_notice(office: Office) -> None:
    number = await office.registered()
    delivery = await a_delivery(office, number)
    person = await office.sign_in(Role.OFFICER)
    page = await person.see(f"/problems/{number}")
    assert f"/problems/{number}/mails/{delivery}" in page
    bare = await person.see(f"/problems/{number}/mails/{delivery}")
    assert "没有保存这封邮件的正文" in bare
    said = SentText(
        subject="【移交通知】",
        text="请办理：http://x/f/k1.abc-_DEF\n<b>完</b>",
        written_at=office.clock.now,
    )
    async with office.db.writing() as session:
        await sent_texts.keep(office.db, session, "m", 1, said)
    read = await person.see(f"/problems/{number}/mails/{delivery}")
    assert "【移交通知】" in read
    assert "办理链接仅供收件人使用" in read
    assert ("k1.abc" in read, "<b>完</b>" in read) == (False, False)
    other = await office.registered("k2", enterprise="乙公司")
    answer = await person.browser.get(f"/problems/{other}/mails/{delivery}")
    assert answer.status_code == 404
