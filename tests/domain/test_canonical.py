"""A value has one digest, whatever is added to its type later."""

from __future__ import annotations

from dataclasses import dataclass, field, make_dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Literal

import pytest

from domain import commands as c
from domain.canonical import CANONICAL, Form, digest, form_of, told
from domain.roles import Actor, Role
from domain.stages import Light

OFFICER = Actor("officer", Role.OFFICER)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A value with everything that is hashed somewhere."""

    text: str
    on: date = date(2024, 7, 1)
    at: datetime = datetime(2024, 7, 1, 4, tzinfo=UTC)
    ends: time | None = None
    points: Decimal = Decimal("0.5")
    light: Light = Light.BLUE
    parts: tuple[Sample, ...] = ()
    more: dict[str, int] = field(default_factory=dict)
    tag: Literal["sample"] = "sample"


def grown(value: Any) -> Any:
    """Give the same value of a type that has got one more field."""
    kind = type(value)
    more = [("added_later", str, field(default="nothing"))]
    return make_dataclass(kind.__name__, more, bases=(kind,), frozen=True, kw_only=True)(
        **{name: getattr(value, name) for name in kind.__dataclass_fields__}
    )


def test_the_digest_of_a_command_is_what_it_was_when_it_was_first_made() -> None:
    assert digest(c.SendReminder(by=OFFICER)) == SEND_REMINDER


def test_what_a_value_says_by_default_is_not_told_and_its_tag_always_is() -> None:
    assert told(Sample(text="一")) == {"text": "一", "tag": "sample"}
    assert told(Sample(text="一", parts=(Sample(text="二"),))).keys() == {"text", "parts", "tag"}


def test_a_field_with_a_default_changes_no_digest_at_any_depth() -> None:
    inner = Sample(text="二", points=Decimal(2))
    assert digest(grown(inner)) == digest(inner)
    assert digest(Sample(text="一", parts=(grown(inner),))) == digest(
        Sample(text="一", parts=(inner,))
    )


@pytest.mark.parametrize(
    "other",
    [
        {"text": "二"},
        {"on": date(2024, 7, 2)},
        {"at": datetime(2024, 7, 1, 4, 1, tzinfo=UTC)},
        {"ends": time(17, 30)},
        {"points": Decimal("0.6")},
        {"light": Light.YELLOW},
        {"parts": (Sample(text="一"),)},
        {"more": {"a": 1}},
    ],
)
def test_whatever_a_value_says_is_in_its_digest(other: dict[str, Any]) -> None:
    assert digest(Sample(**({"text": "一"} | other))) != digest(Sample(text="一"))


def test_an_instant_is_the_same_in_every_zone() -> None:
    noon = datetime(2024, 7, 1, 12, tzinfo=timezone(timedelta(hours=8)))
    one = Sample(text="一", at=noon + timedelta(hours=1))
    assert digest(one) == digest(Sample(text="一", at=one.at.astimezone(UTC)))


def test_what_has_no_canonical_form_is_not_hashed() -> None:
    with pytest.raises(TypeError, match="float"):
        digest(0.5)


def test_a_form_may_write_what_is_said_by_default_and_is_found_again_by_the_hash() -> None:
    first = Form(name="first", written={"Sample": frozenset({"points"})}, style="json")
    value = Sample(text="一")
    assert told(value, first) == {"text": "一", "points": Decimal("0.5"), "tag": "sample"}
    assert form_of(value, digest(value, first), (CANONICAL, first)) is first
    assert form_of(value, digest(value), (CANONICAL, first)) is CANONICAL
    assert form_of(Sample(text="二"), digest(value), (CANONICAL, first)) is None


SEND_REMINDER = "eba5ef7f70a74e902744b9c28c3aad9df6da5167b6acd83c2ff180c7a1b50c12"
