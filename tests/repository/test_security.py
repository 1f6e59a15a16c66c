"""docs/security.md answers every requirement once, and what it names as proof exists."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from functools import cache

import pytest

from tests.repository.files import ROOT, python_files
from tests.repository.markdown import code_in, section, tables

PAGE = "docs/security.md"
ASKED = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2",
    "2.1": "1-3", "2.2": "1-3", "2.3": "1-4", "2.4": "1-1",
    "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2",
    "4.1": "1-3", "4.2": "1-1", "4.3": "1-2", "4.4": "1-4",
    "5.1": "1-1", "5.2": "1-3", "5.3": "1-2", "5.4": "1-3",
    "6.1": "1-3", "6.2": "1-12", "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3", "6.8": "1-4",
    "7.1": "1-3", "7.2": "1-4", "7.3": "1-2", "7.4": "1-5", "7.5": "1-2", "7.6": "1-2",
    "8.1": "1-2", "8.2": "1-3", "8.3": "1-1", "8.4": "1-1",
    "9.1": "1-3", "9.2": "1-4",
    "10.1": "1-2", "10.2": "1-2", "10.3": "1-4", "10.4": "1-11", "10.5": "1-5", "10.6": "1-2",
    "10.7": "1-3",
    "11.1": "1-2", "11.2": "1-3", "11.3": "1-3", "11.4": "1-4", "11.5": "1-1", "11.6": "1-1",
    "12.1": "1-3", "12.2": "1-2", "12.3": "1-4",
    "13.1": "1-1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5",
    "14.1": "1-2", "14.2": "1-4", "14.3": "1-3",
    "15.1": "1-3", "15.2": "1-3", "15.3": "1-7",
    "16.1": "1-1", "16.2": "1-5", "16.3": "1-4", "16.4": "1-3", "16.5": "1-3",
    "17.1": "1-1", "17.2": "1-4", "17.3": "1-2",
}  # fmt: skip
"""Every section of ASVS 5.0.0 with what it asks at levels 1 and 2; level 3 comes last in each."""


RISKY = ("innerHTML", "eval(", "new Function(", "__proto__")
DANGEROUS = ("S102", "S301", "S307", "S324", "S506", "S602", "S604", "S605", "S608")
"""exec, pickle, eval, weak hashes, unsafe YAML, shells, SQL by concatenation."""

EXCUSED = {"gateways/yaml_text.py": {"S506"}}
"""Where one is excused: the loader is stricter than the safe one."""


def asked() -> list[str]:
    """Name every requirement of levels 1 and 2."""
    found = []
    for part, numbers in ASKED.items():
        first, _, last = numbers.partition("-")
        found += [f"{part}.{number}" for number in range(int(first), int(last) + 1)]
    return found


def answers() -> list[list[str]]:
    """Give the rows of the page: number, level, what is asked, how it stands, test or reason."""
    return [row for rows in tables(section(PAGE, "Requirements")) for row in rows]


@cache
def _names_of(path: str) -> frozenset[str]:
    """Name the tests of a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    )


def named_in(cell: str) -> list[str]:
    """Give the tests that a cell names."""
    return [code for code in code_in(cell) if code.startswith("tests/")]


def test_two_hundred_and_fifty_three_requirements_are_asked() -> None:
    assert len(asked()) == 253


def test_each_requirement_is_answered_once() -> None:
    assert Counter(row[0] for row in answers()) == Counter(f"v5.0.0-{one}" for one in asked())


def test_levels_and_answers_are_words_of_the_page() -> None:
    for number, level, asks, stands, _ in answers():
        assert level in ("1", "2"), number
        assert asks, number
        assert stands in ("met", "part", "not met", "n.a."), number
    assert sum(row[1] == "1" for row in answers()) == 70


def test_what_is_met_names_its_test_and_the_rest_its_reason() -> None:
    for number, _, _, stands, shown in answers():
        tests = named_in(shown)
        if stands in ("met", "part"):
            assert tests, number
        without = shown
        for one in tests:
            without = without.replace(f"`{one}`", "")
        if stands != "met":
            assert without.strip(" ,.·"), number


@pytest.mark.parametrize("named", sorted({one for row in answers() for one in named_in(row[4])}))
def test_what_it_names_exists(named: str) -> None:
    path, _, test = named.partition("::")
    assert (ROOT / path).is_file(), named
    assert not test or test in _names_of(path), named


def test_what_it_says_of_how_many_are_met_is_counted() -> None:
    counted = Counter(row[3] for row in answers())
    (rows,) = tables(section(PAGE, "How it stands"))
    assert {row[0]: int(row[1]) for row in rows} == dict(counted)


def test_scripts_keep_nothing_in_the_browser() -> None:
    for script in (ROOT / "static").glob("*.js"):
        text = script.read_text(encoding="utf-8")
        for word in ("localStorage", "sessionStorage", "indexedDB", "document.cookie", *RISKY):
            assert word not in text, f"{script.name}: {word}"


def test_the_linter_refuses_dangerous_calls() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"][
        "lint"
    ]
    assert "S" in lint["select"]
    assert not set(DANGEROUS) & set(lint["ignore"])
    for file in python_files():
        if file.relative_to(ROOT).parts[0] in ("tests", "bench", "migrations"):
            continue
        excused = set(re.findall(r"# noqa: ([A-Z0-9, ]+)", file.read_text(encoding="utf-8")))
        found = {rule for rule in DANGEROUS for one in excused if rule in one}
        assert found <= EXCUSED.get(file.relative_to(ROOT).as_posix(), set()), file


def test_the_proxy_sample_speaks_new_tls_only() -> None:
    sample = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert re.findall(r"ssl_protocols ([^;]+);", sample) == ["TLSv1.2 TLSv1.3"]


def test_the_proxy_sample_leads_pages_to_https_and_no_script() -> None:
    sample = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    (plain,) = re.findall(r"listen 80;(.*?)\n}", sample, re.DOTALL)
    assert "location /api/ { return 403; }" in plain
    assert "location / { return 301 https://" in plain
