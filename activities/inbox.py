"""Letting the inbox in before a consequence is decided."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.beating import beating
from domain.commands import (
    AppealDeduction,
    DistrictCommand,
    RaiseObjection,
    RequestExtension,
    SubmitFeedback,
)
from domain.proof import DIRECT, MailProof
from gateways.lives_on_server import HELD
from store.district import inbox
from store.engine import Database
from store.lives import proofs
from store.mail import notice_log
from store.points import points_receipts
from store.watch import doors
from workflows.messages import Drained, DrainOrder
from workflows.ports import InboxPort

_LONGEST_WAIT = timedelta(seconds=5)
_AGAIN = timedelta(seconds=15)

T = TypeVar("T", SubmitFeedback, RequestExtension, RaiseObjection, AppealDeduction)


class Inbox(InboxPort):
    """The inbox of one database."""

    def __init__(
        self, db: Database, mail: MailProof = DIRECT, *, heeds_doors: bool = False
    ) -> None:
        """Read from `db`; `mail` is what our relay's acceptance of a notice stands for."""
        self._heeds_doors = heeds_doors
        self._db = db
        self._mail = mail

    @activity.defn(name="let_in")
    async def drain_inbox(self, order: DrainOrder) -> Drained:
        """Give everything received before the cut-off and whether the round's notice was served.

        The problem's lock is taken after the store's clock has passed the cut-off: a submission
        stamped before it has committed by then, and none can be stamped before it any more.
        While a restore has not been looked at, the duty is held: this is asked for again.
        """
        if self._heeds_doors:
            await self._demand_unheld(order.problem_no)
        async with beating():
            await self._pass(order.cutoff)
            return await self._drained(order)

    async def _demand_unheld(self, problem_no: str) -> None:
        async with self._db.reading() as session:
            if not await doors.holds(session, problem_no):
                return
        raise ApplicationError(
            "数据恢复后尚未核对，期限暂缓处理",
            type=HELD,
            next_retry_delay=_AGAIN,
            category=ApplicationErrorCategory.BENIGN,
        )

    async def _drained(self, order: DrainOrder) -> Drained:
        async with self._db.writing() as session:
            await self._db.lock_problem(session, order.problem_no)
            handed = await inbox.received_before(session, order.problem_no, order.cutoff)
            accepted = await notice_log.proof_of_service(session, order.problem_no, order.round_no)
            proof = await proofs.first(
                session, order.problem_no, order.round_no, order.proofs, self._mail
            )
            receipts = await points_receipts.first(
                session, order.problem_no, order.deductions, order.proofs, self._mail
            )
        served = (proof if order.proofs else accepted) is not None
        if order.deductions:
            served = len(receipts) == len(order.deductions)
        return Drained(
            submissions=_only(SubmitFeedback, handed),
            extensions=_only(RequestExtension, handed),
            objections=_only(RaiseObjection, handed),
            appeals=_only(AppealDeduction, handed),
            served=served,
            proof=proofs.told(proof) if proof is not None else None,
            receipts=receipts,
        )

    async def _pass(self, cutoff: datetime) -> None:
        """Wait out a small skew; a large one is an error that retries and shows."""
        behind = cutoff - self._db.now()
        if behind > _LONGEST_WAIT:
            raise RuntimeError(f"the store's clock is {behind} behind the server's")
        if behind > timedelta(0):
            await asyncio.sleep(behind.total_seconds())


def _only(kind: type[T], handed: Iterable[DistrictCommand]) -> tuple[T, ...]:
    return tuple(one for one in handed if isinstance(one, kind))
