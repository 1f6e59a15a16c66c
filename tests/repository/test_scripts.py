"""What the pages' own scripts may be written in: a phone of 2017 drops a script it cannot parse as a whole."""

from __future__ import annotations

import re

import pytest

from tests.repository.files import ROOT

SCRIPTS = sorted((ROOT / "static").glob("district*.js"))

YOUNGER = {
    "optional chaining (Chrome 80)": r"\?\.(?!\d)",
    "nullish coalescing (Chrome 80)": r"\?\?",
    "a catch without a name (Chrome 66)": r"\bcatch\s*\{",
    "finally of a promise (Chrome 63)": r"\.finally\(",
    "spread in an object (Chrome 60, not in all its kin)": r"[{,]\s*\.\.\.",
    "for await (Chrome 63)": r"\bfor\s+await\b",
    "assigning with a condition (Chrome 85)": r"(\|\||&&)=",
    "private members (Chrome 74)": r"\bthis\.#",
    "fields of a class (Chrome 72)": r"\bstatic\s+\w+\s*=",
    "separated digits (Chrome 75)": r"\b\d+_\d",
    "big integers (Chrome 67)": r"\b\d+n\b",
    "modules (Chrome 61)": r"^\s*(import|export)\b|\bimport\(",
    "replaceChildren (Chrome 86)": r"\.replaceChildren\(",
    "replaceAll (Chrome 85)": r"\.replaceAll\(",
    "at (Chrome 92)": r"\.at\(",
    "flat, flatMap (Chrome 69)": r"\.flat(Map)?\(",
    "Object.fromEntries (Chrome 73)": r"\bfromEntries\(",
    "AbortController (Chrome 66)": r"\bAbortController\b",
    "looking behind in a pattern (Chrome 62)": r"\(\?<[=!]",
}


@pytest.mark.parametrize("younger", YOUNGER)
def test_an_old_phone_can_read_the_districts_scripts(younger: str) -> None:
    assert SCRIPTS
    for script in SCRIPTS:
        told = re.sub(r"(?m)//.*$", "", script.read_text(encoding="utf-8"))
        assert not re.search(YOUNGER[younger], told, re.MULTILINE), (script.name, younger)
