"""A run's history as it is written down and compared: one text for what is the same."""

from __future__ import annotations

import json

from temporalio.client import WorkflowHistory


def history_text(run: WorkflowHistory) -> str:
    """Write a history as JSON, each object's names in their order.

    The library gives maps (payloads' metadata, search attributes, headers) in an order that every process draws
    anew: written so, a run exported again by another worker had another hash, and looked altered.
    """
    return json.dumps(run.to_json_dict(), indent=2, sort_keys=True)
