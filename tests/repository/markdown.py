"""Reading the documentation: its sections, tables, links and code."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@cache
def text_of(name: str) -> str:
    """Give the text of a document, named from the project's root."""
    return (ROOT / name).read_text(encoding="utf-8")


def documents() -> list[str]:
    """Name every document of the project."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("calendars/*.md")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def tables(text: str) -> list[list[list[str]]]:
    """Give every table as rows of cells, without heading and rule."""
    found: list[list[list[str]]] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("|"):
            if not inside:
                found.append([])
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        inside = line.startswith("|")
    return [rows[2:] for rows in found]


def section(name: str, heading: str) -> str:
    """Give what stands under a heading of the second rank."""
    _, _, rest = text_of(name).partition(f"\n## {heading}\n")
    assert rest, f"{name} has no section “{heading}”"
    return rest.partition("\n## ")[0]


def code_in(cell: str) -> list[str]:
    """Give the code spans of a piece of text."""
    return _SPAN.findall(cell)


def all_code(text: str) -> str:
    """Give everything that is set as code, one piece a line."""
    outside = _FENCED.sub("", text)
    return "\n".join([*_FENCED.findall(text), *_SPAN.findall(outside)])


def links(text: str) -> list[str]:
    """Give the targets of all links and pictures."""
    return _LINK.findall(_FENCED.sub("", text))


def anchors(text: str) -> set[str]:
    """Give the anchors that the headings make."""
    headings = _HEADING.findall(_FENCED.sub("", text))
    return {_slug(heading) for heading in headings}


def _slug(heading: str) -> str:
    kept = (c for c in heading.casefold() if c in " -_" or unicodedata.category(c)[0] in "LN")
    return "".join(kept).replace(" ", "-")
