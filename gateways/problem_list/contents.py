"""The key contents of a cell: one, or several as officials string them together."""

from __future__ import annotations

import re
from functools import lru_cache

from domain.catalogues import key_contents
from domain.catalogues.key_contents import KeyContent

NO_KEY_CONTENT = frozenset(
    {
        "其他",
        "其它",
        "其他问题",
        "其它问题",
        "其他一般问题",
        "一般问题",
        "一般环境问题",
        "无",
        "否",
        "不涉及",
        "/",
        "-",
        "—",
        "——",
    }
)
"""What says that a problem is a general one."""

PARTS = re.compile(r"[;；\n|]+")
LISTED = re.compile(r"[、,，/+&\s]+|和|及|与|(?<=[)）])(?=[(（])|(?<=[①-⑳])(?=[①-⑳])")


@lru_cache(1024)
def contents_in(text: str) -> tuple[KeyContent, ...] | None:
    """Return the contents a text names, each once in its order; None where part of it is none.

    Read are 3、4, 第3、4项, （3）（4）, ①③, and wordings of the plan set beside each other.
    """
    found: list[KeyContent] = []
    whole = _one(text)
    if whole is not None:
        return (whole,)
    for part in filter(None, PARTS.split(text)):
        own = _one(part)
        named = [own] if own else [_one(piece) for piece in LISTED.split(part) if piece]
        for one in named:
            if one is None:
                return None
            found.append(one)
    return tuple(dict.fromkeys(found)) or None


def _one(text: str) -> KeyContent | None:
    text = text.strip()
    return key_contents.find(text) or key_contents.find(f"{text}的")
