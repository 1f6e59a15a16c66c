from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogues.credit_code import is_valid, what_is_wrong, with_check_digit

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FIRST_17 = st.builds(
    "{}{:06d}{}".format,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.integers(0, 999_999),
    st.text(ALPHABET, min_size=9, max_size=9),
)


def test_the_check_digit_follows_the_published_weights() -> None:
    # Made up; with all zeros but one, the check digit is 31 minus the weight of that place.
    assert with_check_digit("0" * 17) == "0" * 18
    assert with_check_digit("1" + "0" * 16)[-1] == "Y"
    assert with_check_digit("0" * 16 + "1")[-1] == ALPHABET[31 - pow(3, 16, 31)]
    assert with_check_digit("0" * 8 + "1" + "0" * 8)[-1] == ALPHABET[31 - 20]


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("91500103", "应为18位，现为8位"),
        ("91500000MA5U0000OX", "只能由数字和大写字母组成"),
        ("915001O3MA5U0000XN", "只能由数字和大写字母组成"),
        ("91500000ma5u0000xn", "只能由数字和大写字母组成"),
        ("91500000MA5U0000XM", "校验位不符"),
        ("91500000MA5U0000X中", "校验位不符"),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong(code: str, complaint: str) -> None:
    assert complaint in (what_is_wrong(code) or "")
    assert not is_valid(code)


def test_a_beginning_of_the_wrong_shape_cannot_be_completed() -> None:
    with pytest.raises(ValueError, match="first 17 characters"):
        with_check_digit("91500")


@given(FIRST_17)
def test_a_completed_code_is_valid(first_17: str) -> None:
    assert is_valid(with_check_digit(first_17))


@given(FIRST_17, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(first_17: str, place: int, char: str) -> None:
    code = with_check_digit(first_17)
    mistyped = code[:place] + char + code[place + 1 :]

    assert is_valid(mistyped) == (mistyped == code)
