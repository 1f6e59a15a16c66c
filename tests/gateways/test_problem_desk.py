"""What the desk makes of an Update that failed: only a life's own word is a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest
from temporalio.api.failure.v1 import ApplicationFailureInfo, Failure
from temporalio.client import Client, WorkflowUpdateFailedError

from domain import commands as c
from domain.outcomes import CommandRefused, OutcomeUnknown
from gateways.problem_desk import TemporalDesk
from gateways.temporal_client import DATA_CONVERTER
from tests.worlds.life import OFFICER, default_rules


@dataclass
class FailsEveryUpdate:
    """A client, and its handle, whose Updates all end in one failure."""

    failure: Failure

    def get_workflow_handle(self, workflow_id: str) -> FailsEveryUpdate:
        """Give itself."""
        return self

    async def execute_update(self, *_: Any, **__: Any) -> None:
        """Fail."""
        cause = await DATA_CONVERTER.decode_failure(self.failure)
        raise WorkflowUpdateFailedError(cause)


def desk(source: str, kind: str) -> TemporalDesk:
    """Give a desk whose Updates fail with a failure of this source and type."""
    info = ApplicationFailureInfo(type=kind, non_retryable=True)
    failure = Failure(message="说明", source=source, application_failure_info=info)
    client = cast(Client, FailsEveryUpdate(failure))
    return TemporalDesk(client=client, rules=default_rules())


async def test_a_failure_of_the_life_is_a_refusal_with_its_code() -> None:
    with pytest.raises(CommandRefused) as refused:
        await desk("", "nothing_listed").command("CQ2024-0001", c.SendReminder(by=OFFICER), "1")
    assert refused.value.code == "nothing_listed"


@pytest.mark.parametrize("kind", ["UnprocessedUpdate", "AcceptedUpdateCompletedWorkflow"])
async def test_a_failure_of_the_server_leaves_the_outcome_unknown(kind: str) -> None:
    with pytest.raises(OutcomeUnknown):
        await desk("Server", kind).command("CQ2024-0001", c.SendReminder(by=OFFICER), "1")
