"""How values of the domain become text and come back.

The text is canonical (sorted keys, no spaces, instants in UTC): equal values give equal bytes, so
that a rebuilt read model can be compared with the old one byte for byte.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import Discriminator, TypeAdapter

from domain.events import Event, Recorded
from domain.problem import Problem
from domain.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recorded:
    """`Recorded`, with the event's type decided by its tag alone."""

    seq: int
    at: datetime
    by: Actor
    cause: str
    event: Annotated[Event, Discriminator("tag")]


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {Recorded: TypeAdapter(_Recorded)}
_PROBLEM = TypeAdapter(Problem)
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Discriminator("tag")])


def to_text(value: object) -> str:
    """Write any value of the domain as canonical JSON."""
    return json_text(_adapter(type(value)).dump_python(value, mode="json"))


def json_text(content: object) -> str:
    """Write plain JSON content canonically."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def problem_from(text: str) -> Problem:
    """Read a problem; raises pydantic.ValidationError when the text is not one."""
    return _PROBLEM.validate_json(text)


def event_from(tag: str, text: str) -> Event:
    """Read an event; raises ValueError when the text is not an event of that tag."""
    event = _EVENT.validate_json(text)
    if event.tag != tag:
        raise ValueError(f"an event of tag {event.tag} is kept under {tag}")
    return event


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]
