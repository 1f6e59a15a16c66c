"""What a life ordered to be written down, derived once more from its history before it is believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter

from audit.compare import Notes, first_difference
from audit.derive import Differs, derive
from audit.recording import Ordered, read_recording
from domain.life import Life
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

    Raises `Differs` or `Unreadable` where the history is not what the rules make of it, or where its
    beginning is missing.
    """
    life: Life | None = None
    orders: list[RecordOrder] = []
    for history in runs:
        recording = read_recording(history, converter)
        _demand_beginning(life, recording.start)
        life = derive(recording, Notes())
        orders += [one.order for one in recording.happenings if isinstance(one, Ordered)]
    if life is None or not orders:
        return None
    return LifeOrders(problem_no=orders[0].problem_no, orders=tuple(orders), rules=life.rules)


def _demand_beginning(before: Life | None, start: LifeStart) -> None:
    carried = start.carried.problem if start.carried is not None else None
    if before is None and carried is not None:
        raise Differs("缺少此前的运行记录，生命周期不是从登记开始")
    ended = before.problem_or_none if before is not None else None
    difference = first_difference(carried, ended)
    if difference is not None:
        raise Differs(f"新运行的起始内容与前一运行结转的不同：{difference}")
