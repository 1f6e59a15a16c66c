"""`bihuan mail test`: a mail on its way out, another on its way there and back."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from command_line.telling import answer
from gateways.mail import Mail, MailRefused, SmtpSender, at_once, check_address
from gateways.relay_answers import SendOutcome, SendResult
from settings import Settings
from store.engine import Database
from store.mail import path_tests
from wiring import shifted_clock, smtp_settings

_PAUSE_SECONDS = 1.0
_WORDS = {
    SendOutcome.ACCEPTED: "邮件服务器已接收",
    SendOutcome.REFUSED_FOR_NOW: "邮件服务器暂不接收，系统发送通知时会自动重试",
    SendOutcome.REFUSED_FOR_GOOD: "邮件服务器拒收",
    SendOutcome.CUT_OFF: "邮件服务器中断了连接",
    SendOutcome.AMBIGUOUS: "内容已发出但未收到答复，结果不明，可能已送达",
    SendOutcome.SERVER_DOWN: "无法连接邮件服务器",
    SendOutcome.MISCONFIGURED: "邮件服务器不接受本系统的登录、加密方式或发件地址，请核对设置",
    SendOutcome.CALLED_BACK: "未发送",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was seen, and whether it is as it should be."""

    ok: bool
    words: str


class MailTest:
    """One test; its id stands in all its mails."""

    def __init__(self, settings: Settings, db: Database) -> None:
        """Send by the relay of `settings`; the worker that reads what comes back shares `db`."""
        self._db = db
        self._relay = smtp_settings(settings)
        self._own = settings.sender_address
        self._id = f"bihuan-test-{secrets.token_hex(8)}"
        self._waits_for = ""

    async def run(self, address: str, bounce: str, wait_seconds: int) -> list[Seen]:
        """Send both and wait for the one that comes back; raises MailRefused for an address that is none."""
        out = await self._send(check_address(address), "1")
        seen = [Seen(out.outcome is SendOutcome.ACCEPTED, f"发往 {address}：{_said(out)}")]
        if not seen[0].ok:
            return seen
        nobody = check_address(bounce or f"{self._id}@{address.rpartition('@')[2]}")
        back = await self._send(nobody, "2")
        if back.outcome is SendOutcome.REFUSED_FOR_GOOD:
            # This server keeps the domain's mailboxes and knows at once: nothing will come back.
            words = f"发往不存在的邮箱 {nobody}：当场拒收，不产生退信；改发往发件地址 {self._own}"
            seen.append(Seen(True, words))
            nobody = self._own
            back = await self._send(nobody, "3")
        accepted = back.outcome is SendOutcome.ACCEPTED
        seen.append(Seen(accepted, f"发往 {nobody}：{_said(back)}"))
        return [*seen, await self._waited(wait_seconds)] if accepted else seen

    async def _send(self, recipient: str, number: str) -> SendResult:
        name = f"{self._id}-{number}"
        message_id = f"<{name}@{self._own.rpartition('@')[2]}>"
        if number != "1":
            await path_tests.begun(self._db, name, message_id, recipient)
            self._waits_for = name
        text = f"这是闭环系统的测试邮件，无需回复。测试编号：{name}"
        mail = Mail(
            recipient=recipient,
            message_id=message_id,
            subject=f"【闭环】邮件测试 {name}",
            text=text,
            html=f"<p>{text}</p>",
            written_at=datetime.now(UTC),
        )
        sender = SmtpSender(self._relay)
        try:
            return await sender.send(mail, at_once)
        finally:
            await sender.close()

    async def _waited(self, seconds: int) -> Seen:
        """Wait until a worker has read what came back."""
        begun = asyncio.get_running_loop().time()
        while True:
            async with self._db.reading() as session:
                row = await path_tests.get(session, self._waits_for)
            took = asyncio.get_running_loop().time() - begun
            if row is not None and row.came_back_at is not None:
                return Seen(True, f"办理进程已读到退信（约{took:.0f}秒），退信通道已验证")
            if took >= seconds:
                return Seen(
                    False,
                    f"{seconds}秒内没有读到退信：请确认办理进程在运行，"
                    "发件地址的来信能到达设置的邮箱或文件夹；退信晚到的，到时仍会记为已验证",
                )
            await asyncio.sleep(_PAUSE_SECONDS)


async def mail_test(address: str, bounce: str, *, wait_seconds: int, as_json: bool) -> int:
    """Test and tell; give the exit code: 0 when mail goes out and what comes back is read."""
    settings = Settings()
    db = Database(settings.database, shifted_clock(settings))
    try:
        seen = await MailTest(settings, db).run(address, bounce, wait_seconds)
    except MailRefused as refused:
        seen = [Seen(False, str(refused))]
    except (SQLAlchemyError, OSError) as error:
        seen = [Seen(False, f"无法记录测试：数据库无法使用，请先运行 bihuan migrate：{error}")]
    finally:
        await db.dispose()
    ok = all(one.ok for one in seen)
    if as_json:
        content = {"ok": ok, "seen": [asdict(one) for one in seen]}
        answer(content)
    else:
        for one in seen:
            print(f"[{'正常' if one.ok else '故障'}] {one.words}")
    return 0 if ok else 1


def _said(result: SendResult) -> str:
    words = f"{result.code} {result.words}".strip() if result.code else result.words
    return f"{_WORDS[result.outcome]}（{words}）" if words else _WORDS[result.outcome]
