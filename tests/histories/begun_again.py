"""Lives that were broken off and begun again by two persons: from their history, and from the event log after it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, time

from temporalio.client import WorkflowHistory

from audit.recording import read_recording
from audit.restored import life_up_to, taken_up
from audit.sources import life_on_server
from domain import commands as c
from domain.command_ids import of_key, of_receipt
from domain.events import Lost, Recorded
from domain.local_time import at_local
from domain.restoring import Restoration
from gateways.temporal_client import DATA_CONVERTER
from simulation.behaviours import OFFICER, SUPERVISOR
from tests.histories.third_rules import prove
from tests.worlds.life import MONDAY
from tests.worlds.server import Living


async def from_its_history(life: Living) -> list[WorkflowHistory]:
    """A life with more time, terminated by mistake and begun again a week later; it is answered and closed."""
    await _to_more_time(life)
    await life.handle.terminate("示例")
    (run,) = await life_on_server(life.env.client, life.problem_no)
    await life.sleep_until(at_local(date(2024, 7, 3), time(10)))
    await _begin_again(life, run, Lost.TERMINATED)
    await _answer_and_close(life)
    return await life_on_server(life.env.client, life.problem_no)


async def from_history_and_log(life: Living) -> list[WorkflowHistory]:
    """A life of which an export is left and the event log after it; it is answered late, and closed."""
    await life.begin()
    await prove(life, MONDAY)
    (export,) = await life_on_server(life.env.client, life.problem_no)
    await more_time(life)
    await life.handle.terminate("示例")
    await life.sleep_until(at_local(date(2024, 7, 22), time(10)))
    await _begin_again(life, export, Lost.MISSING)
    await life.sleep_until(at_local(date(2024, 7, 24), time(10)))
    await _answer_and_close(life)
    return [export, (await life_on_server(life.env.client, life.problem_no))[-1]]


async def _to_more_time(life: Living) -> None:
    await life.begin()
    await prove(life, MONDAY)
    await more_time(life)


async def more_time(life: Living) -> None:
    """Have more time asked for and granted."""
    asked = await life.request("more-time")
    await life.do(asked, of_receipt(asked.receipt_id))
    grant = c.DecideExtension(
        receipt_id=asked.receipt_id,
        grant=True,
        reason="示例",
        until=date(2024, 7, 12),
        by=OFFICER,
    )
    await life.do(grant, of_key(OFFICER.id, "grant"))


async def _begin_again(life: Living, run: WorkflowHistory, lost: Lost) -> None:
    recording = read_recording(run, DATA_CONVERTER)
    log = _logged(life)
    lived = life_up_to(recording, run.events, log[-1].seq)
    after = lived.problem.seq
    restoration = Restoration(
        restoration_id="示例",
        lost=lost,
        proposed_by=OFFICER,
        approved_by=SUPERVISOR,
        reason="示例：误操作",
        after_run_id=recording.run_id,
        after_seq=after,
        from_log=log[after:],
    )
    rules = lived.rules
    start = replace(
        recording.start,
        policy=rules.policy,
        calendar=rules.calendar,
        rules_version=rules.version,
        carried=taken_up(lived, log[after:]),
        restoration=restoration,
    )
    assert await life.desk.restore(life.problem_no, start)


def _logged(life: Living) -> tuple[Recorded, ...]:
    orders: Sequence[Recorded] = [one for order in life.records.orders for one in order.recorded]
    return tuple(orders)


async def _answer_and_close(life: Living) -> None:
    answer = await life.answer()
    await life.do(answer, of_receipt(answer.receipt_id))
    await life.close("again-")


LIVES: dict[str, Callable[[Living], Awaitable[list[WorkflowHistory]]]] = {
    "begun_again": from_its_history,
    "begun_from_log": from_history_and_log,
}
