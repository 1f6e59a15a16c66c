"""Secrets that the store keeps are sealed for their owner, by keys with ids."""

from __future__ import annotations

import pytest

from gateways.seals import SecretSeals

OLD, NEW = ("k1", "a" * 20 + "b" * 20), ("k2", "c" * 20 + "d" * 20)
SECRET = "JBSWY3DPEHPK3PXP"  # the standard's example


def test_what_is_sealed_opens_for_its_owner_alone() -> None:
    seals = SecretSeals([OLD])
    kept = seals.seal(SECRET, "u-1")
    assert SECRET not in kept
    assert kept != seals.seal(SECRET, "u-1")
    assert (seals.opened(kept, "u-1"), seals.opened(kept, "u-2")) == (SECRET, None)


def test_a_new_key_opens_what_the_old_one_sealed_until_it_goes() -> None:
    kept = SecretSeals([OLD]).seal(SECRET, "u-1")
    both = SecretSeals([OLD, NEW])
    assert (both.opened(kept, "u-1"), both.is_current(kept)) == (SECRET, False)
    assert both.is_current(both.seal(SECRET, "u-1"))
    assert SecretSeals([NEW]).opened(kept, "u-1") is None


def test_what_was_kept_plain_is_read_as_it_is() -> None:
    seals = SecretSeals([OLD])
    assert (seals.opened(SECRET, "u-1"), seals.is_current(SECRET)) == (SECRET, False)


@pytest.mark.parametrize("kept", ["sealed:k1:", "sealed:k1:????", "sealed:k1:QUJD", "sealed:k9:x"])
def test_what_is_damaged_does_not_open(kept: str) -> None:
    assert SecretSeals([OLD]).opened(kept, "u-1") is None
