"""Whether the life under a number is the one that was to be begun."""

from __future__ import annotations

from datetime import timedelta

from pydantic import TypeAdapter, ValidationError
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.commands import RegisterProblem
from domain.outcomes import OutcomeUnknown
from gateways.run_start import start_in, started
from workflows.messages import LifeStart
from workflows.names import workflow_id

_REGISTER = TypeAdapter(RegisterProblem)


async def is_begun_as(
    client: Client, problem_no: str, start: LifeStart, patience: timedelta
) -> bool:
    """Compare what the life under a number was begun with to `start`.

    The row of a list tells by its key alone: what a later list says anew of it changes no life.
    Raises `OutcomeUnknown` when the server did not answer.
    """
    try:
        begun = await started(client, workflow_id(problem_no), patience=patience)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise OutcomeUnknown(f"{problem_no} was there and is gone") from error
        raise OutcomeUnknown(str(error)) from error
    there = await start_in(client, begun)
    if start.row_key or there.get("row_key"):
        return bool(there.get("row_key") == start.row_key)
    try:
        return _REGISTER.validate_python(there["register"]) == start.register
    except (ValidationError, KeyError):
        return False
