"""When two texts of a list are the same but for how they are set."""

from __future__ import annotations

import hashlib
import json
import re

from gateways.problem_list.cells import key_of

BRACKETS = str.maketrans("〔〕[]【】{}《》〈〉", "()()()()()()")
QUOTATION_MARKS = str.maketrans("", "", "\"'“”‘’「」『』")
PAUSES = re.compile(r"(?<!\d)[,、;。.:!?…·]+|[,、;。.:!?…·]+(?!\d)")
DASHES = re.compile(r"[-‐‑‒–—―_~]+")


def folded(text: str) -> str:
    """Reduce a text to what two careful ways of writing it share.

    Width of characters, spaces, case, the style of brackets and dashes, quotation marks, and which
    stop or comma closes a clause make no difference; a point inside a number does.
    """
    key = key_of(text).translate(BRACKETS).translate(QUOTATION_MARKS)
    return PAUSES.sub(",", DASHES.sub("-", key)).strip(",")


def same_words(first: str, second: str) -> bool:
    """Say whether two texts are the same but for how they are set."""
    return first == second or folded(first) == folded(second)


def hashed(*parts: str) -> str:
    """Return one hash for texts in their order; it is the same in every release."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def key_of_return(key: str, times: int) -> str:
    """Return the key of a row whose problem was withdrawn `times` before: it starts anew."""
    return hashed("again", str(times), key)
