"""Files and functions stay small: what cannot be read at a glance is two things."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repository.files import ROOT, python_files

FILE_LINES = 300
FUNCTION_LINES = 40
APART = ("tests/", "samples/", "migrations/")
"""Tests have tables to be read, samples are data, migrations never change again."""

SOURCES = [
    path for path in python_files() if not path.relative_to(ROOT).as_posix().startswith(APART)
]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Give each function with its number of lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_and_no_function_is_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES
    assert {name: lines for name, lines in functions(path) if lines > FUNCTION_LINES} == {}
