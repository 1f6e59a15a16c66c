"""What kind of file was handed in, told by its content; and a list of comma-separated values."""

from __future__ import annotations

import codecs
import csv
import io
import re

from gateways.problem_list.errors import ListError

OLE_SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
SAVE_AS_XLSX = "请用 Excel 或 WPS 打开，去掉密码后另存为“.xlsx”再上传。"
PICTURE = re.compile(r"xl/media/.+\.(?:jpe?g|png|gif|bmp|emf|wmf|tiff?|svg|webp)", re.IGNORECASE)

OTHER_KINDS = (
    (re.compile(rb"%PDF-"), "PDF 文件"),
    (re.compile(rb"\xff\xd8\xff|\x89PNG|GIF8|BM.{4}\0\0\0\0|RIFF.{4}WEBP", re.DOTALL), "图片"),
    (re.compile(rb"Rar!|7z\xbc\xaf"), "压缩包"),
    (re.compile(rb"\s*<\?xml.{0,400}(?:Workbook|mso-application)", re.DOTALL), "XML 表格"),
    (re.compile(rb"\s*<(?:!doctype html|html|table|head|meta)", re.IGNORECASE), "网页格式的表格"),
)
OTHER_PARTS = (("word/", "Word 文档"), ("ppt/", "演示文稿"), ("ofd.xml", "OFD 文件"))
AS_FORMULA = re.compile(r'^="([^"]*)"$')
"""How programs write a text so that no table program makes a number of it."""
MAX_ROWS = 60_000
MAX_COLUMNS = 1_000
MAX_CELLS = 2_000_000
MOST_LINES = 10 * MAX_ROWS
"""A cell may hold several; each costs a hundred times the byte it takes."""

SEPARATORS = ",\t;，"
SEPARATED_WITHIN = 40
"""Titles may stand above the headings; by then a list shows what separates its columns."""

HEAD_SIGNS = 200_000
"""Where those lines end at the latest."""


def part_names(names: list[str]) -> set[str]:
    """Return the names in an archive as the standard writes them: slashes, no capitals."""
    return {name.replace("\\", "/").lower() for name in names}


def is_spreadsheet(names: set[str]) -> bool:
    """Say whether an archive of these parts is a workbook of Excel or OpenDocument."""
    opendocument = {"content.xml", "mimetype"} <= names and not any("ofd" in n for n in names)
    return bool(names & {"xl/workbook.xml", "xl/workbook.bin"}) or opendocument


def named_archive(names: set[str]) -> ListError:
    """Refuse an archive that is no workbook, by what it is."""
    for start, kind in OTHER_PARTS:
        if any(name.startswith(start) for name in names):
            return not_this(kind)
    return not_a_workbook()


def refuse_other_ole(content: bytes) -> None:
    """Let an old .xls file pass; refuse what else comes in the same container."""
    if _named(content, "EncryptedPackage"):
        raise ListError("encrypted_or_old", f"文件已加密，无法读取。{SAVE_AS_XLSX}")
    if _named(content, "WordDocument"):
        raise not_this("Word 文档")
    if not (_named(content, "Workbook") or _named(content, "Book")):
        raise ListError("encrypted_or_old", f"文件已加密，或者是过旧的“.xls”格式。{SAVE_AS_XLSX}")


def _named(content: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") in content


def comma_separated(content: bytes) -> list[list[str]]:
    """Return the rows of a csv file in UTF-8, UTF-16 or GBK; raises ListError when it is none."""
    for shape, kind in OTHER_KINDS:
        if shape.match(content[:512]):
            raise not_this(kind)
    text = _decoded(content)
    lines = list(filter(str.strip, text[:HEAD_SIGNS].splitlines()))[:SEPARATED_WITHIN]
    separator = max(SEPARATORS, key=lambda one: sum(one in line for line in lines))
    if "\0" in text or not any(separator in line for line in lines):
        raise not_a_workbook()
    if text.count(separator) > MAX_CELLS or text.count("\n") + text.count("\r") > MOST_LINES:
        raise too_large()
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise not_a_workbook() from error
    rows = [[AS_FORMULA.sub(r"\1", cell) for cell in row] for row in rows]
    width = max(map(len, rows), default=0)
    if len(rows) > MAX_ROWS or width > MAX_COLUMNS or len(rows) * width > MAX_CELLS:
        raise too_large()
    return [row + [""] * (width - len(row)) for row in rows]


def too_large() -> ListError:
    """Refuse a table beyond what a list may have."""
    return ListError(
        "too_large", f"文件超出上限（{MAX_ROWS}行、{MAX_COLUMNS}列）。请分成几份上传。"
    )


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    if content[1:64:2].count(0) > 8:
        return content.decode("utf-16-le", errors="replace")
    broken_at = 1
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as fault:
            broken_at = content.count(b"\n", 0, fault.start) + 1
    raise _undecodable(content, broken_at)


def _undecodable(content: bytes, line: int) -> ListError:
    """Refuse a text of an unknown encoding by its line; what holds a zero byte is no text."""
    if b"\0" in content or b"," not in content[:4096]:
        return not_a_workbook()
    return ListError(
        "encoding_unknown",
        f"文件像是“.csv”文本，但第{line}行附近有既非 UTF-8 也非 GBK 的字符，无法读取。{SAVE_AS_XLSX}",
    )


def not_this(kind: str) -> ListError:
    """Refuse a file by what it is."""
    return ListError(
        "not_a_workbook", f"文件是{kind}，不是清单工作簿。请将清单另存为“.xlsx”后再上传。"
    )


def not_a_workbook() -> ListError:
    """Say that the file is no workbook."""
    return ListError(
        "not_a_workbook", f"文件不是可读取的 Excel 工作簿，或者已经损坏。{SAVE_AS_XLSX}"
    )
