"""How a list was read: which column as what, and what of it was not read and why."""

from __future__ import annotations

from dataclasses import dataclass

from gateways.problem_list.errors import RowError


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """A column (of a list lying on its side a row), its heading, and as what it was read."""

    sheet: str
    place: str
    heading: str
    read_as: str

    @property
    def document(self) -> dict[str, str]:
        """The column as a report gives it."""
        return {
            "sheet": self.sheet,
            "column": self.place,
            "heading": self.heading,
            "read_as": self.read_as,
        }


@dataclass(frozen=True, slots=True)
class Unread:
    """What was not read of a list, and why; without `row` it is the whole sheet."""

    sheet: str
    row: int | None
    text: str
    why: str

    @property
    def document(self) -> dict[str, str | int | None]:
        """The part as a report gives it."""
        return {"sheet": self.sheet, "row": self.row, "text": self.text, "why": self.why}

    @property
    def said(self) -> str:
        """The part as a line for people."""
        where = f"工作表“{self.sheet}”" + (f"第{self.row}行" if self.row else "")
        shown = f"“{self.text}”" if self.text else ""
        return f"{where}{shown}未读取：{self.why}"


@dataclass(frozen=True, slots=True)
class SheetNote:
    """What a person should know of a whole sheet."""

    sheet: str
    note: RowError

    @property
    def document(self) -> dict[str, str | None]:
        """The note as a report gives it."""
        return {"sheet": self.sheet, "row": None, **self.note.document}

    @property
    def said(self) -> str:
        """The note as a line for people."""
        return f"工作表“{self.sheet}”：{self.note.said}"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a whole file was read."""

    columns: tuple[ColumnRead, ...] = ()
    unread: tuple[Unread, ...] = ()
    notes: tuple[SheetNote, ...] = ()

    @property
    def document(self) -> dict[str, object]:
        """How the file was read, as a report gives it."""
        return {
            "columns": [column.document for column in self.columns],
            "unread": [part.document for part in self.unread],
            "warnings": [note.document for note in self.notes],
        }


EVERYTHING = Reading()
"""A list that came without a file: all of it was read."""
