"""Writing a decision down: one transaction, once."""

from __future__ import annotations

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.beating import beating
from store.engine import Database
from store.lives.records import RecordConflict, record
from store.registers.rule_books import Named
from workflows.messages import RecordOrder
from workflows.ports import RecordPort


class Records(RecordPort):
    """Records into one database."""

    def __init__(self, db: Database) -> None:
        """Write into `db`."""
        self._db = db

    @activity.defn(name="record")
    async def record(self, order: RecordOrder) -> int:
        """Write events, read model, ledger and notices, and what judges the life; give the last seq.

        A different event under a number already written means two truths, a store restored from
        another moment, say. The life is not failed for it: it asks again until people have mended
        the store, and the log says so each time.
        """
        judged_by = Named(
            policy=order.policy, calendar=order.calendar, rules_version=order.rules_version
        )
        try:
            async with beating():
                return await record(
                    self._db,
                    order.problem_no,
                    order.recorded,
                    order.notices,
                    row_key=order.row_key or None,
                    judged_by=judged_by,
                )
        except RecordConflict as conflict:
            activity.logger.error("record conflict: %s", conflict)
            raise ApplicationError(str(conflict), type="RecordConflict") from conflict
