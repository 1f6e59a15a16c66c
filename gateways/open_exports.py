"""Finding the exports of a life under way, and what a history holds of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from temporalio.api.history.v1 import HistoryEvent
from temporalio.converter import DataConverter

from workflows.messages import LifeStart, RecordOrder

_RECORD = "record"


@dataclass(frozen=True, slots=True)
class OpenExport:
    """One export: its file, the run it is of, the event of the life up to which it surely goes."""

    file: Path
    run_id: str
    seq: int


def newest_export(folder: Path) -> OpenExport | None:
    """Give the newest export below a problem's folder; None where there is none."""
    return max(exports_in(folder), key=lambda one: one.seq, default=None)


def exports_in(folder: Path) -> list[OpenExport]:
    """Give the exports below a problem's folder."""
    found = [_read(file) for file in folder.glob("*.json") if ".meta." not in file.name]
    return [one for one in found if one is not None]


async def told_up_to(events: Sequence[HistoryEvent], converter: DataConverter) -> int:
    """Give the number of the last event of the life that a run's history holds, ordered or taken over."""
    for event in reversed(events):
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name == _RECORD:
            (order,) = await converter.decode(scheduled.input.payloads, [RecordOrder])
            if order.recorded:
                return int(order.recorded[-1].seq)
    given = events[0].workflow_execution_started_event_attributes.input.payloads
    (start,) = await converter.decode(given, [LifeStart])
    return start.carried.problem.seq if start.carried else 0


def _read(file: Path) -> OpenExport | None:
    run_id, _, seq = file.stem.rpartition(".")
    return OpenExport(file, run_id, int(seq)) if run_id and seq.isdigit() else None
