"""A Maildir that several workers empty: who renames a message has it, the others go on.

The mail server delivers into `new`; a claimed message stands in `.claimed` under the second of its claim, and
at last in a folder that says what became of it. A worker that dies leaves its claims to the others after a
while, so that whoever reads a message must bear to read it again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FORGOTTEN_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours to read."""

    path: Path
    name: str


class Maildir:
    """One folder of incoming mail."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, made when missing."""
        self._folder = folder

    def claim(self) -> Iterator[Claimed]:
        """Claim what is there one by one, others' forgotten claims too."""
        self._prepare()
        for path in sorted([*self._listed("new"), *self._listed("cur")]):
            yield from self._take(path, path.name)
        for path in sorted(self._listed(".claimed")):
            since, _, name = path.name.partition("~")
            if since.isdigit() and int(since) < time.time() - FORGOTTEN_SECONDS:
                yield from self._take(path, name)

    def read(self, claimed: Claimed, most: int) -> bytes:
        """Give a message, cut after `most` bytes."""
        with claimed.path.open("rb") as source:
            return source.read(most)

    def put_aside(self, claimed: Claimed, into: str) -> None:
        """Keep a message that was read in a folder of its own; nothing happens where another has it."""
        aside = self._folder / f".{into}"
        for one in ("cur", "new", "tmp"):
            (aside / one).mkdir(parents=True, exist_ok=True)
        name = claimed.name if ":2," in claimed.name else f"{claimed.name}:2,S"
        with suppress(FileNotFoundError):
            claimed.path.replace(aside / "cur" / name)

    def _prepare(self) -> None:
        for one in ("new", "cur", "tmp", ".claimed"):
            (self._folder / one).mkdir(parents=True, exist_ok=True)

    def _listed(self, within: str) -> list[Path]:
        return [one for one in (self._folder / within).iterdir() if one.is_file()]

    def _take(self, path: Path, name: str) -> Iterator[Claimed]:
        mine = self._folder / ".claimed" / f"{int(time.time())}~{name}"
        try:
            path.rename(mine)
        except FileNotFoundError:
            return
        yield Claimed(mine, name)
