"""The counter at which lives are begun, commanded and asked, on Temporal.

An Update whose answer did not come is neither done nor failed: it says so (`OutcomeUnknown`), and
asking again under the same id gives the one true outcome.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import (
    Client,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.commands import (
    Command,
    ProposeAct,
    RegisterProblem,
    ReopenProblem,
    TransferProblem,
)
from domain.outcomes import CommandRefused, NoSuchLife, Outcome, OutcomeUnknown, number_taken
from domain.problem import Problem
from domain.rules import Rules
from gateways.ended_lives import answer_of, ended, handover_of, taken_up
from gateways.whose_life import is_begun_as
from workflows import names
from workflows.messages import LifeStart
from workflows.problem_workflow import ProblemWorkflow

TASK_TIMEOUT = timedelta(seconds=30)
"""How long one task of a life may take on a busy machine before it is given to another worker."""


async def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalDesk:
    """The desk of `office.ports`, over one client.

    `rules` are what new lives are begun with; `clock_shift` is zero in production. `patience` is
    how long a caller waits before the outcome counts as unknown. `may_act` says no while starts and
    acts are shut: their outcome is unknown then, and they are asked for again.
    """

    client: Client
    rules: Rules
    task_queue: str = names.TASK_QUEUE
    clock_shift: timedelta = timedelta(0)
    patience: timedelta = timedelta(seconds=15)
    continue_after_events: int = 2_000
    may_act: Callable[[], Awaitable[bool]] = _always

    async def start(
        self,
        problem_no: str,
        register: RegisterProblem,
        transfer: TransferProblem | None,
        *,
        row_key: str = "",
        rules: Rules | None = None,
    ) -> None:
        """Begin a life by `rules`, the desk's own by default; beginning it again changes nothing.

        Raises `CommandRefused` when another problem's life holds the number, `OutcomeUnknown` when
        the server did not answer.
        """
        await self._demand_open()
        start = self._life_start(register, transfer, row_key, rules or self.rules)
        try:
            await self._begin_run(problem_no, start, reuse=WorkflowIDReusePolicy.REJECT_DUPLICATE)
        except WorkflowAlreadyStartedError as there:
            if not await is_begun_as(self.client, problem_no, start, self.patience):
                raise number_taken(problem_no) from there

    async def command(self, problem_no: str, command: Command, command_id: str) -> Outcome:
        """Apply a command once per `command_id`, however often it is asked.

        A proposal to reopen a life that has ended takes it up again. Raises `CommandRefused`,
        `OutcomeUnknown` or `NoSuchLife`.
        """
        await self._demand_open()
        try:
            return await self._command(problem_no, command, command_id)
        except NoSuchLife:
            if isinstance(command, ProposeAct) and isinstance(command.act, ReopenProblem):
                return await self._reopen(problem_no, command, command_id)
            raise

    async def _demand_open(self) -> None:
        if not await self.may_act():
            raise OutcomeUnknown("starts and acts are shut until the restore was looked at")

    async def _reopen(self, problem_no: str, proposal: ProposeAct, command_id: str) -> Outcome:
        """Take up an ended life again: a new run under the same id, the proposal its first act.

        A proposal that is refused ends the new run at once; its answer is then asked of it. Asked
        again under the same `command_id`, no second run begins.
        """
        handover = await handover_of(self.client, problem_no, self.patience)
        known = answer_of(handover, proposal, command_id)
        if known is not None:
            return known
        if not ended(handover):
            raise NoSuchLife(problem_no)  # it was broken off: two persons restore it
        await self.begin_again(problem_no, taken_up(handover, proposal, command_id))
        try:
            return await self._command(problem_no, proposal, command_id)
        except NoSuchLife as over:
            handover = await handover_of(self.client, problem_no, self.patience)
            known = answer_of(handover, proposal, command_id)
            if known is None:
                raise OutcomeUnknown(f"{problem_no} ended before it was taken up") from over
            return known

    async def begin_again(self, problem_no: str, start: LifeStart) -> None:
        """Begin another run of an ended life; a life that is not over goes on as it is."""
        await self._begin_run(problem_no, start, WorkflowIDConflictPolicy.USE_EXISTING)

    async def restore(self, problem_no: str, start: LifeStart) -> bool:
        """Begin the run of a life that was lost; False where it has one under way already.

        Raises `OutcomeUnknown`.
        """
        try:
            await self._begin_run(problem_no, start)
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def _begin_run(
        self,
        problem_no: str,
        start: LifeStart,
        conflict: WorkflowIDConflictPolicy = WorkflowIDConflictPolicy.FAIL,
        reuse: WorkflowIDReusePolicy = WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    ) -> None:
        """Begin a run; raises `OutcomeUnknown`, and WorkflowAlreadyStartedError by its policies."""
        facts = start.register.facts
        try:
            await self.client.start_workflow(
                ProblemWorkflow.run,
                start,
                id=names.workflow_id(problem_no),
                task_queue=self.task_queue,
                task_timeout=TASK_TIMEOUT,
                id_conflict_policy=conflict,
                id_reuse_policy=reuse,
                search_attributes=names.found_by(facts),
                static_summary=f"{problem_no} {facts.district}",
                rpc_timeout=self.patience,
            )
        except RPCError as error:
            raise OutcomeUnknown(str(error)) from error

    async def _command(self, problem_no: str, command: Command, command_id: str) -> Outcome:
        handle = self.client.get_workflow_handle(names.workflow_id(problem_no))
        try:
            outcome: Outcome = await handle.execute_update(
                command.name,
                command,
                id=command_id,
                result_type=Outcome,
                rpc_timeout=self.patience,
            )
        except WorkflowUpdateFailedError as failed:
            raise _refused(failed) from failed
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise OutcomeUnknown(str(error)) from error
        except RPCError as error:
            raise _unreached(problem_no, error) from error
        return outcome

    async def state(self, problem_no: str) -> Problem:
        """Give the life's own view of the problem; raises `NoSuchLife` or `OutcomeUnknown`."""
        handle = self.client.get_workflow_handle(names.workflow_id(problem_no))
        try:
            problem = await handle.query(ProblemWorkflow.state, rpc_timeout=self.patience)
        except WorkflowQueryFailedError as error:
            raise OutcomeUnknown(str(error)) from error
        except RPCError as error:
            raise _unreached(problem_no, error) from error
        if problem is None:
            raise NoSuchLife(problem_no)
        return problem

    async def judged(self, problem_no: str) -> tuple[Problem, Rules]:
        """Give the life's own view of the problem, and by what it is judged, over or not.

        Raises `NoSuchLife` or `OutcomeUnknown`.
        """
        try:
            start = (await handover_of(self.client, problem_no, self.patience)).start
        except (ValueError, TypeError, RuntimeError) as error:
            # Its policy has a shape that this version does not know.
            raise OutcomeUnknown(str(error)) from error
        if start.carried is None:
            raise NoSuchLife(problem_no)
        return start.carried.problem, Rules(start.policy, start.calendar, start.rules_version)

    def _life_start(
        self,
        register: RegisterProblem,
        transfer: TransferProblem | None,
        row_key: str,
        rules: Rules,
    ) -> LifeStart:
        recorded = rules.recorded(transfer.on if transfer else None)
        return LifeStart(
            register=register,
            transfer=transfer,
            policy=recorded.policy,
            calendar=recorded.calendar,
            rules_version=recorded.version,
            row_key=row_key,
            clock_shift_seconds=self.clock_shift.total_seconds(),
            continue_after_events=self.continue_after_events,
        )


def _refused(failed: WorkflowUpdateFailedError) -> Exception:
    """Tell a refusal of the life from a failure in which the server says that no life spoke.

    The server fails an Update that a worker took without dealing with it (UnprocessedUpdate) or
    that was under way when a run ended (AcceptedUpdateCompletedWorkflow).
    """
    cause = failed.cause
    if isinstance(cause, ApplicationError) and not _is_from_server(cause):
        return CommandRefused(cause.type or "refused", cause.message)
    return OutcomeUnknown(str(cause))


def _is_from_server(cause: ApplicationError) -> bool:
    return cause.failure is not None and cause.failure.source == "Server"


def _unreached(problem_no: str, error: RPCError) -> Exception:
    if error.status is RPCStatusCode.NOT_FOUND:
        return NoSuchLife(problem_no)
    return OutcomeUnknown(str(error))
