"""From an uploaded file to sheets of plain cells, trusting nothing the file says of itself."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from gateways.problem_list.errors import ListError
from gateways.problem_list.file_kinds import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    OLE_SIGNATURE,
    PICTURE,
    SAVE_AS_XLSX,
    comma_separated,
    is_spreadsheet,
    named_archive,
    not_a_workbook,
    part_names,
    refuse_other_ole,
)
from gateways.problem_list.sheet_marks import BookMarks, Marks, marks_of

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 50 * 1024 * 1024
MAX_RATIO = 100
MAX_ENTRIES = 200
MAX_PICTURES = 5_000
MEMBER = b"PK\x01\x02"
"""Begins an entry of the directory: counted before the library builds an object of each."""

READING_SECONDS = 60


class Moment(date):
    """A day with the time that stands behind it in its cell; for everything else a day."""

    at: time

    @classmethod
    def read(cls, day: str, at: str) -> Moment:
        """Read both as the process writes them."""
        moment = cls.fromisoformat(day)
        moment.at = time.fromisoformat(at)
        return moment


Cell = str | float | bool | date
"""What a cell holds; the empty string is an empty cell."""

Merge = tuple[tuple[int, int], tuple[int, int]]
"""First and last (row, column) of a merged range, counted from 0."""


ERRORS = frozenset(
    "#N/A #REF! #VALUE! #DIV/0! #NAME? #NULL! #NUM! #SPILL! #CALC! #GETTING_DATA".split()  # noqa: SIM905
)


class Broken(str):
    """A cell without a value: the error that stands in it, or nothing for a formula not worked out."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible worksheet; `rows[0][0]` is A1, hidden rows and columns are counted from 0 too.

    `blind` says that the format does not tell us which rows are hidden and which cells are errors. Of a
    sheet that is `hidden` itself nothing but its name is known.
    """

    name: str
    rows: list[list[Cell]]
    merged: list[Merge]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    date1904: bool = False
    blind: bool = False
    hidden: bool = False


def content_of(source: Path | str | bytes) -> bytes:
    """Return the file's bytes, never more than a list may have.

    Raises ListError `too_large` or `not_found`.
    """
    if isinstance(source, bytes):
        content = source
    else:
        try:
            with Path(source).open("rb") as file:
                content = file.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            message = f"无法打开文件“{source}”，请核对路径和读取权限。"
            raise ListError("not_found", message) from error
    if len(content) > MAX_FILE_BYTES:
        raise ListError("too_large", "文件超过20 MB，请删去图片和无关工作表，或者分成几份上传。")
    return content


def read_sheets(content: bytes) -> list[Sheet]:
    """Return the visible worksheets of an xlsx, xls or ods file, or the one table of a csv file.

    Raises ListError: `encrypted_or_old`, `not_a_workbook`, `suspicious_archive`, `too_large`.
    """
    zipped = content.startswith(b"PK")
    if content.startswith(OLE_SIGNATURE):
        refuse_other_ole(content)
    elif zipped:
        refuse_unless_workbook(content)
    else:
        return [sheet_of_values(comma_separated(content))]
    answer = read_in_own_process(content)
    if "too_large" in answer:
        raise ListError(
            "too_large",
            f"工作表“{answer['too_large']}”超出上限（{MAX_ROWS}行、{MAX_COLUMNS}列）。"
            "请删去表格以外的行和列，或者分成几份上传。",
        )
    if "unreadable" in answer:
        raise not_a_workbook()
    marks = marks_of(content) if zipped else BookMarks({})
    sheets = [sheet_of(one, marks) for one in answer["sheets"]]
    for sheet in sheets:
        refuse_endless_merges(sheet)
    return [*sheets, *(Sheet(name, [], [], hidden=True) for name in answer.get("hidden", ()))]


def sheet_of(one: dict[str, Any], marks: BookMarks) -> Sheet:
    """Return one sheet, its errors and formulas without value marked as such."""
    rows, of_sheet = one["rows"], marks.sheets.get(one["name"], Marks())
    last = max((row for row, _ in of_sheet.broken if row < MAX_ROWS), default=-1)
    if rows:
        rows.extend([""] * len(rows[0]) for _ in range(len(rows), last + 1))
    for (row, column), error in of_sheet.broken.items():
        if 0 <= row < len(rows) and column < len(rows[row]):
            rows[row][column] = Broken(error)
    return Sheet(
        one["name"],
        [list(map(as_error, row)) for row in rows],
        [(tuple(a), tuple(b)) for a, b in one["merged"]],
        frozenset(of_sheet.hidden_rows),
        frozenset(of_sheet.hidden_columns),
        marks.date1904,
        one["name"] not in marks.sheets,
    )


def as_error(cell: Cell) -> Cell:
    """Return a cell whose text is an error's name as that error: csv files write it so."""
    return Broken(cell) if isinstance(cell, str) and cell in ERRORS else cell


def sheet_of_values(rows: list[list[str]]) -> Sheet:
    """Return the table of a csv file as a sheet."""
    return Sheet("清单", [list(map(as_error, row)) for row in rows], [], blind=True)


def refuse_endless_merges(sheet: Sheet) -> None:
    """Refuse merged ranges that lie over each other until filling them down would never end."""
    height = len(sheet.rows)
    if sum(max(0, min(last, height) - first) for (first, _), (last, _) in sheet.merged) > MAX_CELLS:
        message = f"工作表“{sheet.name}”的合并单元格数量异常，请取消合并后重新上传。"
        raise ListError("too_large", message)


def refuse_unless_workbook(content: bytes) -> None:
    """Look into the archive's directory before anything is unpacked."""
    if content.count(MEMBER) > 10 * MAX_PICTURES:
        raise suspicious()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            refuse_bomb(entries, len(content))
            names = part_names(archive.namelist())
            if not is_spreadsheet(names):
                raise named_archive(names)
            refuse_entities(archive, entries)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise not_a_workbook() from error


def refuse_bomb(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse an archive that is encrypted, overlaps itself, or would unpack beyond measure."""
    unpacked = sum(entry.file_size for entry in entries)
    if any(entry.flag_bits & 1 for entry in entries):
        raise ListError("encrypted_or_old", f"文件已加密，无法读取。{SAVE_AS_XLSX}")
    if (
        sum(not PICTURE.fullmatch(entry.filename) for entry in entries) > MAX_ENTRIES
        or len(entries) > MAX_PICTURES
        or unpacked > MAX_UNPACKED_BYTES
        or unpacked > MAX_RATIO * size
        or sum(entry.compress_size for entry in entries) > size
    ):
        raise suspicious()


def suspicious() -> ListError:
    """Refuse an archive that is built to harm its reader."""
    return ListError(
        "suspicious_archive",
        "文件解压后的体积或文件数异常，为安全起见未予读取。"
        "请新建一个工作簿，只粘贴清单内容后重新上传。",
    )


def refuse_entities(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse parts that declare a document type: no office program writes one, bombs do.

    Reading every part also proves that the sizes in the directory were true.
    """
    for entry in entries:
        part = archive.read(entry).replace(b"\0", b"")
        if entry.filename.endswith((".xml", ".rels", ".vml")) and b"<!DOCTYPE" in part:
            raise ListError(
                "suspicious_archive",
                "文件内含不应出现的实体声明，为安全起见未予读取。请用 Excel 或 WPS 另存后重新上传。",
            )


def read_in_own_process(content: bytes) -> dict[str, Any]:
    """Let a limited process read the workbook; its death is an unreadable file, not ours."""
    script = Path(__file__).with_name("sheet_process.py")
    limits = [str(MAX_ROWS), str(MAX_COLUMNS), str(MAX_CELLS)]
    try:
        done = subprocess.run(  # noqa: S603 - our own script, limits are numbers
            [sys.executable, "-I", str(script), *limits],
            input=content,
            capture_output=True,
            timeout=READING_SECONDS,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise ListError(
            "too_large",
            "表格占用的范围过大，无法读取。请检查远离清单的行或列中是否有多余内容，删去后重新上传。",
        ) from error
    answer: dict[str, Any] = json.loads(done.stdout, object_hook=as_day, parse_constant=str)
    return answer


def as_day(value: dict[str, Any]) -> object:
    """Turn the process's form of a date back into a date."""
    if value.keys() == {"day", "at"}:
        return Moment.read(value["day"], value["at"])
    return date.fromisoformat(value["day"]) if value.keys() == {"day"} else value
