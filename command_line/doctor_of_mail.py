"""What the doctor looks at of the mails: who cannot be written to, and whether what comes back is read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from command_line.examined import Examined, Finding, in_store
from domain.catalogues.districts import district
from gateways.imap_box import ImapSettings, ImapUnreachable, opened
from gateways.mail import SmtpSender
from gateways.relay_answers import SendOutcome
from settings import Settings
from store.engine import Database
from store.mail import late_returns, letters, path_tests, returned_mail
from store.mail.vacancies import Vacancy, vacancies
from store.registers.reach import CITY
from wiring import imap_settings, smtp_settings

_NOTICES = "通知和退信"
_NAMED = 5
_PATIENCE = 10.0


async def relay(settings: Settings) -> Examined:
    """Reach the mail server as the courier does: with its encryption, and our login."""
    what, where = "邮件", f"{settings.smtp_host}:{settings.smtp_port}"
    quick = replace(smtp_settings(settings), connect_seconds=_PATIENCE, command_seconds=_PATIENCE)
    failure = await SmtpSender(quick).greet()
    if failure is None:
        return Examined(what, Finding.OK, f"{where} 可以连接")
    said = f"（{failure.words}）" if failure.words else ""
    if failure.outcome is SendOutcome.MISCONFIGURED:
        words = f"{where} 不接受本系统的登录或加密方式，请核对 BIHUAN_SMTP_ 各项设置{said}"
        return Examined(what, Finding.BROKEN, words)
    away = Finding.BROKEN if settings.environment == "production" else Finding.NOTE
    return Examined(what, away, f"{where} 无法连接；邮件将保留待发，不会丢失{said}")


async def mail_that_stays(settings: Settings) -> Examined:
    """Look for notices that reach nobody, and for a return path that was seen to work."""

    async def look(db: Database, session: AsyncSession) -> Examined:
        vacant = await vacancies(session, db.now())
        tested = await returned_mail.ever_read(session)
        tested = tested or await path_tests.last_back(session) is not None
        unread = await letters.count_waiting(session)
        late = await late_returns.count_waiting(session)
        return _judged(settings, vacant, tested=tested, unread=unread, late=late)

    return await in_store(settings, _NOTICES, look)


async def return_mailbox(settings: Settings) -> Examined:
    """Open the mailbox from which returned mail is fetched, where there is one."""
    what, where = "收信邮箱", imap_settings(settings)
    if where is None:
        return Examined(
            what, Finding.OK, f"未设置 IMAP，退信只从文件夹 {settings.returned_mail} 读取"
        )
    try:
        number = await asyncio.to_thread(_counted, replace(where, seconds=_PATIENCE))
    except ImapUnreachable as error:
        return Examined(what, Finding.BROKEN, f"{where.name}：{error}")
    return Examined(what, Finding.OK, f"{where.name} 可以读取，文件夹内有 {number} 封邮件")


def _counted(where: ImapSettings) -> int:
    with opened(where) as box:
        return len(box.numbers(0))


def _judged(
    settings: Settings, vacant: Sequence[Vacancy], *, tested: bool, unread: int, late: int
) -> Examined:
    what, serious = _NOTICES, settings.environment == "production"
    if vacant:
        named = "、".join(_named(one) for one in vacant[:_NAMED])
        more = "等" if len(vacant) > _NAMED else ""
        words = f"有通知因没有联系人未能发出：{named}{more}；登记联系人并经批准后自动补发"
        return Examined(what, Finding.BROKEN, words)
    if not tested and serious:
        words = (
            "退信通道未经验证：从未读到退回的邮件。请运行 bihuan mail test 本人邮箱，"
            f"它发出一封必然退回的邮件并等待读到退信；退信从 {_places(settings)} 读取"
        )
        return Examined(what, Finding.BROKEN, words)
    if late:
        words = f"问题办结后退回的扣分告知 {late} 件待办，见“来信”页"
        return Examined(what, Finding.NOTE, words)
    if unread:
        return Examined(what, Finding.NOTE, f"有 {unread} 封来信待办，见工作台")
    seen = "已读到过退回的邮件" if tested else "尚未读到过退回的邮件"
    return Examined(what, Finding.OK, f"没有因缺联系人而未发的通知；{seen}")


def _places(settings: Settings) -> str:
    imap = imap_settings(settings)
    maildir = f"文件夹 {settings.returned_mail}"
    return f"邮箱 {imap.name} 和{maildir}" if imap else maildir


def _named(one: Vacancy) -> str:
    unit = "市级" if one.unit == CITY else district(one.unit).name
    return f"{unit}{one.position.label} {one.notices} 件"
