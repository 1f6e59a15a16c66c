"""Which run of a life goes on from which."""

from __future__ import annotations

import json
from typing import Any

from temporalio.client import WorkflowHistory

from domain.events import Lost
from gateways.payload_codec import NOTHING_SEALED, SealedPayloads

_RIVALS = (Lost.RESET, Lost.STARTED_TWICE)
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
    given = _given(run, opener)
    taken_up = given.get("restoration") or given.get("revival") or {}
    return str(taken_up.get("after_run_id", "")) if isinstance(taken_up, dict) else ""


def takes_the_place_of_rivals(run: WorkflowHistory) -> bool:
    """Say whether two persons had this run begun in the place of runs that nobody had approved."""
    if not run.events[0].workflow_execution_started_event_attributes.input.payloads:
        return False
    restoration = _given(run, NOTHING_SEALED).get("restoration")
    return isinstance(restoration, dict) and restoration.get("lost") in _RIVALS


def _given(run: WorkflowHistory, opener: SealedPayloads) -> dict[str, Any]:
    """Read what a run was started with; empty for what is no start of a life. Raises `CannotOpen`."""
    started = run.events[0].workflow_execution_started_event_attributes
    opened = opener.open(started.input.payloads[0]).data
    try:
        given = json.loads(opened)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}
