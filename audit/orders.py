"""What a life ordered to be written down, derived once more from its history before it is believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter

from audit.compare import Notes, first_difference
from audit.derive import Differs, derive
from audit.recording import Ordered, Recording, read_recording
from audit.restored import decided_from_log, demand_restored, life_before
from domain.life import Life
from domain.restoring import Restoration
from domain.rules import Rules
from workflows.messages import LifeStart, RecordOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeOrders:
    """Every order of a life to record, oldest first, and the rules it is judged by at last."""

    problem_no: str
    orders: tuple[RecordOrder, ...]
    rules: Rules


def orders_of_life(runs: Sequence[WorkflowHistory], converter: DataConverter) -> LifeOrders | None:
    """Derive a life from all of its runs, oldest first; None while it has ordered nothing.

    Of a life begun again after it was lost, what the lost run wrote down counts, and after that the event
    log which the new run took up: its decisions order what the rules make of them. Raises `Differs` or
    `Unreadable` where the history is not what the rules make of it, or where its beginning is missing.
    """
    life: Life | None = None
    orders: list[RecordOrder] = []
    recordings: list[Recording] = []
    for place, history in enumerate(runs):
        recording, earlier = read_recording(history, converter), runs[max(place - 1, 0) : place]
        if demand_restored(recordings, earlier, recording, Notes()):
            orders = _taken_up(orders, recordings, earlier, recording.start)
        else:
            _demand_beginning(life, recording.start)
        life = derive(recording, Notes())
        recordings.append(recording)
        orders += [one.order for one in recording.happenings if isinstance(one, Ordered)]
    if life is None or not orders:
        return None
    return LifeOrders(problem_no=orders[0].problem_no, orders=tuple(orders), rules=life.rules)


def _taken_up(
    orders: Sequence[RecordOrder],
    recordings: Sequence[Recording],
    earlier: Sequence[WorkflowHistory],
    start: LifeStart,
) -> list[RecordOrder]:
    """Give the orders of a lost life as far as it was taken up, and those that the event log tells."""
    restoration = start.restoration
    if restoration is None:
        return list(orders)
    before, events = (recordings[-1], earlier[-1].events) if recordings else (None, ())
    life = life_before(before, events, restoration)
    kept = [one for one in orders if one.recorded[-1].seq <= restoration.after_seq]
    _demand_whole(kept, restoration)
    steps = decided_from_log(life, start, restoration)
    return [*kept, *(RecordOrder.of(step, start.row_key) for step in steps)]


def _demand_whole(kept: Sequence[RecordOrder], restoration: Restoration) -> None:
    """Demand every order up to where the history was taken up: a run before may be missing."""
    told = [recorded.seq for one in kept for recorded in one.recorded]
    if told != list(range(1, restoration.after_seq + 1)):
        raise Differs("缺少此前的运行记录，生命周期不是从登记开始")


def _demand_beginning(before: Life | None, start: LifeStart) -> None:
    carried = start.carried.problem if start.carried is not None else None
    if before is None and carried is not None:
        raise Differs("缺少此前的运行记录，生命周期不是从登记开始")
    ended = before.problem_or_none if before is not None else None
    difference = first_difference(carried, ended)
    if difference is not None:
        raise Differs(f"新运行的起始内容与前一运行结转的不同：{difference}")
