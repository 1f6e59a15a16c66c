"""Writes THIRD-PARTY-NOTICES.txt: what is shipped of other people's work, and under which licences.

Run by `make notices` in an environment that holds what requirements/run.lock names. A text that several
packages share stands once.
"""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

HERE = Path(__file__).parent
NOTICES = HERE.parent / "THIRD-PARTY-NOTICES.txt"
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)(\[[^\]]*\])?==(?P<version>[^ ]+)", re.MULTILINE)
_TEXT = re.compile(r"\.dist-info/.*(licen[cs]e|copying|notice)", re.IGNORECASE)
_RULE = "-" * 88
_HEAD = """Bihuan 闭环 is shipped with the packages below. Each keeps its own licence; the texts
follow, each with the packages it belongs to. Where a package brings no text of its own, the
licence it names is meant as published. Written by `make notices`.
"""


def shipped() -> list[Distribution]:
    """Give the packages of the lock that are installed here; those of other platforms are not."""
    found = []
    for pin in _PIN.finditer((HERE / "run.lock").read_text(encoding="utf-8")):
        try:
            found.append(distribution(pin["name"]))
        except PackageNotFoundError:
            continue
    return found


def licence_of(package: Distribution) -> str:
    """Give the licence a package names, in its own words."""
    told = package.metadata
    named = told.get("License-Expression") or told.get("License") or ""
    classified = [
        line.rpartition(":: ")[2]
        for line in told.get_all("Classifier") or []
        if line.startswith("License")
    ]
    first = named.strip().partition("\n")[0]
    return first if first and len(first) < 80 else ", ".join(classified) or "see its text"


def texts_of(package: Distribution) -> list[str]:
    """Give the licence texts a package brings."""
    files = [file for file in package.files or [] if _TEXT.search(str(file))]
    return [file.read_text(encoding="utf-8").strip() for file in files]


def written() -> str:
    """Give the whole file."""
    packages = shipped()
    owners: dict[str, list[str]] = {}
    for one in packages:
        for text in texts_of(one):
            owners.setdefault(text, []).append(one.name)
    lines = [_HEAD]
    lines += [f"{one.name} {one.version}: {licence_of(one)}" for one in packages]
    for text, names in owners.items():
        lines += ["", _RULE, ", ".join(names), _RULE, "", text]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


if __name__ == "__main__":
    NOTICES.write_text(written(), encoding="utf-8")
