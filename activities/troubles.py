"""Noting deeds that fail again and again, so that a life which stands still is seen."""

from __future__ import annotations

from typing import Any

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from gateways.lives_on_server import HELD
from store.engine import Database
from store.watch import life_troubles
from workflows.names import PROBLEM_PREFIX, problem_no_of

NOTED_FROM = 3
"""Two failures happen on any busy day; from the third on a life is said to stand still."""

_log = structlog.get_logger(__name__)


class NotingTroubles(Interceptor):
    """Notes in the store what a life's deeds meet."""

    def __init__(self, db: Database) -> None:
        """Write into `db`."""
        self._db = db

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Stand before each deed."""
        return _Noting(next, self._db)


class _Noting(ActivityInboundInterceptor):
    def __init__(self, following: ActivityInboundInterceptor, db: Database) -> None:
        super().__init__(following)
        self._db = db

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """Do the deed; note its failure from the third on, and that it is over."""
        info = activity.info()
        life = info.workflow_id or ""
        if not life.startswith(PROBLEM_PREFIX):
            return await super().execute_activity(input)
        number, deed = problem_no_of(life), info.activity_type
        try:
            result = await super().execute_activity(input)
        except Exception as error:
            held = isinstance(error, ApplicationError) and error.type == HELD
            if info.attempt >= NOTED_FROM and not held:
                await self._note(number, deed, info.attempt, str(error))
            raise
        if info.attempt >= NOTED_FROM:
            await self._over(number, deed)
        return result

    async def _note(self, number: str, deed: str, attempt: int, error: str) -> None:
        try:
            await life_troubles.note(self._db, number, deed, attempt, error)
        except Exception:  # noqa: BLE001 - the deed's own failure is what counts
            _log.exception("a trouble could not be noted", problem=number, deed=deed)

    async def _over(self, number: str, deed: str) -> None:
        try:
            await life_troubles.over(self._db, number, deed)
        except Exception:  # noqa: BLE001 - the deed is done; the server is asked before it is told
            _log.exception("a trouble that is over could not be forgotten", problem=number)
