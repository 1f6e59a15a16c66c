"""A mail may be made to cost its reader a thousand times what it cost to send: it is read at once, or not at all."""

from __future__ import annotations

import encodings.aliases
import time

import pytest

from gateways.delivery_reports import read_report
from gateways.letters import read_letter
from gateways.mime_parts import BeyondMeasure, decoded, parse

HEAD = b"From: a@b.example\nSubject: x\n"
PARTS = HEAD + b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'

REFUSED = {
    "a million fields": HEAD + b"X:y\n" * 200_000 + b"\nhi",
    "a million parts": PARTS + b"--b\n\n" * 200_000,
    "a million parts of old lines": PARTS.replace(b"\n", b"\r") + b"--b\r\r" * 200_000,
    "many millions of lines": HEAD + b"\n" * 3_000_000,
    "a report of a hundred thousand recipients": PARTS
    + b"--b\nContent-Type: message/delivery-status\n\n"
    + b"a: b\n\n" * 100_000,
}
READ = {
    "a field of countless values": HEAD
    + b"Content-Type: text/plain; "
    + b";a=b" * 200_000
    + b"\n\nhi",
    "a value in countless pieces": HEAD
    + b"Content-Type: text/plain;"
    + b"".join(b"\n a*%d=b;" % number for number in range(15_000))
    + b"\n\nhi",
    "parts in no character set": PARTS
    + (
        b"--b\nContent-Type: text/plain; charset=punycode\n\n"
        + b"x" * 99_000
        + b"-"
        + b"a" * 99_000
        + b"\n"
    )
    * 5,
    "a sender within brackets": b"From: " + b"(" * 5_000 + b"\nSubject: x\n\nhi",
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_mail_of_countless_pieces_is_not_taken_apart(kind: str) -> None:
    begun = time.process_time()
    with pytest.raises(BeyondMeasure):
        parse(REFUSED[kind])
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("kind", READ)
def test_a_mail_that_only_looks_costly_is_read_at_once(kind: str) -> None:
    begun = time.process_time()
    assert read_letter(READ[kind]).subject == "x"
    read_report(READ[kind])
    assert time.process_time() - begun < 1


def test_a_large_mail_somebody_wrote_is_read() -> None:
    encoded = (b"QUJD" * 19 + b"\n") * 40_000
    book = b'--b\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\n'
    letter = read_letter(PARTS + book + encoded + b"--b--\n")
    assert letter.attachments[0].content == b"ABC" * 19 * 40_000


@pytest.mark.parametrize("charset", sorted({*encodings.aliases.aliases.values(), "undefined"}))
def test_whatever_a_mail_calls_its_characters_a_store_can_keep_them(charset: str) -> None:
    begun = time.process_time()
    for content in (b"\\ud800\0+2AA-", b"x" * 20_000 + b"-" + b"a" * 20_000):
        text = decoded(content, charset)
        assert "\0" not in text
        text.encode()
    assert time.process_time() - begun < 1
