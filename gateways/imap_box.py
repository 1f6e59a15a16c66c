"""One folder of a mailbox on an IMAP server, read over TLS; nothing is ever deleted there.

Every call opens its own dialogue or uses the one of `opened`, blocks, and belongs in a thread. The library's own
`flag`, `delete` and client-side `move` expunge whatever a person marked in a mail program: they are not used here.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError, UnexpectedCommandStatusError
from imap_tools.utils import check_command_status

IMPATIENCE_SECONDS = 60.0
_FAILURES = (ImapToolsError, imaplib.IMAP4.error, OSError)


class ImapUnreachable(Exception):
    """The mailbox cannot be read now; the text says why, for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapSettings:
    """Where the mailbox is; `ca_file` is needed where its server's certificate is none of the system's CAs'.

    With `starttls` the dialogue begins in clear and nothing is said in it before TLS is up.
    """

    host: str
    port: int
    username: str
    password: str
    folder: str = "INBOX"
    ca_file: Path | None = None
    security: Literal["tls", "starttls"] = "tls"
    seconds: float = IMPATIENCE_SECONDS

    @property
    def name(self) -> str:
        """The mailbox as it is named to people."""
        return f"{self.username}@{self.host}:{self.port}/{self.folder}"


class ImapBox:
    """A dialogue in which the folder is open."""

    def __init__(self, box: BaseMailBox, settings: ImapSettings, validity: str) -> None:
        """Use an open dialogue; `validity` is the folder's UIDVALIDITY: with another the numbers mean others."""
        self._box = box
        self._moves = "MOVE" in _capabilities(box)
        self.mailbox = f"{settings.name} {validity}"

    def numbers(self, above: int) -> list[int]:
        """Give the UIDs above that one, in their order."""
        with _speaking():
            # A range up to * always holds the last mail, whatever its number.
            found = self._box.uids(f"UID {above + 1}:*", charset=None)
        return sorted(uid for uid in map(int, found) if uid > above)

    def content(self, uid: int, most: int) -> bytes | None:
        """Give a mail unread, cut after `most` bytes; None where it is gone."""
        with _speaking():
            answer = self._box.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{most}>)")
            check_command_status(answer, UnexpectedCommandStatusError)
        parts = [one for one in answer[1] if isinstance(one, tuple)]
        return parts[0][1] if parts else None

    def put_aside(self, uid: int, into: str) -> None:
        """Mark a mail as seen and move it into a folder where the server can; else it stays where it is."""
        with _speaking():
            self._box.client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")
            if self._moves:
                self._move(uid, into)

    def _move(self, uid: int, into: str) -> None:
        if not self._box.folder.exists(into):
            with suppress(ImapToolsError):
                # Another worker may have made it meanwhile.
                self._box.folder.create(into)
        self._box.move(str(uid), into)


@contextmanager
def _speaking() -> Iterator[None]:
    try:
        yield
    except _FAILURES as error:
        raise ImapUnreachable(f"收信邮箱读取失败：{_words(error)}") from error


@contextmanager
def opened(settings: ImapSettings) -> Iterator[ImapBox]:
    """Open the folder; raises `ImapUnreachable`, as every call of the dialogue does."""
    try:
        box = _connected(settings)
    except MailboxLoginError as error:
        raise ImapUnreachable(
            f"邮箱拒绝登录，请核对账号和密码（授权码）：{_words(error)}"
        ) from error
    except _FAILURES as error:
        raise ImapUnreachable(f"无法连接收信服务器：{_words(error)}") from error
    try:
        with _speaking():
            dialogue = ImapBox(box, settings, _open(box, settings))
        yield dialogue
    finally:
        with suppress(*_FAILURES):
            box.logout()


def _connected(settings: ImapSettings) -> BaseMailBox:
    """Connect and sign in; a dialogue that fails half-way is closed."""
    where = {"host": settings.host, "port": settings.port, "timeout": settings.seconds}
    # Without a context of ours the library would believe any certificate.
    trusted = ssl.create_default_context(cafile=settings.ca_file)
    if settings.security == "tls":
        box: BaseMailBox = MailBox(**where, ssl_context=trusted)
    else:
        box = MailBoxUnencrypted(**where)
    try:
        if settings.security == "starttls":
            # The library's own class leaves the connection open where this fails.
            box.client.starttls(trusted)
        box.login(settings.username, settings.password, initial_folder=None)
    except BaseException:
        box.client.shutdown()
        raise
    return box


def _open(box: BaseMailBox, settings: ImapSettings) -> str:
    """Open the folder and give its UIDVALIDITY."""
    if "ID" in _capabilities(box):
        # NetEase opens no folder to a client that does not say what it is.
        box.client.xatom("ID", '("name" "bihuan" "vendor" "bihuan")')
    box.folder.set(settings.folder)
    (validity,) = box.client.response("UIDVALIDITY")[1]
    return validity.decode() if isinstance(validity, bytes) else "0"


def _capabilities(box: BaseMailBox) -> frozenset[str]:
    """Ask what the server can do now; the library knows what it said before the sign-in."""
    said = box.client.capability()[1]
    return frozenset(
        word.upper()
        for one in said
        if isinstance(one, bytes)
        for word in one.decode("ascii", "replace").split()
    )


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
