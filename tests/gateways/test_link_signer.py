from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.link_signer import LONGEST_TOKEN, LinkClaim, LinkExpired, LinkInvalid, LinkSigner

NOW = datetime(2024, 7, 1, 1, 0, tzinfo=UTC)
OLD, NEW = ("k1", "a" * 32), ("k2", "b" * 32)
CLAIM = LinkClaim(
    purpose="answer",
    problem_no="CQ2024-0001",
    district="500107",
    round_no=1,
    jti="Zk3fQ0b1n5yGm2rT8wXvLA",
    expires_at=NOW + timedelta(days=60),
)


def signer(*keys: tuple[str, str], at: datetime = NOW) -> LinkSigner:
    return LinkSigner(keys or (OLD,), clock=lambda: at)


def test_a_claim_comes_back_as_it_was_signed() -> None:
    assert signer().read(signer().sign(CLAIM)) == CLAIM


def test_a_district_day_comes_back_with_its_day() -> None:
    claim = replace(CLAIM, purpose="district_day", problem_no="", round_no=0, day="2024-07-02")
    assert signer().read(signer().sign(claim)) == claim


def test_a_token_stands_in_a_url_path_and_on_one_line() -> None:
    token = signer().sign(CLAIM)
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    assert len(token) < 240


def test_an_expired_link_says_whose_it_was() -> None:
    token = signer().sign(CLAIM)
    with pytest.raises(LinkExpired) as caught:
        signer(at=CLAIM.expires_at).read(token)
    assert caught.value.claim == CLAIM


def test_a_link_lives_up_to_the_second_before_its_expiry() -> None:
    last = CLAIM.expires_at - timedelta(seconds=1)
    assert signer(at=last).read(signer().sign(CLAIM)).jti == CLAIM.jti


def test_a_link_of_one_purpose_does_not_open_the_other() -> None:
    token = signer().sign(CLAIM)
    with pytest.raises(LinkInvalid):
        signer().read(token.replace(".answer.", ".district_day.", 1))


def test_a_link_survives_a_new_key_and_dies_with_its_own() -> None:
    token = signer(OLD).sign(CLAIM)
    assert signer(OLD, NEW).read(token) == CLAIM
    assert signer(OLD, NEW).sign(CLAIM).startswith("k2.")
    with pytest.raises(LinkInvalid):
        signer(NEW).read(token)


def test_a_key_id_cannot_be_exchanged_even_where_the_secret_is_the_same() -> None:
    token = signer(("k1", "c" * 32)).sign(CLAIM)
    with pytest.raises(LinkInvalid):
        signer(("k9", "c" * 32)).read(token.replace("k1.", "k9.", 1))


def test_other_spellings_of_a_signature_lead_to_the_same_jti() -> None:
    token = signer().sign(CLAIM)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    read = []
    for last in (*(token[:-1] + c for c in alphabet), token + "="):
        try:
            read.append(signer().read(last).jti)
        except LinkInvalid:
            continue
    assert set(read) == {CLAIM.jti}


@pytest.mark.parametrize(
    "token", ["", ".", "k1", "k1.answer.", "k1.answer.x", "k1.answer.x.y", "k1.other.x.y", "é.é.é"]
)
def test_what_is_no_link_is_invalid(token: str) -> None:
    with pytest.raises(LinkInvalid):
        signer().read(token)


def test_an_endless_token_is_invalid_without_being_decoded() -> None:
    with pytest.raises(LinkInvalid):
        signer().read(signer().sign(CLAIM) + "=" * LONGEST_TOKEN)


@given(st.text(max_size=200))
def test_made_up_tokens_are_invalid(token: str) -> None:
    for made_up in (token, f"k1.answer.{token}"):
        with pytest.raises(LinkInvalid):
            signer().read(made_up)


@given(st.integers(0, 120), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_changed_character_never_changes_the_claim(place: int, other: str) -> None:
    token = signer().sign(CLAIM)
    place %= len(token)
    changed = token[:place] + other + token[place + 1 :]
    try:
        assert signer().read(changed) == CLAIM
    except LinkInvalid:
        assert changed != token


@pytest.mark.parametrize(
    "keys", [(), (OLD, OLD), (("k 1", "a" * 32),), (("k1", "short"),), (("", "a" * 32),)]
)
def test_unusable_keys_are_refused_at_the_start(keys: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(ValueError, match="密钥"):
        LinkSigner(keys)


def test_an_unknown_purpose_is_never_signed() -> None:
    with pytest.raises(ValueError, match="purpose"):
        signer().sign(replace(CLAIM, purpose="admin"))
