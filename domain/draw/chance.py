"""Chance that everybody can calculate again: exact arithmetic, and numbers a seed decides."""

from __future__ import annotations

import hashlib
import json
from decimal import ROUND_HALF_EVEN, Context, Decimal

PRECISE = Context(prec=50, rounding=ROUND_HALF_EVEN)
# `ln` of the decimal arithmetic is correctly rounded by specification: no library, no machine and
# no version gives another last digit. Binary floating point promises nothing of the kind.


def uniform(seed: str, purpose: str, name: str) -> Decimal:
    """Give a number between 0 and 1, both excluded, that seed, purpose and name alone decide."""
    text = json.dumps([seed, purpose, name], ensure_ascii=False, separators=(",", ":"))
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    return PRECISE.divide(Decimal(2 * number + 1), Decimal(2**257))
