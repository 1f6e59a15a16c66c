"""A draw as a file that anybody can check: what was announced, its hash, the seed, the result."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from domain.draw.announcing import Announcement
from domain.draw.drawing import DrawResult

FORMAT = "bihuan-draw-1"
LONGEST_FILE = 50 * 1024 * 1024


class DrawFileError(ValueError):
    """Not a draw that can be checked; the message says in Chinese what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawFile:
    """The content of a file; `result` is None before the seed is known."""

    format: str
    announcement: Announcement
    announcement_sha256: str
    result: DrawResult | None = None


_FILE = TypeAdapter(DrawFile)


def document(announcement: Announcement, sha256: str, result: DrawResult | None) -> dict[str, Any]:
    """Give the content of a file as JSON content."""
    made = DrawFile(
        format=FORMAT, announcement=announcement, announcement_sha256=sha256, result=result
    )
    content: dict[str, Any] = _FILE.dump_python(made, mode="json")
    return content


def read_draw(path: Path) -> DrawFile:
    """Read a file; raises DrawFileError."""
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise DrawFileError(f"{path}：文件过大，不是抽取记录")
        read = _FILE.validate_python(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise DrawFileError(f"{path}：无法读取，请核对文件路径和内容") from error
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise DrawFileError(f"{path}：不是完整的抽取记录（{where}）") from error
    if read.format != FORMAT:
        raise DrawFileError(f"{path}：格式为“{read.format}”，本版本只能核对“{FORMAT}”")
    return read
