"""A field added to a hashed type later changes nothing for the lives recorded before."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from domain.commands import COMMANDS
from domain.recorded_forms import APPROVAL, CALENDAR, POLICY

ROOT = Path(__file__).parent.parent.parent
HISTORIES = ROOT / "tests" / "histories"
ADDED = '    added_later: str = "无"'

HASHED = {*POLICY.written, *CALENDAR.written, *APPROVAL.written, "Submission", "Revisit"} | {
    command.__name__ for command in COMMANDS.values()
}
"""Every type whose values are hashed, or stand in what is hashed."""


def grow(folder: Path) -> set[str]:
    """Add a field with a default to each hashed type in the sources of `folder`; give their names."""
    grown = set()
    for path in folder.rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for kind in reversed(ast.parse("\n".join(lines)).body):
            if isinstance(kind, ast.ClassDef) and kind.name in HASHED:
                last = [one for one in kind.body if isinstance(one, ast.AnnAssign)][-1]
                lines.insert(last.end_lineno or 0, ADDED)
                grown.add(kind.name)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return grown


def test_every_recorded_life_replays_and_verifies_under_types_that_have_grown(
    tmp_path: Path,
) -> None:
    for name in ("audit", "activities", "gateways", "store", "workflows", "domain", "command_line"):
        shutil.copytree(ROOT / name, tmp_path / name)
    assert grow(tmp_path / "domain") == HASHED
    verified = subprocess.run(
        [sys.executable, "-c", VERIFY, str(HISTORIES)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stderr
    found = json.loads(verified.stdout)
    assert len(found) == sum(1 for one in HISTORIES.iterdir() if (one / "run.json").exists()) + len(
        list(HISTORIES.glob("*/run.1.json"))
    )
    assert {name: difference for name, difference in found.items() if difference} == {}


VERIFY = """
import asyncio, json, sys
from pathlib import Path
from audit.sources import lives_in
from audit.verify import verify_life
from domain.policy import Policy
from gateways.temporal_client import DATA_CONVERTER

assert "added_later" in Policy.__dataclass_fields__

async def main():
    found = {}
    for folder in sorted(one for one in Path(sys.argv[1]).iterdir() if list(one.glob("run*.json"))):
        (runs,) = lives_in(folder)
        found[folder.name] = (await verify_life(runs, DATA_CONVERTER)).difference
    print(json.dumps(found, ensure_ascii=False))

asyncio.run(main())
"""
