"""What can be wrong with a list: with the whole file, or with one column of one row."""

from __future__ import annotations

from dataclasses import dataclass


class ListError(ValueError):
    """The file as a whole cannot be read; nothing of it was taken over.

    `code` is stable; `message` says in Chinese what is wrong and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        """Keep the code for machines and the message for the person who uploaded the file."""
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class RowError:
    """One remark on one row: the column's Chinese heading, a stable code, what to do."""

    column: str
    code: str
    message: str

    @property
    def document(self) -> dict[str, str]:
        """The remark as a report gives it."""
        return {"column": self.column, "code": self.code, "message": self.message}

    @property
    def said(self) -> str:
        """The remark as a line for people."""
        return f"{self.column}：{self.message}" if self.column else self.message
