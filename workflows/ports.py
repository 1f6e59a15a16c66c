"""The deeds a life orders, as abstract activities; `activities/` does them."""

from __future__ import annotations

from abc import ABC, abstractmethod

from temporalio import activity

from workflows.messages import Drained, DrainOrder, RecordOrder


class RecordPort(ABC):
    """Writing down: the store learns of every decision through this one door."""

    @activity.defn(name="record")
    @abstractmethod
    async def record(self, order: RecordOrder) -> int:
        """Write events, read model, ledger and notices in one transaction; give the last seq.

        Doing it twice is the same as doing it once.
        """


class InboxPort(ABC):
    """The inbox of the signed links."""

    @activity.defn(name="let_in")
    @abstractmethod
    async def drain_inbox(self, order: DrainOrder) -> Drained:
        """Give everything received before the cut-off, once the store's clock has passed it."""


class ArchivePort(ABC):
    """Keeping closed runs beyond the server's retention."""

    @activity.defn(name="archive_closed_runs")
    @abstractmethod
    async def archive_closed_runs(self) -> int:
        """Export every closed run that is not kept yet; give how many were exported."""
