"""A real IMAP server on 127.0.0.1 behind TLS, with one mailbox; it may lack MOVE, as Coremail's does."""

from __future__ import annotations

import asyncio
import imaplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateways.imap_box import ImapSettings
from tests.worlds.relay import HOST, free_port

ACCOUNT, PASSWORD = "bihuan@city.example", "示例".encode().hex()

_START = """
import pymap.config
from pymap.main import main
from pysasl.hashing import BuiltinHash

pymap.config.BuiltinHash = lambda: BuiltinHash(rounds=1)
main()
"""
# It hashes a password half a million times at every sign-in; this one guards nothing.


@dataclass
class ImapServer:
    """The server; `stripped` is taken out of everything it says."""

    folder: Path
    stripped: bytes = b""
    port: int = field(default_factory=free_port)
    starting: int = field(default_factory=free_port)
    """The port on which TLS is begun by STARTTLS."""
    _plain: int = field(default_factory=free_port)
    _server: subprocess.Popen[bytes] | None = None
    _thread: threading.Thread | None = None
    _loop: asyncio.AbstractEventLoop | None = None
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    def __enter__(self) -> ImapServer:
        """Start it and wait until it answers."""
        _certificate(self.folder)
        place = ["--host", HOST, "--port", str(self._plain), "--no-tls"]
        account = ["dict", "--demo-user", ACCOUNT, "--demo-password", PASSWORD]
        self._server = subprocess.Popen([sys.executable, "-c", _START, *place, *account])
        self._thread = threading.Thread(target=lambda: asyncio.run(self._front()), daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(OSError):
                self.client().logout()
                with socket.create_connection((HOST, self.port)):
                    return self
            time.sleep(0.05)
        raise TimeoutError("the mail server does not answer")

    def __exit__(self, *_: object) -> None:
        """Stop it; its mails are gone."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join()
        if self._server is not None:
            self._server.terminate()
            self._server.wait()

    def settings(self, password: str = PASSWORD) -> ImapSettings:
        """Give the settings of a reader."""
        return ImapSettings(
            host=HOST,
            port=self.port,
            username=ACCOUNT,
            password=password,
            ca_file=self.folder / "imap.pem",
            seconds=20,
        )

    def client(self) -> imaplib.IMAP4:
        """Give a signed-in client of the tests' own, without TLS."""
        client = imaplib.IMAP4(HOST, self._plain, timeout=20)
        client.login(ACCOUNT, PASSWORD)
        return client

    def deliver(self, *mails: bytes) -> None:
        """Put mails into the inbox."""
        client = self.client()
        for one in mails:
            client.append("INBOX", "", "", one)
        client.logout()

    def clear(self) -> None:
        """Empty the inbox and forget all other folders of ours."""
        client = self.client()
        client.select("INBOX")
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()
        for one in ("matched", "letters", "passing"):
            client.delete(f"bihuan-{one}")
        client.logout()

    def count(self, folder: str = "INBOX", which: str = "ALL") -> int:
        """Count the mails of a folder."""
        client = self.client()
        there = client.select(folder)[0] == "OK"
        found = client.search(None, which)[1][0] if there else b""
        client.logout()
        return len(found.split())

    async def _front(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "imap.pem", self.folder / "imap.key")
        self._loop = asyncio.get_running_loop()
        listening = await asyncio.start_server(self._serve, HOST, self.port, ssl=context)

        async def starts(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if await _started(reader, writer, context, offers=b"STARTTLS" not in self.stripped):
                inner, outer = await asyncio.open_connection(HOST, self._plain)
                await inner.readline()
                await asyncio.gather(_pass_on(reader, outer, b""), _pass_on(inner, writer, b""))

        beginning = await asyncio.start_server(starts, HOST, self.starting)
        await self._over.wait()
        listening.close()
        beginning.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection(HOST, self._plain)
        await asyncio.gather(_pass_on(reader, outer, b""), _pass_on(inner, writer, self.stripped))


async def _started(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    context: ssl.SSLContext,
    *,
    offers: bool,
) -> bool:
    """Greet in clear and wait for STARTTLS; whoever says anything else before it is shown the door."""
    writer.write(b"* OK ready\r\n")
    while line := await reader.readline():
        tag, _, command = line.strip().partition(b" ")
        if command == b"CAPABILITY":
            can = b"IMAP4rev1 STARTTLS" if offers else b"IMAP4rev1"
            writer.write(b"* CAPABILITY " + can + b"\r\n" + tag + b" OK done\r\n")
        elif command == b"STARTTLS" and offers:
            writer.write(tag + b" OK done\r\n")
            with suppress(ssl.SSLError):
                await writer.start_tls(context)
                return True
            break
        else:
            break
    writer.close()
    return False


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stripped: bytes
) -> None:
    with suppress(OSError):
        while chunk := await reader.read(65536):
            writer.write(chunk.replace(stripped, b"") if stripped else chunk)
            await writer.drain()
    with suppress(OSError):
        writer.close()


def _certificate(folder: Path) -> None:
    """Write a certificate for 127.0.0.1 and its key: its own authority, and for today only."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "imap.tests.example")])
    public, now = key.public_key(), datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HOST))])
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "imap.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "imap.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
