"""The places where returned mail arrives: a Maildir on this disk, a folder on an IMAP server.

Each gives a mail to one of the workers that read it. What a worker died over comes up again after a while, so that
whoever reads a mail must bear to read it twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import structlog

from gateways.imap_box import ImapBox, ImapSettings, ImapUnreachable, opened
from gateways.letters import MOST_BYTES
from gateways.maildir import Claimed, Maildir
from store.engine import Database
from store.mail import claims

_log = structlog.get_logger(__name__)


class BoxFailed(Exception):
    """A place cannot be read now; the text says why, for the operator."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One mail that is ours to read; `put_aside` keeps it where its new place says what became of it.

    It raises `BoxFailed` too.
    """

    content: bytes
    put_aside: Callable[[str], Awaitable[None]]


class ReturnBox(Protocol):
    """One place."""

    @property
    def name(self) -> str:
        """What people call it."""

    def take(self) -> AsyncGenerator[Taken, None]:
        """Give what is there mail by mail, each claimed; raises `BoxFailed`."""


class MaildirBox:
    """The folder into which the bureau's mail server delivers."""

    def __init__(self, folder: Path) -> None:
        """Read the Maildir `folder`, made when missing."""
        self.name = str(folder)
        self._maildir = Maildir(folder)

    async def take(self) -> AsyncGenerator[Taken, None]:
        """Claim by rename, one mail after the other."""
        claimed = self._maildir.claim()
        try:
            while (one := await asyncio.to_thread(lambda: next(claimed, None))) is not None:
                try:
                    content = await asyncio.to_thread(self._maildir.read, one, MOST_BYTES + 1)
                except OSError as error:
                    # It stays claimed: whoever comes when the claim is forgotten reads it again.
                    _log.warning("returned mail not read", name=one.name, why=str(error))
                    continue
                yield Taken(content, partial(self._put_aside, one))
        except OSError as error:
            raise BoxFailed(f"退信文件夹无法读取：{error}") from error

    async def _put_aside(self, one: Claimed, into: str) -> None:
        try:
            await asyncio.to_thread(self._maildir.put_aside, one, into)
        except OSError as error:
            raise BoxFailed(f"退信文件夹无法写入：{error}") from error


class ImapReturnBox:
    """A folder on a mail server, shared by claims in the store."""

    def __init__(self, db: Database, settings: ImapSettings) -> None:
        """Read it by `settings`; nothing is connected yet."""
        self._db = db
        self._settings = settings
        self._read_to: tuple[str, int] = ("", 0)

    @property
    def name(self) -> str:
        """Account, server and folder."""
        return self._settings.name

    async def take(self) -> AsyncGenerator[Taken, None]:
        """Claim in the store, one mail after the other; the server keeps every mail."""
        async with AsyncExitStack() as stack:
            try:
                dialogue = opened(self._settings)
                box = await asyncio.to_thread(dialogue.__enter__)
                stack.push_async_callback(asyncio.to_thread, dialogue.__exit__, None, None, None)
                async for one in self._unread(box):
                    yield one
            except ImapUnreachable as error:
                raise BoxFailed(str(error)) from error

    async def _unread(self, box: ImapBox) -> AsyncGenerator[Taken, None]:
        above = self._read_to[1] if self._read_to[0] == box.mailbox else 0
        there = await asyncio.to_thread(box.numbers, above)
        async with self._db.reading() as session:
            read = await claims.read_among(session, box.mailbox, there)
        unread = [uid for uid in there if uid not in read]
        self._read_to = (box.mailbox, min(unread, default=max(there, default=above) + 1) - 1)
        for uid in unread:
            if not await claims.claim(self._db, box.mailbox, uid):
                continue
            content = await asyncio.to_thread(box.content, uid, MOST_BYTES + 1)
            if content is None:
                await claims.done(self._db, box.mailbox, uid)
                continue
            yield Taken(content, partial(self._put_aside, box, uid))

    async def _put_aside(self, box: ImapBox, uid: int, into: str) -> None:
        """Note that it was read before it is moved: a move that fails leaves it where it is, read."""
        await claims.done(self._db, box.mailbox, uid)
        try:
            await asyncio.to_thread(box.put_aside, uid, f"bihuan-{into}")
        except ImapUnreachable as error:
            raise BoxFailed(str(error)) from error
