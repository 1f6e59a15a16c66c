"""The log: one line an event, for people in development and for machines in production.

Lines of our own and of the libraries have one shape. With `json` each is one JSON object with `timestamp` in
UTC, `level`, `event`, and whatever names the work it belongs to: `request_id` and `problem_no`. No line holds a
token, a name, a telephone number or what a district wrote.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, WrappedLogger
from temporalio import activity

from workflows.names import PROBLEM_PREFIX

Shape = Literal["text", "json"]


def configure(shape: Shape, least: int = logging.INFO) -> None:
    """Write the log of this process to standard error in one shape, from a level upwards."""
    ending: list[Any] = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    if shape == "json":
        ending = [
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        _of_the_activity,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(least),
    )
    handler = logging.StreamHandler(sys.stderr)
    cleaned = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[cleaned, *ending],
        )
    )
    logging.basicConfig(handlers=[handler], level=least, force=True)
    for noisy in ("httpx2", "alembic", "temporalio.worker"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _of_the_activity(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Name the problem that an activity works for."""
    if activity.in_activity():
        workflow = activity.info().workflow_id or ""
        if workflow.startswith(PROBLEM_PREFIX):
            event.setdefault("problem_no", workflow.removeprefix(PROBLEM_PREFIX))
    return event
