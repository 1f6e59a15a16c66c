"""YAML that somebody sent: plain values are read, traps are refused before they are built."""

from __future__ import annotations

import time
from datetime import date

import pytest
import yaml

from gateways.calendar_files import CalendarFileError, read_calendar_text
from gateways.policy_files import PolicyFileError, read_policy_text
from gateways.yaml_text import MAX_CHARACTERS, read_kept_yaml, read_yaml

NINE = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}' if before else 'x'] * 9)}]\n"
    for before, name in zip(["", *"abcdefg"], "abcdefgh", strict=True)
)


def test_values_lists_and_tables_are_read() -> None:
    assert read_yaml("a: 1\nb: [2024-06-24, {c: 是}]\n") == {
        "a": 1,
        "b": [date(2024, 6, 24), {"c": "是"}],
    }


@pytest.mark.parametrize(
    "text",
    [
        NINE + "year: *h\n",
        "a: &a [*a]\n",
        "<<: &x {a: 1}\nb: *x\n",
        "[" * 30_000,
        "{a: " * 10_000,
        "- " * 20_000,
        "? " * 20_000,
        "[" + "1," * 20_000 + "]",
        "a: " + "x" * MAX_CHARACTERS,
    ],
    ids=lambda text: text[:12],
)
def test_what_would_grow_or_nest_without_end_is_refused_at_once(text: str) -> None:
    began = time.process_time()
    with pytest.raises(yaml.YAMLError):
        read_yaml(text)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("value", ['!!float ""', '!!int "+"', "!!bool perhaps", "!!timestamp soon"])
def test_a_value_that_is_not_of_the_kind_it_says_is_refused(value: str) -> None:
    with pytest.raises(CalendarFileError, match="YAML"):
        read_calendar_text(f"year: {value}\n", "2027.yaml")


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5_000, "0x" + "f" * 5_000, "1e400"])
def test_a_number_beyond_measure_is_refused_in_a_short_sentence(number: str) -> None:
    with pytest.raises(CalendarFileError) as refused:
        read_calendar_text(f"year: {number}\nnotice: 示例\n", "2027.yaml")
    assert len(str(refused.value)) < 500


def test_what_stands_there_is_shown_cut() -> None:
    with pytest.raises(PolicyFileError) as refused:
        read_policy_text(f"policy_id: {'长' * 9_000}\nversion: [1]\n", "示例.yaml")
    assert "长" * 300 not in str(refused.value)


def test_a_text_that_was_put_in_force_before_these_limits_is_read_as_it_was() -> None:
    text = "a: &one [1, 2]\nb: *one\n"
    with pytest.raises(yaml.YAMLError, match="别名"):
        read_yaml(text)
    assert read_kept_yaml(text) == {"a": [1, 2], "b": [1, 2]}
