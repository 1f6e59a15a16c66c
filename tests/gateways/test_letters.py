"""Mails as they really come: mails within mails, winmail.dat, sets that are wrong or broken, old documents."""

from __future__ import annotations

import asyncio
import base64
import struct
from email.message import EmailMessage
from pathlib import Path

import pytest

from gateways.evidence_folder import EvidenceFolder
from gateways.letter_files import FileLeftOut, LetterFiles
from gateways.letters import MOST_PARTS, Attachment, read_letter
from gateways.mime_parts import MOST_TEXT
from gateways.tnef import TNEF, files_in

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
ANNEX = ("整改表.docx", b"PK-annex")


def a_mail(text: str = "整改表见附件。") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "jingban@yuzhong.example"
    mail["Subject"] = "回复"
    mail.set_content(text)
    return mail


def with_annex(mail: EmailMessage) -> EmailMessage:
    mail.add_attachment(ANNEX[1], maintype="application", subtype="octet-stream", filename=ANNEX[0])
    return mail


def came_with(content: bytes) -> list[tuple[str, bytes]]:
    return [(one.name, one.content) for one in read_letter(content).attachments]


def test_the_annex_of_a_mail_within_a_mail_is_found_and_so_are_its_words() -> None:
    within = with_annex(a_mail("里面的话"))
    outer = EmailMessage()
    outer["From"] = "jingban@yuzhong.example"
    outer.add_attachment(within)
    letter = read_letter(outer.as_bytes())
    assert letter.text == "里面的话"
    assert [(one.name, one.content) for one in letter.attachments] == [ANNEX]
    as_a_file = a_mail()
    as_a_file.add_attachment(
        within.as_bytes(), maintype="application", subtype="octet-stream", filename="转发.eml"
    )
    assert came_with(as_a_file.as_bytes()) == [ANNEX]


def test_pictures_that_a_text_shows_take_no_annexs_place() -> None:
    mail = a_mail()
    for number in range(12):
        mail.add_related(b"logo", maintype="image", subtype="png", cid=f"<{number}@x>")
    content = with_annex(mail).as_bytes()
    assert came_with(content)[0] == ANNEX


def test_what_is_packed_without_end_is_read_to_a_sober_number() -> None:
    mail = a_mail()
    for _ in range(MOST_PARTS + 50):
        mail.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="x.bin")
    assert len(came_with(mail.as_bytes())) < MOST_PARTS


def packed(*attributes: tuple[int, bytes]) -> bytes:
    body = b"".join(
        struct.pack("<BII", 2, key, len(one)) + one + bytes(2) for key, one in attributes
    )
    return TNEF + bytes(2) + body


def long_name(name: str) -> bytes:
    coded = name.encode("utf-16-le") + bytes(2)
    return struct.pack("<IIII", 1, 0x3707001F, 1, len(coded)) + coded


def test_what_outlook_packs_into_winmail_dat_is_unpacked() -> None:
    stream = packed(
        (0x00069002, bytes(14)),
        (0x00018010, "整改~1.DOC\0".encode("gb18030")),
        (0x0006800F, b"first"),
        (0x00069005, long_name("整改情况反馈表.docx")),
        (0x00069002, bytes(14)),
        (0x00018010, "照片.jpg\0".encode("gb18030")),
        (0x0006800F, b"second"),
    )
    mail = a_mail()
    mail.add_attachment(stream, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    assert came_with(mail.as_bytes()) == [
        ("整改情况反馈表.docx", b"first"),
        ("照片.jpg", b"second"),
    ]
    for cut in range(len(stream)):
        assert len(files_in(stream[:cut])) <= 2


def headed(*heads: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join((*heads, b"", body))


@pytest.mark.parametrize(
    ("subject", "read"),
    [
        ("回复：整改情况".encode("gbk"), "回复：整改情况"),
        ("回复：整改情况".encode(), "回复：整改情况"),
        (
            b"=?gb2312?B?" + base64.b64encode("赵镕翀".encode("gb18030")) + b"?=",
            "赵镕翀",
        ),
        (
            b"=?utf-8?B?"
            + base64.b64encode("整改".encode()[:4])
            + b"?= =?utf-8?B?"
            + base64.b64encode("整改".encode()[4:])
            + b"?=",
            "整改",
        ),
        (b"=?no-such-set?B?" + base64.b64encode("整改".encode()) + b"?=", "整改"),
    ],
    ids=["gbk", "utf-8", "wider", "cut in a character", "unknown"],
)
def test_a_subject_is_read_as_it_was_meant(subject: bytes, read: str) -> None:
    assert read_letter(headed(b"Subject: " + subject)).subject == read


def test_the_name_of_a_file_is_read_as_it_was_meant() -> None:
    name = "整改表镕.docx"
    raw = name.encode("gb18030")
    quoted = "".join(f"%{one:02X}" for one in raw).encode()
    for said in (b'filename="' + raw + b'"', b"filename*=gb2312''" + quoted):
        content = headed(
            b"Content-Type: application/octet-stream",
            b"Content-Disposition: attachment; " + said,
            body=b"x",
        )
        assert came_with(content) == [(name, b"x")]


@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_one_broken_character_costs_no_other(charset: str) -> None:
    text = "已完成整改。".encode(charset)
    kind = f"Content-Type: text/plain; charset={charset}".encode()
    broken = read_letter(headed(kind, body=text + b"\xff\xff" + text)).text
    assert broken.startswith("已完成整改。")
    assert broken.endswith("已完成整改。")
    long = "整".encode(charset) * (MOST_TEXT // 2)
    assert set(read_letter(headed(kind, body=b"x" + long)).text) == {"x", "整"}


def test_html_is_read_with_whatever_characters_it_names() -> None:
    body = b"<p>&#25972;&#x6539; &ldquo;A&rdquo;&nbsp;&mdash;</p>"
    assert read_letter(headed(b"Content-Type: text/html", body=body)).text == "整改 “A” —"


@pytest.mark.parametrize(
    "head",
    [
        b"Auto-Submitted: auto-replied",
        b"X-Autoreply: yes",
        "Subject: 自动回复：您的邮件已收到".encode(),
        b"Subject: Automatic reply: x",
    ],
)
def test_what_a_holiday_wrote_is_called_so(head: bytes) -> None:
    assert read_letter(headed(head)).automatic
    assert not read_letter(headed(b"Subject: Re: x", b"Auto-Submitted: no")).automatic


@pytest.mark.parametrize("name", ["整改表.doc", "整改表.wps", "整改表.xls", "整改表.et"])
def test_a_document_of_before_is_kept_and_one_with_macros_is_not(tmp_path: Path, name: str) -> None:
    files = LetterFiles(EvidenceFolder(tmp_path))
    kept = asyncio.run(files.take(Attachment(name, OLD)))
    assert (kept.name, kept.size) == (name, len(OLD))
    for word in ("_VBA_PROJECT", "Macros\0"):
        with pytest.raises(FileLeftOut, match="宏"):
            asyncio.run(files.take(Attachment(name, OLD + word.encode("utf-16-le"))))
    with pytest.raises(FileLeftOut, match="不是"):
        asyncio.run(files.take(Attachment("整改表.msi", OLD)))


def _archive(version: int, members: int = 1) -> bytes:
    """An archive that says by which version of the format it is to be read."""
    entry = b"PK\x01\x02" + bytes([version, 0, version, 0]) + bytes(38) + b"a"
    entry = entry[:28] + b"\1\0" + entry[30:]
    body = b"PK\x03\x04" + bytes(26)
    end = b"PK\x05\x06" + bytes(4) + min(members, 65_535).to_bytes(2, "little") * 2
    directory = entry * members
    sizes = len(directory).to_bytes(4, "little") + len(body).to_bytes(4, "little")
    return body + directory + end + sizes + b"\0\0"


@pytest.mark.parametrize("archive", [_archive(99), _archive(20), _archive(20, 30_000)])
async def test_an_archive_nobody_can_read_is_left_out_and_says_so(
    tmp_path: Path, archive: bytes
) -> None:
    with pytest.raises(FileLeftOut):
        await LetterFiles(EvidenceFolder(tmp_path)).take(Attachment("整改表.xlsx", archive))
