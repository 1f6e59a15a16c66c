"""Which run of a life goes on from which."""

from __future__ import annotations

import json

from temporalio.client import WorkflowHistory

from gateways.payload_codec import NOTHING_SEALED, SealedPayloads

ADDENDA = "addenda.json"
"""The file beside the exported runs of a life that holds what was noted after its end."""


def run_before(run: WorkflowHistory, opener: SealedPayloads = NOTHING_SEALED) -> str:
    """Give the id of the run that `run` goes on from, empty for the first of a life.

    The server names it where a run was continued. A life taken up again after it had ended, or was lost,
    names it itself, in what it was started with. Raises `CannotOpen`.
    """
    started = run.events[0].workflow_execution_started_event_attributes
    if started.continued_execution_run_id or not started.input.payloads:
        return started.continued_execution_run_id
    return _taken_up(opener.open(started.input.payloads[0]).data)


def _taken_up(start: bytes) -> str:
    """Read it from what a run was started with; what is no start of a life names none."""
    try:
        given = json.loads(start)
        taken_up = given.get("restoration") or given.get("revival") or {}
        return str(taken_up.get("after_run_id", ""))
    except (ValueError, AttributeError, RecursionError):
        return ""
