"""The log has one shape, whoever writes; in production each line is one object."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from temporalio.testing import ActivityEnvironment

from gateways.log_lines import configure


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """The other tests' log is what it was."""
    handlers, level = logging.root.handlers[:], logging.root.level
    kept = structlog.get_config()
    yield
    structlog.configure(**kept)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_our_lines_and_the_libraries_are_objects_of_one_shape(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure("json")
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger().warning("示例", problem_no="CQ2024-0001")
        logging.getLogger("uvicorn.error").error("theirs %s", 1)
    ours, theirs = lines(capsys)
    assert (ours["event"], ours["level"], ours["problem_no"]) == ("示例", "warning", "CQ2024-0001")
    assert (theirs["event"], theirs["logger"]) == ("theirs 1", "uvicorn.error")
    assert ours["request_id"] == theirs["request_id"] == "r-1"
    assert str(ours["timestamp"]).endswith("Z")


def test_a_failure_is_one_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json")
    try:
        raise ValueError("多行\n的原因")
    except ValueError as error:
        structlog.get_logger().error("failed", exc_info=error)
    (line,) = lines(capsys)
    assert "多行\n的原因" in json.dumps(line, ensure_ascii=False).replace("\\n", "\n")


def test_what_an_activity_says_names_its_problem(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json")
    deed = ActivityEnvironment()
    deed.info = deed.default_info()
    deed.info = type(deed.info)(**{**vars(deed.info), "workflow_id": "problem-CQ2024-0001"})
    deed.run(lambda: structlog.get_logger().info("done"))
    assert lines(capsys)[0]["problem_no"] == "CQ2024-0001"


def test_in_development_people_read_it_and_may_ask_for_less(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure("text", logging.WARNING)
    structlog.get_logger().info("ordinary")
    structlog.get_logger().warning("strange", why="示例")
    said = capsys.readouterr().err
    assert "strange" in said
    assert "ordinary" not in said
