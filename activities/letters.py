"""Keeps a mail that is no report of ours for somebody at the bureau to look at, with its attachments."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass

import structlog

from domain.commands import EvidenceFile
from gateways.evidence import EvidenceStore
from gateways.letter_files import FileLeftOut, LetterFiles
from gateways.letters import MOST_BYTES, Attachment, Letter, read_letter
from gateways.uploads import UploadRefused, clean_name, demand_room
from store.district import upload_days
from store.engine import Database
from store.mail import letters, returned_mail
from store.mail.letters import LeftOut, LetterKind, NewLetter

_UNREADABLE = Letter(
    sender="",
    subject="（无法读取）",
    text="系统无法读取这封邮件，请到发件邮箱中查看。",
    sent_at=None,
    answers=(),
    automatic=False,
    attachments=(),
)
_TOO_LARGE = LeftOut(name="全部附件", why="邮件超过40 MB，附件未读取")
_TOO_MUCH = "今日来信附件总量已达上限"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LetterBox:
    """Where such mails go: the store, their attachments to the evidence."""

    db: Database
    evidence: EvidenceStore

    async def keep(self, content: bytes, *, returned: bool) -> None:
        """Keep one mail; `returned` says that it reports on a mail that is none of ours."""
        await self._keep(content, await asyncio.to_thread(_letter_in, content), returned=returned)

    async def keep_unread(self, content: bytes) -> None:
        """Keep that a mail came which nothing could be made of."""
        await self._keep(content, _UNREADABLE, returned=False)

    async def _keep(self, content: bytes, letter: Letter, *, returned: bool) -> None:
        if len(content) > MOST_BYTES:
            files, left_out = list[EvidenceFile](), [_TOO_LARGE]
        else:
            files, left_out = await self._files(letter.attachments)
        async with self.db.reading() as session:
            problem_no = await returned_mail.problem_of(
                session, letter.answers, f"{letter.subject}\n{letter.text}"
            )
        new = NewLetter(
            id=hashlib.sha256(content).hexdigest(),
            kind=_kind(letter, returned=returned),
            sender=letter.sender,
            subject=letter.subject or "（无主题）",
            text=letter.text,
            sent_at=letter.sent_at,
            problem_no=problem_no,
            files=tuple(files),
            left_out=tuple(left_out),
        )
        await letters.keep(self.db, new)

    async def _files(
        self, attachments: tuple[Attachment, ...]
    ) -> tuple[list[EvidenceFile], list[LeftOut]]:
        taker, kept, left = LetterFiles(self.evidence), list[EvidenceFile](), list[LeftOut]()
        for one in attachments:
            try:
                demand_room(tuple(kept), one.name, len(one.content))
                if not await upload_days.take_in(self.db, upload_days.LETTERS, len(one.content)):
                    raise FileLeftOut(_TOO_MUCH)
                kept.append(await taker.take(one))
            except (UploadRefused, FileLeftOut) as refused:
                left.append(LeftOut(name=clean_name(one.name), why=str(refused)))
        return kept, left


def _kind(letter: Letter, *, returned: bool) -> LetterKind:
    if letter is _UNREADABLE:
        return LetterKind.UNREADABLE
    if returned:
        return LetterKind.RETURNED
    return LetterKind.AUTOMATIC if letter.automatic else LetterKind.WRITTEN


def _letter_in(content: bytes) -> Letter:
    try:
        return read_letter(content)
    except Exception:  # noqa: BLE001 - the library trips over what strangers send; it is looked at by hand
        _log.exception("letter not understood", size=len(content))
        return _UNREADABLE
