"""One digest of a value of the domain, which a field added later does not change.

A value is written down as canonical JSON. A field that says what it says by default is left out, so
that values recorded before the field was known hash as they did then. Hence neither a default nor the
name of a type changes once a value of that type has been hashed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A way of writing values down to be hashed; it has a name and never changes.

    `written` gives, for the name of a type, the fields that are written even where they say what they
    say by default: those that were written when the form was made. `left_out` gives the fields that
    are never written. `style` is canonical JSON below the name of the value's type, JSON alone with
    blanks, or the text of Python code.
    """

    name: str
    written: Mapping[str, frozenset[str]] = field(default_factory=dict)
    left_out: Mapping[str, frozenset[str]] = field(default_factory=dict)
    style: Literal["canonical", "json", "code"] = "canonical"


CANONICAL = Form(name="canonical")
"""The form of whatever has no older one."""


def digest(value: Any, form: Form = CANONICAL) -> str:
    """Hash a value, SHA-256 in hex, as `form` writes it; TypeError for what no form can write."""
    return hashlib.sha256(_text(value, form).encode()).hexdigest()


def form_of(value: Any, recorded_hash: str, forms: Iterable[Form]) -> Form | None:
    """Give the first form by which a value has the hash recorded for it; None for another value."""
    return next((form for form in forms if digest(value, form) == recorded_hash), None)


def told(value: Any, form: Form = CANONICAL) -> dict[str, Any]:
    """Give the fields of a dataclass that a form writes, by name; a tag is always written."""
    kind = type(value).__name__
    written = form.written.get(kind, _NONE) | {"tag"}
    left_out = form.left_out.get(kind, _NONE)
    said = ((one, getattr(value, one.name)) for one in fields(value) if one.name not in left_out)
    return {f.name: one for f, one in said if f.name in written or one != _default(f)}


_NONE: frozenset[str] = frozenset()


def _text(value: Any, form: Form) -> str:
    if form.style == "code":
        return _code(value, form)
    content = _plain(value, form)
    if form.style == "json":
        return json.dumps(content, ensure_ascii=False, sort_keys=True)
    named = [type(value).__name__, content]
    return json.dumps(named, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any, form: Form) -> Any:
    if _is_value(value):
        return {name: _plain(one, form) for name, one in told(value, form).items()}
    if isinstance(value, tuple | list):
        return [_plain(one, form) for one in value]
    if isinstance(value, dict):
        return {str(name): _plain(one, form) for name, one in value.items()}
    return _leaf(value)


def _leaf(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time | Decimal):
        return str(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"no canonical form of {type(value).__name__}")


def _code(value: Any, form: Form) -> str:
    if _is_value(value):
        said = (f"{name}={_code(one, form)}" for name, one in told(value, form).items())
        return f"{type(value).__name__}({', '.join(said)})"
    if isinstance(value, tuple | list):
        inner = ", ".join(_code(one, form) for one in value)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)


def _is_value(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, type)


def _default(one: Field[Any]) -> Any:
    if one.default_factory is not MISSING:
        return one.default_factory()
    return one.default
