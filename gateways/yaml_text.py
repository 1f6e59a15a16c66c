"""YAML that somebody sent us, read without its traps.

Three hundred bytes of aliases can stand for gigabytes, and nested brackets take the reader minutes: our
files need neither. Such a text is refused while it is being read, before anything is built of it.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.events import AliasEvent
from yaml.nodes import Node

MAX_CHARACTERS = 50_000
_MAX_DEPTH = 12
_MAX_NODES = 5_000


class _PlainLoader(yaml.SafeLoader):
    """A reader of plain values, lists and tables, without references to what stood before."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = self._nodes = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        if self.check_event(AliasEvent):
            raise yaml.MarkedYAMLError(None, None, "不支持别名引用（*名称），请写出内容", mark)
        self._depth += 1
        self._nodes += 1
        if self._depth > _MAX_DEPTH or self._nodes > _MAX_NODES:
            raise yaml.MarkedYAMLError(None, None, "层次过深或内容过多", mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def read_yaml(text: str) -> Any:
    """Give the values a text holds.

    Raises yaml.YAMLError for a text that is none, is too long, nested too deeply or refers to itself, and
    a plain ValueError for a day such as 2027-02-30.
    """
    if len(text) > MAX_CHARACTERS:
        raise yaml.YAMLError(f"内容过长，最多{MAX_CHARACTERS}个字符")
    try:
        return yaml.load(text, _PlainLoader)  # noqa: S506  # a SafeLoader, and stricter than it
    except (LookupError, AttributeError, TypeError, OverflowError) as error:
        # The reader trips over its own tags, as in `!!bool perhaps` or `!!float ""`.
        raise yaml.YAMLError("内容与所标类型（!!）不符，请去掉类型标记") from error


def read_kept_yaml(text: str) -> Any:
    """Give the values of a text that two persons put in force, perhaps before these limits."""
    return yaml.safe_load(text)
