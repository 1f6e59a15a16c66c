"""The rules for uploaded files: what is taken, and what is refused in which words.

The content decides, not the name or the browser's word for it. Originals are sealed as they came;
what people look at later is drawn anew from the pixels.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import unicodedata
from pathlib import Path
from typing import ClassVar

import filetype

from domain.commands import EvidenceFile
from domain.plain_text import line
from gateways.evidence import EvidenceStore

MEGABYTE = 1_000_000
MAX_PICTURE_BYTES = 20 * MEGABYTE
MAX_PDF_BYTES = 20 * MEGABYTE
MAX_TOTAL_BYTES = 60 * MEGABYTE
MAX_FILES = 10
MAX_PIXELS = 65_000_000
"""A phone of today takes 50 or 64 million; whoever holds it cannot make a picture smaller."""

MAX_NAME = 100
INSPECTION_SECONDS = 30

SUFFIXES = {
    "image/jpeg": (".jpg", ".jpeg", ".jfif"),
    "image/png": (".png",),
    "image/heic": (".heic", ".heif"),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
}
"""The media types taken, each with its file name endings, the usual one first."""

_SAME = {"image/apng": "image/png"}
_RUN_BY_COMPUTERS = re.compile(
    r"(?i)\.(apk|bat|cmd|com|cpl|dll|exe|hta|html?|jar|js|jse|lnk|msi|php|ps1|py|reg|scr|sh|svg|vbs|wsf|xhtml|xml)|\.[^.]*[:%].*"
)
"""Endings that no photo came by honestly; every other one is a dot in somebody's file name."""
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
"""Major brands of HEIF files as cameras write them: still and burst, of eight and of ten bits."""
_DEVICE = re.compile(r"(?i)con|prn|aux|nul|(com|lpt)[0-9¹²³]|conin\$|conout\$")
"""Names under which Windows keeps no file, whatever their ending."""
_INSPECTOR = Path(__file__).with_name("file_inspector.py")


class UploadRefused(Exception):
    """A file is not taken; `code` is stable, `str(refused)` names the file and the remedy."""

    sentences: ClassVar[dict[str, str]] = {
        "empty_file": "“{name}”是空文件，请重新选择文件。",
        "file_too_large": "“{name}”超过{limit}，请压缩后再上传。",
        "total_too_large": "加上“{name}”后附件合计超过60 MB，请删去部分附件或压缩后再上传。",
        "too_many_files": "附件最多10个，“{name}”未能添加，请先删去不需要的附件。",
        "type_not_allowed": "“{name}”不是可接收的文件，请上传 JPG、PNG、HEIC、WebP 照片或 PDF 文件。",
        "name_not_usable": "“{name}”是电脑系统的保留名称，无法保存，请改名后再上传。",
        "picture_damaged": "照片“{name}”不完整或无法打开，请重新拍摄或重新导出后上传。",
        "too_many_pixels": "照片“{name}”超过6500万像素，请在相机设置中调低像素后重新拍摄，或裁剪后再上传。",
        "side_too_long": "照片“{name}”的边长超过3万像素，请裁剪或缩小后再上传。",
        "pdf_damaged": "“{name}”不完整，请重新导出 PDF 后上传。",
        "pdf_encrypted": "“{name}”设有密码，请上传未加密的 PDF 文件。",
        "inspection_failed": "“{name}”无法检查，请另存为 JPG 或 PDF 后再上传。",
    }

    def __init__(self, code: str, name: str, **details: str) -> None:
        """Refuse the file `name` for the reason `code`."""
        super().__init__(self.sentences[code].format(name=name, **details))
        self.code = code


class Uploads:
    """Takes uploaded files into the evidence store, a few at a time."""

    def __init__(self, evidence: EvidenceStore, at_once: int = 2) -> None:
        """Seal into `evidence`; inspect at most `at_once` files at the same time."""
        self._evidence = evidence
        self._turns = asyncio.Semaphore(at_once)

    async def take(self, name: str, content: bytes) -> EvidenceFile:
        """Check one file and seal it; raises `UploadRefused`."""
        shown = clean_name(name)
        media_type = _media_type(shown, content)
        _demand_size(shown, media_type, len(content))
        async with self._turns:
            view = await _inspect(shown, media_type, content)
        sealed = await asyncio.to_thread(self._evidence.put, content)
        if view:
            await asyncio.to_thread(self._evidence.put_view, sealed.sha256, view)
        return EvidenceFile(
            sha256=sealed.sha256,
            name=_with_ending(shown, media_type),
            media_type=media_type,
            size=sealed.size,
        )


def clean_name(name: str) -> str:
    """Reduce an uploaded file's name to what may be shown: the base name, 100 characters."""
    plain = line(unicodedata.normalize("NFKC", name))
    base = plain.replace("\\", "/").rsplit("/", 1)[-1].strip(" .")
    if len(base) > MAX_NAME:
        ending = Path(base).suffix[:10]
        base = base[: MAX_NAME - len(ending)] + ending
    return base or "未命名文件"


def demand_room(files: tuple[EvidenceFile, ...], name: str, size: int) -> None:
    """Refuse a file for which a submission has no room; raises `UploadRefused`."""
    shown = clean_name(name)
    if len(files) >= MAX_FILES:
        raise UploadRefused("too_many_files", shown)
    if sum(file.size for file in files) + size > MAX_TOTAL_BYTES:
        raise UploadRefused("total_too_large", shown)


def kind_of(content: bytes) -> str:
    """Give the media type that a content itself shows; empty where it shows none."""
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return "image/heic"
    kind = filetype.guess(content[:8192])
    return "" if kind is None else _SAME.get(kind.mime, str(kind.mime))


def _media_type(name: str, content: bytes) -> str:
    if not content:
        raise UploadRefused("empty_file", name)
    media_type = kind_of(content)
    ending = Path(name).suffix.lower()
    if _DEVICE.fullmatch(Path(name).name.split(".")[0].strip()):
        raise UploadRefused("name_not_usable", name)
    if media_type not in SUFFIXES or _RUN_BY_COMPUTERS.fullmatch(ending):
        raise UploadRefused("type_not_allowed", name)
    return media_type


def _demand_size(name: str, media_type: str, size: int) -> None:
    limit = MAX_PDF_BYTES if media_type == "application/pdf" else MAX_PICTURE_BYTES
    if size > limit:
        raise UploadRefused("file_too_large", name, limit=f"{limit // MEGABYTE} MB")


def _with_ending(name: str, media_type: str) -> str:
    """Give the name the ending of its content; phones call HEIC pictures .jpg."""
    endings = SUFFIXES[media_type]
    if Path(name).suffix.lower() in endings:
        return name
    return f"{name[: MAX_NAME - len(endings[0])]}{endings[0]}"


async def _inspect(name: str, media_type: str, content: bytes) -> bytes:
    """Let the inspector look into the file; give its drawing, empty for a PDF."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(_INSPECTOR),
        media_type,
        str(MAX_PIXELS),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        answer, _ = await asyncio.wait_for(process.communicate(content), INSPECTION_SECONDS)
    except TimeoutError as late:
        raise UploadRefused("inspection_failed", name) from late
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise UploadRefused("inspection_failed", name)
    first_line, _, view = answer.partition(b"\n")
    _demand_sound(name, media_type, str(json.loads(first_line)["finding"]))
    return view


def _demand_sound(name: str, media_type: str, finding: str) -> None:
    if finding == "too_many_pixels":
        raise UploadRefused("too_many_pixels", name)
    if finding == "side_too_long":
        raise UploadRefused("side_too_long", name)
    if finding == "encrypted":
        raise UploadRefused("pdf_encrypted", name)
    if finding == "damaged":
        pdf = media_type == "application/pdf"
        raise UploadRefused("pdf_damaged" if pdf else "picture_damaged", name)
