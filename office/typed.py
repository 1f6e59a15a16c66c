"""The typed texts, days and numbers of everything people send, whichever door they come through.

Unknown fields are refused, texts lose invisible characters and have an upper length, dates lie in
this century. What the rules say about them is said by `domain.decide`.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
HASH = r"^[0-9a-f]{64}$"
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")


def plain_text(text: str) -> str:
    """Compose accents, drop characters nobody can see and bring line ends to one form."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in lines if c in "\n\t" or unicodedata.category(c) not in _UNSEEN)
    return "".join(kept).strip()


def not_blank(text: str) -> str:
    """Refuse a text of which nothing is left."""
    if not text:
        raise ValueError("不能为空")
    return text


def plausible(day: date) -> date:
    """Refuse a day outside this century: a slip of the keyboard."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError("应在2000年至2099年之间")
    return day


_Plain = AfterValidator(plain_text)
_Filled = AfterValidator(not_blank)

Line = Annotated[str, Field(max_length=200), _Plain]
NeededLine = Annotated[str, Field(max_length=200), _Plain, _Filled]
Prose = Annotated[str, Field(max_length=4000), _Plain]
NeededProse = Annotated[str, Field(max_length=4000), _Plain, _Filled]
Day = Annotated[date, AfterValidator(plausible)]
Number = Annotated[int, Field(ge=1, le=1_000_000)]


class Typed(BaseModel):
    """Nothing but the named fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def example(**values: JsonValue) -> ConfigDict:
    """Give a model's configuration with one example for the OpenAPI."""
    return ConfigDict(json_schema_extra={"examples": [values]})


class NothingBody(Typed):
    """An act that needs no words."""


class ReasonBody(Typed):
    """An act that needs nothing but its reason."""

    model_config = example(reason="企业已复产")

    reason: NeededProse
