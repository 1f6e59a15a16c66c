"""The unified social credit code 统一社会信用代码 of an enterprise (GB 32100-2015)."""

from __future__ import annotations

import re

# Digits and capital letters without I, O, S, V and Z (GB 32100-2015, table of character values).
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(rf"[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{9}}")


def is_valid(code: str) -> bool:
    """Tell whether `code` is eighteen characters of the right shape with a right check digit."""
    return what_is_wrong(code) is None


def what_is_wrong(code: str) -> str | None:
    """Say in Chinese why `code` is no credit code, or give None when it is one."""
    if len(code) != 18:
        return f"统一社会信用代码应为18位，现为{len(code)}位"
    if not _SHAPE.fullmatch(code[:17]):
        return "统一社会信用代码只能由数字和大写字母组成（不含I、O、S、V、Z），且第3至8位为数字"
    if code[17] != _check_digit(code[:17]):
        return "统一社会信用代码校验位不符，请核对是否有误"
    return None


def with_check_digit(first_17: str) -> str:
    """Complete seventeen characters to a valid code, for samples and tests.

    Raises ValueError when they have not the shape of one.
    """
    if not _SHAPE.fullmatch(first_17):
        raise ValueError(f"not the first 17 characters of a credit code: {first_17}")
    return first_17 + _check_digit(first_17)


def _check_digit(first_17: str) -> str:
    total = sum(_ALPHABET.index(char) * pow(3, i, 31) for i, char in enumerate(first_17))
    return _ALPHABET[-total % 31]
