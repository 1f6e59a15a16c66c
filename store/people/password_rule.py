"""What a password must be: long, and nothing that is tried first."""

from __future__ import annotations

import re

from zxcvbn import zxcvbn

SHORTEST, LONGEST = 10, 200
_FEWEST_SIGNS, _LEAST_OWN = 5, 6
_WORDS = """
password passwort passw0rd p@ssw0rd p@ssword welcome iloveyou letmein monkey dragon sunshine football
princess superman baseball trustno1 administrator admin root system manager officer supervisor auditor
test guest user login secret changeme default qwertyuiop qwerty asdfghjkl asdfgh zxcvbnm zxcvbn
1qaz2wsx 3edc4rfv qazwsx 1q2w3e4r5t6y 1q2w3e4r5t 1q2w3e4r q1w2e3r4 a1b2c3d4 abcd1234 abc123 abcdefg
abcd woaini 5201314 1314520 520520 chongqing beijing china huanbao shengtai lantian bihuan huanjing
123qwe 123abc 147258369 159357 789456123 741852963
"""
_FEWEST_GUESSES = 10**8
"""How many guesses a password outlasts that is let be one."""

_LOOKED_AT = 40
"""How many signs of a password are weighed: time grows with the square of them."""

_TRIED_FIRST = tuple(_WORDS.split())
_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz")


def is_too_common(login: str, password: str) -> bool:
    """Say whether a password is little more than the login, words tried first, runs and repetitions."""
    plain = password.casefold()
    if login in plain or len(set(plain)) < _FEWEST_SIGNS or re.fullmatch(r"(.{1,8})\1+", plain):
        return True
    for word in _TRIED_FIRST:
        plain = plain.replace(word, " ")
    own = re.sub(r"(?:19|20)\d\d|[\W_]", "", plain)
    if len(own) < _LEAST_OWN or any(own in run for run in _RUNS):
        return True
    return _is_guessed(login, password)


def _is_guessed(login: str, password: str) -> bool:
    """Say whether somebody who tries names, words, walks over the keyboard and known passwords finds it."""
    weighed = zxcvbn(password[:_LOOKED_AT], user_inputs=[login, *_TRIED_FIRST])
    return bool(weighed["guesses"] < _FEWEST_GUESSES)
