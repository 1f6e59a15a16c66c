"""What the doors learn about a command: done, refused by a rule, or not yet known."""

from __future__ import annotations

from dataclasses import dataclass

from domain.stages import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A command was applied: the problem's state after it and the tags of its events."""

    problem_no: str
    seq: int
    stage: Stage
    level: int
    events: tuple[str, ...]


class CommandRefused(Exception):
    """A rule refused the command; `code` is stable, the message is Chinese for people."""

    def __init__(self, code: str, message: str) -> None:
        """Carry the refusal's code and sentence."""
        super().__init__(message)
        self.code = code
        self.message = message


class OutcomeUnknown(Exception):
    """Nobody can say yet whether the command was applied; ask again under the same id."""


class NoSuchLife(Exception):
    """No workflow lives (any more) under this problem number."""
