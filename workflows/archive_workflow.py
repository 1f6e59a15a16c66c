"""The scheduled sweep that keeps closed runs beyond the server's retention."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.ports import ArchivePort


@workflow.defn(name="ArchiveSweepWorkflow")
class ArchiveSweepWorkflow:
    """Export every closed run that is not kept yet; started by a schedule."""

    @workflow.run
    async def run(self) -> int:
        """Sweep once; give how many runs were exported."""
        return await workflow.execute_activity_method(
            ArchivePort.archive_closed_runs,
            start_to_close_timeout=timedelta(minutes=30),
            heartbeat_timeout=timedelta(minutes=2),
        )
