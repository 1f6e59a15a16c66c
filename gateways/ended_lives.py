"""What an ended life leaves behind, and how it is taken up again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from domain.commands import Command, ProposeAct
from domain.handled import Handled
from domain.outcomes import CommandRefused, NoSuchLife, Outcome, OutcomeUnknown
from workflows.messages import LifeStart, Reopening, RunHandover
from workflows.names import workflow_id
from workflows.problem_workflow import ProblemWorkflow


async def handover_of(client: Client, problem_no: str, patience: timedelta) -> RunHandover:
    """Ask the newest run of a life what it leaves behind.

    The answer is its history replayed by a worker, not the store's view of it: rules, problem and
    every command dealt with, the refused ones too. Raises `OutcomeUnknown` when nobody answered,
    `NoSuchLife` when the server knows no such life (any more).
    """
    newest = client.get_workflow_handle(workflow_id(problem_no))
    try:
        handover = await newest.query(ProblemWorkflow.handover, rpc_timeout=patience)
    except WorkflowQueryFailedError as error:
        raise OutcomeUnknown(str(error)) from error
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NoSuchLife(problem_no) from error
        raise OutcomeUnknown(str(error)) from error
    if handover is None:
        raise NoSuchLife(problem_no)
    return handover


def answer_of(handover: RunHandover, command: Command, command_id: str) -> Outcome | None:
    """Give the outcome of a command the life dealt with, None when it never heard of it.

    Raises `CommandRefused` as the life does.
    """
    carried = handover.start.carried
    handled, problem = (carried.handled, carried.problem) if carried else ((), None)
    known = Handled(handled).find(command_id, command, problem)
    if known is not None and known.outcome is None:
        raise CommandRefused(known.refusal_code, known.refusal_message)
    return known.outcome if known else None


def ended(handover: RunHandover) -> bool:
    """Say whether the life had come to its end, or was broken off."""
    carried = handover.start.carried
    return carried is not None and carried.problem.ended


def taken_up(handover: RunHandover, proposal: ProposeAct, command_id: str) -> LifeStart:
    """Give the start of the run that goes on from an ended one, with a proposal to reopen."""
    revival = Reopening(proposal=proposal, command_id=command_id, after_run_id=handover.run_id)
    return replace(handover.start, revival=revival)
