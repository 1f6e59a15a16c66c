"""A typed text is cleaned before it is measured, so that what was taken once is taken again."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from office.registering.new_problem import NewProblem
from office.typed import NeededLine, Prose, Typed


class Named(Typed):
    """A name and some words."""

    name: NeededLine
    words: Prose = ""


def test_what_is_hidden_is_not_counted() -> None:
    assert Named(name="甲" * 200 + "\u200b").name == "甲" * 200


def test_what_composing_makes_longer_is_measured_as_it_is_kept() -> None:
    with pytest.raises(ValidationError, match="at most 200"):
        Named(name="甲" * 199 + "\u0958")


def test_what_was_taken_is_taken_again() -> None:
    taken = Named(name="\u0958" * 100, words=" 一\r\n二 ")
    assert Named.model_validate(taken.model_dump()) == taken


@pytest.mark.parametrize("nothing", ["", " ", "\u3164\u3164", "\u2800", "\U000e0100"])
def test_a_needed_name_is_something_one_can_see(nothing: str) -> None:
    with pytest.raises(ValidationError, match="不能为空"):
        Named(name=nothing)


def test_the_contract_still_says_how_long_a_text_may_be() -> None:
    assert Named.model_json_schema()["properties"]["name"]["maxLength"] == 200
    assert NewProblem.model_json_schema()["properties"]["enterprise"]["maxLength"] == 200
