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


def document_key(number: str) -> str:
    """Reduce a document number 文号 to what its ways of being written share.

    渝环函(2024)12号 stands for （2024）第12号, 〔2024〕012号, 〔2024〕12 and 12号文 alike.
    """
    key = folded(number.translate(BRACKETS).strip("()") if number.startswith("《") else number)
    key = key.translate(_SIMPLER_NUMBERS)
    found = _NUMBER.search(key)
    if found is None:
        return key
    return f"{key[: found.start()]}{int(found[1])}号"


_NUMBER = re.compile(r"第?(\d{1,6})(?:号文件?|号)?$")
_SIMPLER_NUMBERS = str.maketrans("環號", "环号")


def same_words(first: str, second: str) -> bool:
    """Say whether two texts are the same but for how they are set."""
    return first == second or folded(first) == folded(second)


def hashed(*parts: str) -> str:
    """Return one hash for texts in their order; it is the same in every release."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def key_of_return(key: str, times: int) -> str:
    """Return the key of a row whose problem was withdrawn `times` before: it starts anew."""
    return hashed("again", str(times), key)
