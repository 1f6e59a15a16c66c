"""The sandbox in which workflow code runs, the same for worker, simulation and audit."""

from __future__ import annotations

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

_PASSED_THROUGH = (
    "domain",
    "gateways.temporal_client",
    "workflows.messages",
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "typing_extensions",
    "typing_inspection",
)


def sandbox() -> SandboxedWorkflowRunner:
    """Give the sandboxed runner.

    Only the workflow's own file is checked and loaded anew per life. The frozen values it speaks in
    are passed through: loaded anew they cost megabytes per life, and pydantic cannot resolve their
    types from inside the sandbox.
    """
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*_PASSED_THROUGH)
    return SandboxedWorkflowRunner(restrictions=restrictions)
