"""The life of one problem: wait for the agenda, or for someone; ask the rules; order the deeds.

There is no rule and no timer of a rule in here. Every command is an Update named after it; every
duty comes from `domain.agenda`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy, SearchAttributeUpdate
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.agenda import Duty, lets_in
    from domain.command_ids import of_points_receipt, of_proof
    from domain.commands import Command, DistrictCommand
    from domain.handled import CommandRecord
    from domain.life import Life, Step
    from domain.outcomes import Outcome
    from domain.problem import Problem
    from domain.rules import Rules, shared
    from domain.words.life import explain_problem
    from workflows.messages import (
        AgendaAnswer,
        Drained,
        DrainOrder,
        LifeStart,
        RecordOrder,
        RunHandover,
    )
    from workflows.names import DISTRICT, DUE_AT, LEVEL, STAGE
    from workflows.payloads import decoded
    from workflows.ports import InboxPort, RecordPort
    from workflows.versions import DUTIES_FIRST, let_in_as, rules_version

_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(minutes=1),
)
_PATIENCE = timedelta(minutes=5)
_SIGN_OF_LIFE = timedelta(seconds=30)


@workflow.defn(name="ProblemWorkflow")
class ProblemWorkflow:
    """One transferred problem, from the problem list to its closure and its appeal window."""

    @workflow.init
    def __init__(self, start: LifeStart) -> None:
        """Stand ready before the first task, so that an early Update finds a whole life."""
        rules = Rules(start.policy, start.calendar, rules_version(start.rules_version))
        self._start = start
        self._life = Life(shared(rules), start.carried)
        self._shift = timedelta(seconds=start.clock_shift_seconds)
        self._lock = asyncio.Lock()
        self._stands = start.restoration is None
        self._shown: tuple[str, int, datetime | None] | None = None
        self._shown_district = start.register.facts.district

    @workflow.run
    async def run(self, start: LifeStart) -> Outcome:
        """Live: begin, then wait for the agenda and do what falls due, until the life has ended."""
        if not self._life.begun:
            await self._begin()
        elif start.restoration or start.revival:
            await self._take_up(start)
        while not self._life.problem.ended:
            self._show()
            duty = self._life.duty
            await self._wait_for(duty)
            if duty is not None and self._now() >= duty.at:
                async with self._lock:
                    await self._meet(duty)
            if self._has_grown():
                await self._go_on_in_a_new_run()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._life.outcome()

    # -- what others ask ---------------------------------------------------------------------

    @workflow.update(dynamic=True)
    async def obey(self, name: str, args: Sequence[RawValue]) -> Outcome:
        """Decide one command under the lock and record what it came to; refusals are recorded."""
        command = decoded(name, args)
        info = workflow.current_update_info()
        command_id = info.id if info else name
        await workflow.wait_condition(lambda: self._life.begun and self._stands)
        async with self._lock:
            if (
                isinstance(command, DistrictCommand)
                and self._life.answered(command_id, command) is None
            ):
                await self._meet_what_fell_due_by(command.received_at)
            answer = await self._handle(command, command_id)
        if answer.outcome is None:
            raise ApplicationError(answer.refusal_message, type=answer.refusal_code)
        return answer.outcome

    @obey.validator
    def check_form(self, name: str, args: Sequence[RawValue]) -> None:
        """Turn away what is no command at all; what a rule says is decided in the handler."""
        decoded(name, args)

    @workflow.query
    def state(self) -> Problem | None:
        """The problem as it stands; None before its registration was recorded."""
        return self._life.problem_or_none

    @workflow.query
    def agenda(self) -> AgendaAnswer:
        """The duty that is due next, and the rules it follows from."""
        rules = self._life.rules
        return AgendaAnswer(
            duty=self._life.duty,
            policy=rules.policy.name,
            calendar=rules.calendar.name,
            rules_version=rules.version,
        )

    @workflow.query
    def explanation(self) -> tuple[str, ...]:
        """Why the dates are what they are, in sentences for people."""
        problem = self._life.problem_or_none
        return explain_problem(problem, self._life.rules) if problem else ()

    @workflow.query(name="legacy")
    def handover(self) -> RunHandover | None:
        """What another run of this life would begin with: its rules, its problem, its receipts.

        A life that has ended still answers, as long as the server keeps its history: the answer is
        that history, replayed. None before the registration was recorded.
        """
        if not self._life.begun:
            return None
        return RunHandover(run_id=workflow.info().run_id, start=self._next_start())

    # -- living ------------------------------------------------------------------------------

    def _now(self) -> datetime:
        return workflow.now() + self._shift

    async def _begin(self) -> None:
        """Register, and transfer at once when the start says so, as one record.

        The door has asked the same rules before; should the moment have passed meanwhile, the
        problem stays registered and its officer sees it there.
        """
        step = self._life.begin(self._start.register, self._start.transfer, self._now())
        if step.refused is not None:
            workflow.logger.warning("transfer at start refused: %s", step.refused.code)
        async with self._lock:
            await self._record(step)

    async def _take_up(self, start: LifeStart) -> None:
        """Go on from a lost life, or reopen an ended one; refused, that is over again at once."""
        async with self._lock:
            if start.restoration is not None:
                await self._record(self._life.restore(start.restoration, self._now()))
                self._stands = True
            elif start.revival is not None:
                await self._handle(start.revival.proposal, start.revival.command_id)

    async def _wait_for(self, duty: Duty | None) -> None:
        """Sleep until the duty's instant, or until anything has changed the problem."""
        seq = self._life.problem.seq
        left = None if duty is None else max(duty.at - self._now(), timedelta(0))
        if left == timedelta(0):
            return
        try:
            await workflow.wait_condition(
                lambda: self._life.problem.seq != seq,
                timeout=left,
                timeout_summary=_summary(duty),
            )
        except TimeoutError:
            return

    async def _meet(self, duty: Duty) -> None:
        """Meet a due duty, unless what was received before its instant changes the agenda.

        Called with the lock held.
        """
        served = True
        if lets_in(duty, self._life.problem, self._life.rules):
            drained = await self._drain_inbox(duty)
            if drained.proof is not None:
                command_id = of_proof(self._life.problem.problem_no, drained.proof)
                await self._handle(drained.proof, command_id)
            for receipt in drained.receipts:
                number = self._life.problem.problem_no
                await self._handle(receipt, of_points_receipt(number, receipt))
            for paper in drained.in_order():
                await self._handle(paper, let_in_as(paper.receipt_id))
            served = drained.served
        if self._life.duty == duty:
            await self._record(self._life.meet(duty, served=served, now=self._now()))

    async def _meet_what_fell_due_by(self, received_at: datetime) -> None:
        """Meet what should have been met before an answer came in; called with the lock held.

        After an outage waiting Updates are handled before the timers that have long run out. Where
        the inbox's clock is ahead of the server's, the difference is waited for.
        """
        while (duty := self._life.duty) is not None:
            if duty.at > received_at or not workflow.patched(DUTIES_FIRST.patch_id):
                return
            await asyncio.sleep(max((duty.at - self._now()).total_seconds(), 0))
            await self._meet(duty)

    async def _handle(self, command: Command, command_id: str) -> CommandRecord:
        """Decide a command once for all runs of the life; called with the lock held."""
        answer = self._life.handle(command, command_id, self._now())
        if isinstance(answer, Step):
            return CommandRecord(command_id=command_id, outcome=await self._record(answer))
        return answer

    # -- what the life orders ----------------------------------------------------------------

    async def _record(self, step: Step) -> Outcome:
        """Have a step written down, then let it be the life's state."""
        order = RecordOrder.of(step, self._start.row_key)
        await workflow.execute_activity_method(
            RecordPort.record,
            order,
            start_to_close_timeout=_PATIENCE,
            heartbeat_timeout=_SIGN_OF_LIFE,
            retry_policy=_RETRY,
            summary="、".join(step.tags),
        )
        return self._life.apply(step)

    async def _drain_inbox(self, duty: Duty) -> Drained:
        order = DrainOrder.before(duty, self._life.problem, self._life.rules)
        return await workflow.execute_activity_method(
            InboxPort.drain_inbox,
            order,
            start_to_close_timeout=_PATIENCE,
            heartbeat_timeout=_SIGN_OF_LIFE,
            retry_policy=_RETRY,
            summary=f"{duty.kind.label} {duty.at.isoformat()}",
        )

    def _show(self) -> None:
        """Keep the search attributes and the page's text in step with the problem."""
        problem = self._life.problem
        round_ = problem.open_round
        self._show_district()
        now_shown = (problem.stage.value, problem.level, round_.due_at if round_ else None)
        if now_shown != self._shown:
            self._shown = now_shown
            updates: list[SearchAttributeUpdate[Any]] = [
                STAGE.value_set(now_shown[0]),
                LEVEL.value_set(now_shown[1]),
                DUE_AT.value_set(now_shown[2]) if now_shown[2] else DUE_AT.value_unset(),
            ]
            workflow.upsert_search_attributes(updates)
        workflow.set_current_details("\n\n".join(self.explanation()))

    def _show_district(self) -> None:
        """Let the district follow a problem that was handed on.

        The one it was registered with stands there from the start. Writing it again would be a
        command that the histories of all other lives do not hold.
        """
        district = self._life.problem.district
        if district != self._shown_district:
            self._shown_district = district
            workflow.upsert_search_attributes([DISTRICT.value_set(district)])

    def _has_grown(self) -> bool:
        info = workflow.info()
        length = info.get_current_history_length()
        return info.is_continue_as_new_suggested() or length > self._start.continue_after_events

    async def _go_on_in_a_new_run(self) -> None:
        """Close this history; unfinished handlers first, for what they hold would be lost."""
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(self._next_start())

    def _next_start(self) -> LifeStart:
        rules = self._life.rules
        return replace(
            self._start,
            policy=rules.policy,
            calendar=rules.calendar,
            rules_version=rules.version,
            carried=self._life.carried_over(),
            revival=None,
            restoration=None,
        )


def _summary(duty: Duty | None) -> str | None:
    return f"{duty.kind.label} {duty.at.isoformat()} {duty.detail}".strip() if duty else None
