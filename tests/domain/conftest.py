"""What a run of the rules' own tests says at its end: how long the random lives were."""

from __future__ import annotations

import pytest

LIVED = "random lives"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print days and seed, of a test that passed too; a worker process could not print them."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == LIVED:
                terminalreporter.write_line(f"{name}: {value}")
