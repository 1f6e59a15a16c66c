"""What the web app holds in memory while strangers, districts and officers send it what was made to fill it."""

from __future__ import annotations

import asyncio
import io
import os
import zipfile
import zlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from functools import cache
from uuid import uuid4

import httpx2
import xlsxwriter

from bench.front import Front, open_front
from bench.measuring import doing, report
from bench.strangers import BAD_PDF

MOST_MB = 512
MOST_ADDED_MB = 20
AT_ONCE = 4
_SETTLED_SECONDS = 6.0
_MEGABYTE = 1_000_000

Attack = Callable[[Front], Awaitable[object]]


async def hostile() -> None:
    """Send everything twice; tell the most the web app held, and what the second round left behind."""
    async with open_front(8) as front:
        peaks = await one_round(front)
        before = await _settled(front)
        peaks = {what: max(peak, peaks[what]) for what, peak in (await one_round(front)).items()}
        added = await _settled(front) - before
    worst = max(peaks, key=lambda what: peaks[what])
    words = f"{peaks[worst]:.0f} MB（{worst}）；" + "，".join(
        f"{a} {b:.0f}" for a, b in peaks.items()
    )
    report("恶意输入之下网页进程的内存", "≤ 512 MB", words, reached=peaks[worst] <= MOST_MB)
    words = f"{added:+.0f} MB（{before:.0f} → {before + added:.0f}）"
    report("同样的输入第二轮多占的内存", "≤ 20 MB", words, reached=added <= MOST_ADDED_MB)


async def one_round(front: Front) -> Mapping[str, float]:
    """Send each kind several times at once; give the most megabytes held meanwhile, by kind."""
    peaks: dict[str, float] = {}
    for what, attack in ATTACKS.items():
        doing(what)
        front.forget_peak()
        await asyncio.gather(*(_sent(attack, front) for _ in range(AT_ONCE)))
        peaks[what] = front.peak()
    return peaks


async def _sent(attack: Attack, front: Front) -> None:
    with suppress(httpx2.TransportError, OSError, TimeoutError):
        async with asyncio.timeout(90):
            await attack(front)


async def _settled(front: Front) -> float:
    await asyncio.sleep(_SETTLED_SECONDS)
    return front.resident()


async def _endless_head(front: Front) -> None:
    await _poured(front, b"GET /login HTTP/1.1\r\n", b"X1: y\r\n" * 10_000)


async def _endless_line(front: Front) -> None:
    await _poured(front, b"GET /login HTTP/1.1\r\nX: ", b"a" * 70_000)


async def _endless_chunks(front: Front) -> None:
    head = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    await _poured(front, head, b"10000\r\n" + b"a" * 0x10000 + b"\r\n")


async def _poured(front: Front, begin: bytes, more: bytes) -> None:
    """Write on and on, forty megabytes at most, until the other side closes."""
    _, writer = await asyncio.open_connection("127.0.0.1", front.port)
    try:
        writer.write(begin)
        for _ in range(40 * _MEGABYTE // len(more)):
            writer.write(more)
            await writer.drain()
    finally:
        writer.close()


async def _many_parts(front: Front) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    await _posted(front, "/login", part * (900_000 // len(part)) + b"--x--\r\n", _PARTS)


async def _many_fields(front: Front) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    await _posted(front, "/login", b"a=b&" * 250_000, form)


async def _large_anonymous(front: Front) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    body = head + b"a" * (19 * _MEGABYTE) + b"\r\n--x--\r\n"
    await _posted(front, "/import", body, _PARTS)


async def _deep_json(front: Front) -> None:
    await _asked(front, "/api/v1/problems", content=b"[" * 900_000)


async def _wide_json(front: Front) -> None:
    many = b",".join(b'"k%d":%d' % (n, n) for n in range(60_000))
    await _asked(front, "/api/v1/problems", content=b"{" + many + b"}")


async def _deep_yaml(front: Front) -> None:
    await _yaml(front, "[" * 30_000)


async def _yaml_of_aliases(front: Front) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 9) + "]" for n in range(1, 9)]
    await _yaml(front, "\n".join([*lines, "year: *a8"]))


async def _yaml(front: Front, text: str) -> None:
    body = {"kind": "calendar", "text": text, "reason": "示例"}
    await _asked(front, "/api/v1/rule-changes/preview", json=body)


async def _workbook_bomb(front: Front) -> None:
    await _asked(front, "/api/v1/batches", files={"file": ("a.xlsx", _bomb())})


@cache
def _bomb() -> bytes:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (400 * _MEGABYTE))
    return box.getvalue()


async def _large_workbook(front: Front) -> None:
    await _asked(front, "/api/v1/batches", files={"file": ("a.xlsx", _half_a_million_cells())})


@cache
def _half_a_million_cells() -> bytes:
    box = io.BytesIO()
    book = xlsxwriter.Workbook(box, {"constant_memory": True})
    sheet = book.add_worksheet()
    for row in range(20_000):
        for column in range(26):
            sheet.write_number(row, column, row)
    book.close()
    return box.getvalue()


async def _bad_pdf(front: Front) -> None:
    await _uploaded(front, "a.pdf", BAD_PDF)


async def _large_pdf(front: Front) -> None:
    noise = os.urandom(19 * _MEGABYTE)
    await _uploaded(front, "a.pdf", b"%PDF-1.4\n" + noise + b"\nstartxref\n10\n%%EOF")


async def _picture_of_fifty_megapixels(front: Front) -> None:
    await _uploaded(front, "a.png", _png(8_000, 6_250))


async def _picture_of_thirty_megapixels(front: Front) -> None:
    await _uploaded(front, "a.png", _png(6_000, 5_000))


@cache
def _png(width: int, height: int) -> bytes:
    """Give a plain picture, a few kilobytes long."""
    packed = zlib.compress(b"".join(b"\0" + b"\x7f" * width * 3 for _ in range(height)), 9)
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    parts = ((b"IHDR", size + b"\x08\x02\0\0\0"), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(content).to_bytes(4, "big")
        + name
        + content
        + zlib.crc32(name + content).to_bytes(4, "big")
        for name, content in parts
    )


async def _uploaded(front: Front, name: str, content: bytes) -> None:
    browser, mark = await front.district(0)
    async with aclosing(browser):
        answer = await browser.post(
            "/f/files",
            data={"csrf": mark, "form": "answer"},
            files={"upload": (name, content)},
            headers={"accept": "application/json"},
        )
        _told(answer)


async def _posted(front: Front, path: str, body: bytes, headers: Mapping[str, str]) -> None:
    async with front.browser("203.0.113.9") as browser:
        _told(await browser.post(path, content=body, headers=dict(headers)))


async def _asked(front: Front, path: str, **body: object) -> None:
    headers = {
        "authorization": f"Bearer {front.token}",
        "idempotency-key": uuid4().hex,
    }
    if "content" in body:
        headers["content-type"] = "application/json"
    async with front.browser("203.0.113.9") as browser:
        answer = await browser.post(path, headers=headers, **body)  # type: ignore[arg-type]  # content, json or files
    _told(answer)


def _told(answer: httpx2.Response) -> None:
    """Say beside the figures what the sender was told: a refusal at the first door measures nothing."""
    doing(f"{answer.status_code} {answer.text[:80]!r}")


_PARTS = {"content-type": "multipart/form-data; boundary=x"}
ATTACKS: dict[str, Attack] = {
    "无尽的请求头": _endless_head,
    "无尽的请求行": _endless_line,
    "无尽的分块正文": _endless_chunks,
    "两万个表单部分": _many_parts,
    "二十五万个表单项": _many_fields,
    "未登录的大文件": _large_anonymous,
    "极深的JSON": _deep_json,
    "极宽的JSON": _wide_json,
    "极深的YAML": _deep_yaml,
    "YAML别名": _yaml_of_aliases,
    "压缩炸弹工作簿": _workbook_bomb,
    "五十万单元格工作簿": _large_workbook,
    "不完整的PDF": _bad_pdf,
    "19 MB的PDF": _large_pdf,
    "五千万像素照片": _picture_of_fifty_megapixels,
    "三千万像素照片": _picture_of_thirty_megapixels,
}
