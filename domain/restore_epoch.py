"""Two counters, kept by the store and by Temporal, by which a restore of either of them is known.

Each beat is written in two steps: the store says what it is about to write, writes it to Temporal, and
then takes it as its own. A crash between the steps leaves them in agreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Epoch:
    """One beat: its number, and a token that nobody else gives the same number."""

    number: int
    token: str

    @property
    def text(self) -> str:
        """Write it down."""
        return f"{self.number}:{self.token}"

    @classmethod
    def read(cls, text: str) -> Epoch | None:
        """Read what was written down; None for nothing. Raises ValueError for anything else."""
        if not text:
            return None
        number, _, token = text.partition(":")
        return cls(int(number), token)


class Restored(StrEnum):
    """What two epochs tell that do not agree; the codes are stable."""

    STORE_OLDER = "store_older"
    TEMPORAL_OLDER = "temporal_older"
    TEMPORAL_EMPTY = "temporal_empty"
    STORE_EMPTY = "store_empty"
    PARTED = "parted"
    BACKUP = "backup"

    @property
    def label(self) -> str:
        """What it is, as an operator reads it."""
        return _LABELS[self]

    @property
    def store_went_back(self) -> bool:
        """Say whether the store may have forgotten what it did, mails that it sent among it."""
        return self in _STORE_WENT_BACK


_LABELS = {
    Restored.STORE_OLDER: "业务数据库早于 Temporal，可能单独恢复过业务数据库",
    Restored.TEMPORAL_OLDER: "Temporal 早于业务数据库，可能单独恢复过 Temporal",
    Restored.TEMPORAL_EMPTY: "Temporal 中没有本系统的记录，可能丢失或换成了空的服务器",
    Restored.STORE_EMPTY: "业务数据库是新建的，Temporal 中已有本系统的记录",
    Restored.PARTED: "业务数据库与 Temporal 各有一套记录，可能恢复自不同的备份",
    Restored.BACKUP: "整个系统由备份恢复",
}
_STORE_WENT_BACK = frozenset(
    {Restored.STORE_OLDER, Restored.STORE_EMPTY, Restored.PARTED, Restored.BACKUP}
)


def restored(kept: Epoch | None, begun: Epoch | None, there: Epoch | None) -> Restored | None:
    """Tell what was restored; None when the store's `kept`, or `begun` and not confirmed, is there."""
    if there == kept or (begun is not None and there == begun):
        return None
    if there is None:
        return Restored.TEMPORAL_EMPTY
    if kept is None:
        return Restored.STORE_EMPTY
    if there.number > kept.number and (begun is None or there.number > begun.number):
        return Restored.STORE_OLDER
    if there.number < kept.number:
        return Restored.TEMPORAL_OLDER
    return Restored.PARTED
