"""What a body may say of how it is written: UTF-8, or nothing.

The readers of forms believe a charset that the sender names, and Python knows some that take minutes over a
megabyte (punycode), that build characters no store can keep, or fail in ways nobody expects.
"""

from __future__ import annotations

import re

LONGEST = 250
"""A boundary has seventy signs at most; what counts pieces in its names has thousands."""

OTHER_CHARSET = "请求内容须为 UTF-8 编码；请按 UTF-8 发送，并更正 Content-Type 中的 charset。"

_CHARSET = re.compile(r'charset[^=;]*=\s*"?([^\s;"]*)', re.IGNORECASE)
_OURS = frozenset({"utf-8", "utf8"})


def is_sober(content_type: str) -> bool:
    """Say whether a Content-Type names no charset but ours, however often and in whatever spelling."""
    if len(content_type) > LONGEST:
        return False
    return all(one.casefold() in _OURS for one in _CHARSET.findall(content_type))
