"""What the cells of an xlsx file do not say: hidden rows, errors, formulas never worked out."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.etree import ElementTree
from xml.parsers import expat

WORTH_A_LOOK = re.compile(
    rb"""hidden=|\b(?:ht|width)=["']0(?:\.0+)?["']|\bt=["']e["']|<(?:\w+:)?f[\s>/]"""
)
"""What a sheet without any of this holds, is all told by its cells."""

CELL_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})")
NO_VALUE = ""
"""The mark of a formula that was never worked out; of an error it is the error itself."""


@dataclass(slots=True)
class Marks:
    """The marks of one sheet, rows and columns counted from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    broken: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BookMarks:
    """The marks of the sheets by name; `date1904` says that days are counted from 1904."""

    sheets: dict[str, Marks]
    date1904: bool = False


def marks_of(content: bytes) -> BookMarks:
    """Read the marks of a workbook whose archive was looked through before.

    A directory of sheets that only the reader of the cells understands has no marks.
    """
    try:
        return _marks_of(content)
    except ElementTree.ParseError:
        return BookMarks({})


def _marks_of(content: bytes) -> BookMarks:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}

        def part(name: str) -> bytes:
            return archive.read(names[name]) if name in names else b""

        book, links = part("xl/workbook.xml"), part("xl/_rels/workbook.xml.rels")
        if not book or not links:
            return BookMarks({})
        targets = {link.get("Id"): link.get("Target", "") for link in ElementTree.fromstring(links)}  # noqa: S314 - entities were refused
        root = ElementTree.fromstring(book)  # noqa: S314 - entities were refused
        sheets = {}
        for sheet in root.iter():
            if sheet.tag.endswith("}sheet"):
                link = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
                sheets[sheet.get("name", "")] = sheet_marks(part(_path(targets.get(link) or "")))
        old = next((p.get("date1904") for p in root.iter() if p.tag.endswith("}workbookPr")), "")
    return BookMarks(sheets, old in {"1", "true"})


def _path(target: str) -> str:
    inside = target.replace("\\", "/").lower()
    return inside.lstrip("/") if inside.startswith("/") else str(PurePosixPath("xl") / inside)


def sheet_marks(part: bytes) -> Marks:
    """Read the marks of one sheet; most sheets have none and are not parsed again."""
    reader = _Reader()
    if WORTH_A_LOOK.search(part.replace(b"\0", b"")):
        parser = expat.ParserCreate(namespace_separator="}")
        parser.StartElementHandler = reader.start
        parser.EndElementHandler = reader.end
        parser.CharacterDataHandler = reader.text
        with contextlib.suppress(expat.ExpatError, ValueError, KeyError):
            parser.Parse(part, True)  # the reader of the cells has judged the part already
    return reader.marks


class _Reader:
    """Follows rows and cells, with or without references of their own."""

    def __init__(self) -> None:
        self.marks = Marks()
        self.row = self.column = -1
        self.kind = self.value = ""
        self.has_formula = self.in_value = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        match tag.rpartition("}")[2]:
            case "row":
                self.row = int(given["r"]) - 1 if "r" in given else self.row + 1
                self.column = -1
                if given.get("hidden") in {"1", "true"} or _is_zero(given.get("ht")):
                    self.marks.hidden_rows.add(self.row)
            case "col" if given.get("hidden") in {"1", "true"} or _is_zero(given.get("width")):
                last = min(int(given["max"]), 1_000)
                self.marks.hidden_columns.update(range(int(given["min"]) - 1, last))
            case "c":
                ref = CELL_REF.fullmatch(given.get("r", ""))
                self.column = _column(ref[1]) if ref else self.column + 1
                self.kind, self.value, self.has_formula = given.get("t", ""), "", False
            case "f":
                self.has_formula = True
            case "v":
                self.in_value = True

    def text(self, text: str) -> None:
        if self.in_value:
            self.value += text

    def end(self, tag: str) -> None:
        match tag.rpartition("}")[2]:
            case "v":
                self.in_value = False
            case "c" if self.kind == "e":
                self.marks.broken[self.row, self.column] = self.value or "#N/A"
            case "c" if self.has_formula and not self.value and self.kind != "str":
                self.marks.broken[self.row, self.column] = NO_VALUE


def _is_zero(size: str | None) -> bool:
    return size is not None and re.fullmatch(r"0(?:\.0+)?", size) is not None


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
