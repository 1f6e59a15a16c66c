"""What the runs of a life say they have recorded: from the server while it holds them, else from the archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from domain.events import Recorded
from domain.reconciliation import Difference, Disagreement, Run, Unseen
from gateways.payload_codec import CannotOpen
from gateways.recorded_orders import Orders, UnreadableRun, orders_in, orders_of
from store.tables import ArchiveRow


@dataclass(frozen=True, slots=True)
class Told:
    """What the runs of a life wrote down, the last event they ordered, and why not all of them were read."""

    done: tuple[Recorded, ...] = ()
    last_ordered: int = 0
    unseen: str = ""


@dataclass(frozen=True, slots=True)
class Histories:
    """Reads lives from one server and one archive."""

    client: Client
    archive: Path

    async def told(
        self, number: str, runs: Sequence[Run], rows: Sequence[ArchiveRow]
    ) -> Told | None:
        """Read a life from its newest run back to its first; None where nobody holds any. Raises RPCError."""
        archived = {row.run_id: row for row in rows}
        run_id = runs[-1].run_id if runs else newest(rows)
        if not run_id:
            return None
        done: list[Recorded] = []
        last: int | None = None
        up_to, seen = 0, {""}
        while run_id not in seen:
            seen.add(run_id)
            try:
                orders = await self._orders(number, run_id, archived)
            except (CannotOpen, UnreadableRun, OSError) as error:
                return Told(tuple(done), last or 0, f"运行 {run_id} 的历史记录无法读取（{error}）")
            if orders is None:
                what = f"第{up_to}号及以前的事件" if up_to else "历史记录"
                why = f"{what}无从核对：服务器和归档中都没有运行 {run_id}"
                return Told(tuple(done), last or 0, why)
            last = orders.last_ordered if last is None else last
            done += orders.done
            run_id, up_to = orders.after_run_id, orders.after_seq
        return Told(tuple(done), last or 0)

    async def _orders(
        self, number: str, run_id: str, archived: Mapping[str, ArchiveRow]
    ) -> Orders | None:
        orders = await orders_of(self.client, number, run_id)
        file = self.archive / number / f"{run_id}.json"
        if orders is None and run_id in archived and file.exists():
            orders = await orders_in(file, number, self.client.data_converter)
        return orders


def newest(rows: Sequence[ArchiveRow]) -> str:
    """Give the archived run that no other one goes on from, the last of several; "" for none."""
    before = {row.continued_from for row in rows}
    last = [row for row in rows if row.run_id not in before]
    return max(last, key=lambda row: row.archived_at).run_id if last else ""


def held_against(
    number: str, told: Told, last_before: int, logged: Sequence[Recorded]
) -> list[Difference]:
    """Compare what a life recorded with the event log: `last_before` was its last event before the reading."""
    there = {one.seq: one for one in logged}
    missing = [one.seq for one in told.done if one.seq not in there]
    differing = [one.seq for one in told.done if one.seq in there and there[one.seq] != one]
    found = []
    if missing:
        found.append(Difference(Disagreement.STORE_BEHIND, number, f"{min(missing)}号起"))
    if differing:
        found.append(Difference(Disagreement.EVENT_DIFFERS, number, f"{min(differing)}号"))
    if last_before > told.last_ordered and told.done:
        words = f"流程记到{told.last_ordered}号，数据库记到{last_before}号"
        found.append(Difference(Disagreement.HISTORY_BEHIND, number, words))
    return found


def unseen_of(number: str, told: Told | None) -> list[Unseen]:
    """Name what of a life could not be read."""
    return [Unseen(number, told.unseen)] if told is not None and told.unseen else []
