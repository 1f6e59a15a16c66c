"""What is the same is one text, whichever process writes it."""

from __future__ import annotations

import hashlib
import subprocess
import sys

from temporalio.client import WorkflowHistory

from gateways.history_text import history_text
from tests.worlds.house import ROOT

FILE = min((ROOT / "tests" / "histories").glob("*/*.json"))
WRITTEN_ELSEWHERE = """
import hashlib, pathlib, sys
from temporalio.client import WorkflowHistory
from gateways.history_text import history_text
run = WorkflowHistory.from_json("life", pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
print(hashlib.sha256(history_text(run).encode()).hexdigest())
"""


def test_another_process_writes_a_run_with_the_same_hash() -> None:
    run = WorkflowHistory.from_json("life", FILE.read_text(encoding="utf-8"))
    command = [sys.executable, "-c", WRITTEN_ELSEWHERE, str(FILE)]
    elsewhere = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert elsewhere.stdout.strip() == hashlib.sha256(history_text(run).encode()).hexdigest()


def test_a_run_is_read_again_as_it_was_written() -> None:
    run = WorkflowHistory.from_json("life", FILE.read_text(encoding="utf-8"))
    assert WorkflowHistory.from_json("life", history_text(run)) == run
