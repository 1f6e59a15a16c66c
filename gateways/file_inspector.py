"""Look into one uploaded file: bytes on standard input, the finding on standard output.

Runs as a process of its own, with limits on memory and time: decoders of pictures are what hostile
files are made for. The answer is one line of JSON, `{"finding": ...}`, and after it, for pictures,
a JPEG without any camera data. It imports nothing of ours.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import resource
import sys
import warnings
from collections.abc import Iterator

import pi_heif
from PIL import Image, ImageOps

MEMORY_BYTES = 2 << 30
CPU_SECONDS = 20
BEHIND_PAGES = 5
"""How much the system prefers everybody else to it while both want the processor."""

VIEW_EDGE = 1600
MAX_SIDE = 30_000

_FORMATS = {
    "image/jpeg": ["JPEG"],
    "image/png": ["PNG"],
    "image/heic": ["HEIF"],
    "image/webp": ["WEBP"],
}
_STREAM = re.compile(rb"stream\r?\n")
_STREAM_END = b"endstream"
_ENCRYPTION = re.compile(rb"/Encrypt\s*(<<|\d+\s+\d+\s+R)")
_TAIL = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")


def main() -> None:
    """Inspect a file of the media type and with the pixel limit given as arguments."""
    limit(resource.RLIMIT_AS, MEMORY_BYTES)
    limit(resource.RLIMIT_CPU, CPU_SECONDS)
    os.nice(BEHIND_PAGES)
    media_type, pixels = sys.argv[1], int(sys.argv[2])
    content = sys.stdin.buffer.read()
    view = b""
    if media_type == "application/pdf":
        finding = look_into_pdf(content)
    else:
        finding, view = look_into_picture(content, media_type, pixels)
    sys.stdout.buffer.write(json.dumps({"finding": finding}).encode() + b"\n" + view)


def limit(kind: int, amount: int) -> None:
    """Set a limit where the system knows it."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (amount, amount))


def look_into_pdf(content: bytes) -> str:
    """Tell whether a PDF is whole and open to every reader: `ok`, `damaged` or `encrypted`."""
    tail = _TAIL.search(content[-2048:].rstrip(b"\x00"))
    if tail is None or int(tail[1]) >= len(content):
        return "damaged"
    return "encrypted" if _ENCRYPTION.search(b"".join(_outside_streams(content))) else "ok"


def _outside_streams(content: bytes) -> Iterator[bytes]:
    """Give what stands outside of streams; each byte is looked at once, however many begin and never end."""
    at = 0
    while (begin := _STREAM.search(content, at)) is not None:
        end = content.find(_STREAM_END, begin.end())
        if end < 0:
            break
        yield content[at : begin.start()]
        at = end + len(_STREAM_END)
    yield content[at:]


def look_into_picture(content: bytes, media_type: str, pixels: int) -> tuple[str, bytes]:
    """Decode the whole first frame and draw it anew: `ok`, `damaged`, `too_many_pixels` or `side_too_long`."""
    pi_heif.register_heif_opener(thumbnails=False)
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = pixels
    formats = _FORMATS[media_type]
    try:
        with Image.open(io.BytesIO(content), formats=formats) as picture:
            if max(picture.size) > MAX_SIDE:
                return "side_too_long", b""
            picture.verify()
        with Image.open(io.BytesIO(content), formats=formats) as picture:
            picture.load()
            return "ok", redraw(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "too_many_pixels", b""
    except (OSError, SyntaxError, ValueError, EOFError, RuntimeError):
        return "damaged", b""


def redraw(picture: Image.Image) -> bytes:
    """Draw the picture upright as a JPEG of moderate size; nothing but its pixels remains."""
    # Made small first: 65 million pixels are 260 MB, and each step would make as many again.
    small = picture if picture.mode == "RGB" else picture.convert("RGB")
    small.thumbnail((VIEW_EDGE, VIEW_EDGE))
    upright = ImageOps.exif_transpose(small)
    pixels_only = Image.new("RGB", upright.size)
    pixels_only.paste(upright)
    drawn = io.BytesIO()
    pixels_only.save(drawn, "JPEG", quality=82)
    return drawn.getvalue()


if __name__ == "__main__":
    main()
