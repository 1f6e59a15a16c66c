"""A life on the time-skipping server, with ports that remember what they were asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TypeVar

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain import commands as c
from domain.local_time import at_local, day_of
from domain.outcomes import Outcome
from domain.problem import Problem
from gateways.problem_desk import TemporalDesk
from simulation.skipping_server import skipping_server
from tests.worlds.life import DISTRICT, MONDAY, OFFICER, SUPERVISOR, default_rules, some_facts
from tests.worlds.patience import answered, eventually
from workflows.messages import Drained, DrainOrder, RecordOrder
from workflows.names import DISTRICT as DISTRICT_SHOWN
from workflows.names import TASK_QUEUE, workflow_id
from workflows.ports import InboxPort, RecordPort
from workflows.problem_workflow import ProblemWorkflow
from workflows.sandbox import sandbox
from workflows.versions import BUILD

T = TypeVar("T", c.SubmitFeedback, c.RequestExtension, c.RaiseObjection, c.AppealDeduction)

BEGINS = at_local(MONDAY, time(9))


@dataclass
class Notebook(RecordPort):
    """Keeps every record order; the first `conflicts` times it cannot."""

    orders: list[RecordOrder] = field(default_factory=list)
    conflicts: int = 0
    refused: int = 0

    @activity.defn(name="record")
    async def record(self, order: RecordOrder) -> int:
        """Keep an order."""
        if self.refused < self.conflicts:
            self.refused += 1
            raise RuntimeError("two truths")
        self.orders.append(order)
        return order.recorded[-1].seq

    @property
    def seqs(self) -> list[int]:
        """The numbers of all recorded events, in order."""
        return [recorded.seq for order in self.orders for recorded in order.recorded]


@dataclass
class Letterbox(InboxPort):
    """Holds submissions until a life lets them in."""

    waiting: list[c.SubmitFeedback] = field(default_factory=list)
    extensions: list[c.RequestExtension] = field(default_factory=list)
    objections: list[c.RaiseObjection] = field(default_factory=list)
    appeals: list[c.AppealDeduction] = field(default_factory=list)
    receipts: list[c.RecordPointsReceipt] = field(default_factory=list)
    proof: c.RecordProof | None = None
    asked: list[DrainOrder] = field(default_factory=list)
    served: bool = True

    @activity.defn(name="let_in")
    async def drain_inbox(self, order: DrainOrder) -> Drained:
        """Give what was received before the cut-off, and the receipts of the deductions asked for."""
        self.asked.append(order)
        known = tuple(one for one in self.receipts if one.deduction in order.deductions)
        return Drained(
            submissions=_before(order, self.waiting),
            served=self.served and len(known) == len(order.deductions),
            receipts=known,
            proof=self.proof if order.proofs else None,
            extensions=_before(order, self.extensions),
            objections=_before(order, self.objections),
            appeals=_before(order, self.appeals),
        )


def _before(order: DrainOrder, papers: list[T]) -> tuple[T, ...]:
    return tuple(paper for paper in papers if paper.received_at < order.cutoff)


@dataclass
class Living:
    """One life and everything around it."""

    env: WorkflowEnvironment
    desk: TemporalDesk
    records: Notebook
    inbox: Letterbox
    shift: timedelta
    problem_no: str = "CQ2024-0001"

    @property
    def handle(self) -> WorkflowHandle[ProblemWorkflow, Outcome]:
        """The life's workflow, its newest run."""
        return self.env.client.get_workflow_handle_for(
            ProblemWorkflow.run, workflow_id(self.problem_no)
        )

    async def begin(self) -> None:
        """Register and transfer."""
        register = c.RegisterProblem(problem_no=self.problem_no, facts=some_facts(), by=OFFICER)
        transfer = c.TransferProblem(on=MONDAY, document_no="示例1号", by=OFFICER)
        await self.desk.start(self.problem_no, register, transfer)

    async def now(self) -> datetime:
        """The life's now."""
        return await self.env.get_current_time() + self.shift

    async def sleep_until(self, instant: datetime) -> None:
        """Let time pass."""
        await self.env.sleep(instant - await self.now())

    async def do(self, command: c.Command, command_id: str) -> Outcome:
        """Command the life."""
        return await answered(lambda: self.desk.command(self.problem_no, command, command_id))

    async def state(self) -> Problem:
        """Ask the life, as soon as its registration was recorded."""
        return await eventually(lambda: self.desk.state(self.problem_no), "the life")

    async def answer(self, receipt: str = "r1", round_no: int = 1) -> c.SubmitFeedback:
        """Make an answer received now."""
        return c.SubmitFeedback(
            receipt_id=receipt,
            round_no=round_no,
            district="500103",
            received_at=await self.now(),
            answer=c.Answer(state=c.RectificationState.DONE, text="已整改"),
            content_sha256="0" * 64,
            by=DISTRICT,
        )

    async def district_shown(self) -> object:
        """The district under which the server's index finds the life."""
        shown = (await self.handle.describe()).typed_search_attributes
        return shown.get(DISTRICT_SHOWN)

    async def request(self, receipt: str) -> c.RequestExtension:
        """Make a request for ten more days received now."""
        return c.RequestExtension(
            receipt_id=receipt,
            round_no=1,
            district="500103",
            received_at=await self.now(),
            wanted_on=(await self.state()).rounds[0].due_on + timedelta(days=10),
            reason="示例：设备到货延迟。",
            content_sha256="0" * 64,
            by=DISTRICT,
        )

    async def close(self, ids: str = "", *, at_once: bool = False) -> None:
        """Take an answered life through review, revisit and approval; `ids` begin their ids.

        The revisit happens on the day it is planned for, or at once.
        """
        waiting = (await self.state()).under_review
        assert waiting is not None
        accept = c.ReviewFeedback(
            receipt_id=waiting.receipt_id, verdict=c.Verdict.ACCEPT_DONE, reason="", by=OFFICER
        )
        await self.do(accept, f"{ids}review")
        on = (await self.state()).revisit_on
        assert on is not None
        if at_once:
            on = day_of(await self.now())
        else:
            await self.sleep_until(at_local(on, time(10)))
        passed = c.RevisitResult.IN_PLACE
        await self.do(
            c.RecordRevisit(on=on, result=passed, findings="到位", by=OFFICER), f"{ids}visit"
        )
        proposal = (await self.state()).proposal
        assert proposal is not None
        await self.do(
            c.ApproveClosure(content_hash=proposal.content_hash, by=SUPERVISOR), f"{ids}approval"
        )


@asynccontextmanager
async def living(continue_after: int = 2_000) -> AsyncIterator[Living]:
    """Stand ready for one life on a server of its own."""
    records, inbox = Notebook(), Letterbox()
    async with (
        skipping_server() as env,
        Worker(
            env.client,
            task_queue=TASK_QUEUE,
            workflows=[ProblemWorkflow],
            activities=[records.record, inbox.drain_inbox],
            workflow_runner=sandbox(),
            build_id=BUILD,
        ),
    ):
        shift = BEGINS - await env.get_current_time()
        desk = TemporalDesk(
            client=env.client,
            rules=default_rules(),
            clock_shift=shift,
            continue_after_events=continue_after,
        )
        yield Living(env, desk, records, inbox, shift)
