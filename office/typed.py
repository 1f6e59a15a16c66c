"""The typed texts, days and numbers of everything people send, whichever door they come through.

Unknown fields are refused, texts are cleaned and have an upper length, dates lie in this century.
What the rules say about them is said by `domain.decide`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    model_validator,
)

from domain.catalogues import credit_code
from domain.plain_text import line, prose

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
HASH = r"^[0-9a-f]{64}$"


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


def right_code(text: str) -> str:
    """Demand a credit code that can be one, where there is any."""
    wrong = credit_code.what_is_wrong(text.upper()) if text else None
    if wrong:
        raise ValueError(wrong)
    return text.upper()


_Filled = AfterValidator(not_blank)


def _cleaned(clean: Callable[[str], str]) -> BeforeValidator:
    """Clean a text before it is measured: composing may make it longer, what is hidden counts not."""
    return BeforeValidator(lambda value: clean(value) if isinstance(value, str) else value)


Line = Annotated[str, Field(max_length=200), _cleaned(line)]
NeededLine = Annotated[Line, _Filled]
Prose = Annotated[str, Field(max_length=4000), _cleaned(prose)]
NeededProse = Annotated[Prose, _Filled]
Day = Annotated[date, AfterValidator(plausible)]
CreditCode = Annotated[Line, AfterValidator(right_code)]
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


class Decision(Typed):
    """What a second person says of something that waits; approving needs no reason."""

    model_config = example(decision="approve")

    decision: Literal["approve", "decline"]
    reason: Prose = ""

    @property
    def approved(self) -> bool:
        """Whether it is approved."""
        return self.decision == "approve"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.approved and not self.reason:
            raise ValueError("不批准的，请填写理由")
        return self
